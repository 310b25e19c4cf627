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
        from measures import integrity, triggering  # models can be imported only now
        from measures.models import LegalBasis, Measure
        from measures.pages import beside
        from registry.pages.beside import Part, on_records
        from registry.records import holds
        from registry.records.integrity import register as check
        from registry.remembering import forget_when_changed

        forget_when_changed(Measure, LegalBasis)
        for name, right in integrity.CHECKS.items():
            check(name, right)
        holds.after_release(triggering.catch_up)
        on_records(Part("measures/_measures.html", beside.measures))
