from django.apps import AppConfig


class BlacklistConfig(AppConfig):
    name = "blacklist"
    verbose_name = "失信黑名单"
    default_auto_field = "django.db.models.BigAutoField"
