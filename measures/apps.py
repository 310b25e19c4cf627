from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    verbose_name = "联合奖惩"
    default_auto_field = "django.db.models.BigAutoField"
