from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    verbose_name = "联合奖惩"
    default_auto_field = "django.db.models.BigAutoField"
    rules = {
        "legal_bases.csv": "measures.LegalBasis",
        "measures.csv": "measures.Measure",
        "feedback_rules.csv": "measures.FeedbackRule",
    }

    def ready(self) -> None:
        from measures.models import LegalBasis, Measure  # models can be imported only now
        from registry.remembering import forget_when_changed

        forget_when_changed(Measure, LegalBasis)
