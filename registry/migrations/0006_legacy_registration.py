import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_a_term_lasts_a_month_at_least"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegacyRegistration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("registration-number", "工商注册号"),
                            ("organisation-code", "组织机构代码"),
                            ("tax-number", "税务登记号"),
                            ("institution-certificate", "事业单位证书号"),
                            ("social-certificate", "社会组织登记证号"),
                        ],
                        max_length=30,
                        verbose_name="原号码类型",
                    ),
                ),
                ("value", models.CharField(max_length=50, verbose_name="原号码")),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                (
                    "state",
                    models.CharField(
                        choices=[("live", "存续"), ("cancelled", "注销"), ("revoked", "吊销")],
                        default="live",
                        max_length=20,
                        verbose_name="登记状态",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legacy_registrations",
                        to="registry.organisation",
                        verbose_name="登记管理部门",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="registry.region", verbose_name="所在区划"
                    ),
                ),
            ],
            options={
                "verbose_name": "存量主体",
                "verbose_name_plural": "存量主体",
                "indexes": [models.Index(fields=["authority", "region"], name="legacy_of_authority")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "value"),
                        name="a_legacy_number_is_registered_once",
                        violation_error_message="该原号码已经登记",
                    )
                ],
            },
        ),
    ]
