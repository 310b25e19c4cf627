from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户网站"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from blacklist import campaigns  # models can be imported only now
        from objections import clues

        clues.register(campaigns.running)
        campaigns.count_clues_by(clues.counted)
