from django.apps import AppConfig


class RedlistConfig(AppConfig):
    name = "redlist"
    verbose_name = "守信红名单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from redlist.commitments import COMMITMENT  # models can be imported only now
        from redlist.honours import REDLIST
        from redlist.integrity import never_red_and_black
        from registry.records import integrity, kinds

        kinds.register(REDLIST)
        kinds.register(COMMITMENT)
        integrity.register("red-and-black", never_red_and_black)
