import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
        ("registry", "0003_api_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="onboarding",
            name="test_receipt",
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name="联调回执号"),
        ),
        migrations.AlterField(
            model_name="onboarding",
            name="port_number",
            field=models.CharField(
                blank=True,
                max_length=30,
                validators=[
                    django.core.validators.RegexValidator("\\A[0-9A-Za-z-]+\\Z", "端口编号只能含字母、数字和连字符")
                ],
                verbose_name="端口编号",
            ),
        ),
        migrations.AlterField(
            model_name="onboarding",
            name="state",
            field=models.CharField(
                choices=[
                    ("not_connected", "未接入"),
                    ("connecting", "对接中"),
                    ("tested", "联调通过"),
                    ("onboarded", "已接入"),
                    ("stopped", "停用"),
                ],
                default="not_connected",
                max_length=15,
                verbose_name="接入状态",
            ),
        ),
        migrations.CreateModel(
            name="OnboardingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("open", "开通端口"),
                            ("test", "联调测试"),
                            ("confirm", "确认接入"),
                            ("stop", "停用端口"),
                            ("take_over", "登记原有接入"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("not_connected", "未接入"),
                            ("connecting", "对接中"),
                            ("tested", "联调通过"),
                            ("onboarded", "已接入"),
                            ("stopped", "停用"),
                        ],
                        max_length=15,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("not_connected", "未接入"),
                            ("connecting", "对接中"),
                            ("tested", "联调通过"),
                            ("onboarded", "已接入"),
                            ("stopped", "停用"),
                        ],
                        max_length=15,
                        verbose_name="新状态",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("receipt", models.CharField(blank=True, max_length=64, verbose_name="回执号")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="onboarding_steps",
                        to="registry.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "接入过程",
                "verbose_name_plural": "接入过程",
                "ordering": ["-pk"],
            },
        ),
    ]
