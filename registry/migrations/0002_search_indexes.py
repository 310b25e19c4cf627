"""The key of a search entry becomes its place in the order; each engine gets its token index."""

import datetime

from django.db import migrations, models

from registry.search import fulltext, schema


def _execute(editor, statements):
    for statement in statements:
        editor.execute(statement)


def create_token_indexes(apps, editor):
    sqlite = editor.connection.vendor == "sqlite"
    _execute(editor, fulltext.create() if sqlite else schema.CREATE)


def drop_token_indexes(apps, editor):
    sqlite = editor.connection.vendor == "sqlite"
    _execute(editor, fulltext.drop() if sqlite else schema.DROP)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RemoveField("searchentry", "day"),
        migrations.AddField("searchentry", "is_contested", models.BooleanField(default=False)),
        migrations.AddField("searchentry", "year", models.PositiveSmallIntegerField(default=0), preserve_default=False),
        migrations.AlterField("searchentry", "id", models.BigAutoField(primary_key=True, serialize=False)),
        migrations.AlterField("searchentry", "public_from", models.DateField(default=datetime.date(1, 1, 1))),
        migrations.AddIndex("searchentry", models.Index(fields=["public_until", "id"], name="search_term_is_over")),
        migrations.AddIndex("searchentry", models.Index(fields=["public_from"], name="search_term_is_to_come")),
        migrations.AddIndex(
            "searchentry",
            models.Index(condition=models.Q(("is_contested", True)), fields=["id"], name="search_is_contested"),
        ),
        # Last: a change of the table's columns makes it anew on SQLite, without the triggers.
        migrations.RunPython(create_token_indexes, drop_token_indexes),
    ]
