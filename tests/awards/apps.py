from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "tests.awards"
    label = "awards"
    verbose_name = "市长质量奖"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from registry.records import kinds  # models can be imported only now
        from tests.awards.kind import AWARD

        kinds.register(AWARD)
