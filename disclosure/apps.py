from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = "双公示"
    default_auto_field = "django.db.models.BigAutoField"
    rules = {
        "term_rules.csv": "registry.TermRule",
        "deadline_rules.csv": "registry.DeadlineRule",
        "penalty_severity.csv": "disclosure.PenaltySeverity",
    }

    def ready(self) -> None:
        from disclosure.kinds import LICENCE, PENALTY  # models can be imported only now
        from disclosure.models import PenaltySeverity
        from registry.records import kinds
        from registry.remembering import forget_when_changed

        kinds.register(LICENCE)
        kinds.register(PENALTY)
        forget_when_changed(PenaltySeverity)
