from django.apps import AppConfig


class BlacklistConfig(AppConfig):
    name = "blacklist"
    verbose_name = "失信黑名单"
    default_auto_field = "django.db.models.BigAutoField"
    rules = {
        "listing_term_rules.csv": "blacklist.ListingTermRule",
        "listing_repair_rules.csv": "registry.RepairRule",
    }

    def ready(self) -> None:
        from blacklist.kinds import LISTING  # models can be imported only now
        from blacklist.models import ListingTermRule, ListRule, ListScope
        from registry.records import kinds
        from registry.remembering import forget_when_changed

        kinds.register(LISTING)
        forget_when_changed(ListRule, ListScope, ListingTermRule)
