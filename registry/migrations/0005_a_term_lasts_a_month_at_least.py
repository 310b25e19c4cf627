import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_public_lists_from_the_index_alone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="termrule",
            name="max_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="不填：公示至记录自身的有效期止；不公示的信息按此期限共享",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1, "最长公示月数至少为1；不公示的，请不勾选“是否公示”")
                ],
                verbose_name="最长公示月数",
            ),
        ),
    ]
