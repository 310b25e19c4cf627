import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0006_legacy_registration"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_stamp",
            field=models.CharField(blank=True, editable=False, max_length=16, verbose_name="会话标记"),
        ),
        migrations.CreateModel(
            name="TotpDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                ("key_cipher", models.TextField(editable=False, verbose_name="密钥（密文）")),
                ("last_t", models.BigIntegerField(default=-1, editable=False, verbose_name="最近使用的时间步")),
                ("failures", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="连续失败次数")),
                ("locked_until", models.DateTimeField(editable=False, null=True, verbose_name="暂停至")),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "动态口令",
                "verbose_name_plural": "动态口令",
                "constraints": [models.UniqueConstraint(fields=("user",), name="a_person_has_one_second_factor")],
            },
        ),
    ]
