from django.apps import AppConfig


class RedlistConfig(AppConfig):
    name = "redlist"
    verbose_name = "守信红名单"
    default_auto_field = "django.db.models.BigAutoField"
