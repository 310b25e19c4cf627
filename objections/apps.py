from django.apps import AppConfig


class ObjectionsConfig(AppConfig):
    name = "objections"
    verbose_name = "异议、修复与投诉"
    default_auto_field = "django.db.models.BigAutoField"
    rules = {
        "step_rules.csv": "objections.StepRule",
        "remedies.csv": "objections.RemedyText",
        "complaint_topics.csv": "objections.ComplaintTopic",
    }

    def ready(self) -> None:
        from objections import following  # models can be imported only now
        from objections.pages import beside
        from registry.pages import beside as pages
        from registry.records import workflow
        from registry.records.statuses import Action

        workflow.follow(following.notice)
        workflow.demand(Action.REPAIR, following.repair_is_granted)
        pages.on_records(pages.Part("objections/_answers.html", beside.answers))
        pages.on_subjects(pages.Part("objections/_put_right.html", beside.put_right))
        pages.on_lines(beside.object_to_line)
