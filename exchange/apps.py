from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "信息交换"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from exchange.destination import PROVINCE
        from exchange.tasks import nudge
        from registry.records import outbox  # models can be imported only now

        outbox.announce(PROVINCE, nudge=nudge)
