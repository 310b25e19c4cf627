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
        from blacklist import integrity  # models can be imported only now
        from blacklist.kinds import LISTING
        from blacklist.models import ListingTermRule, ListRule, ListScope
        from registry.records import kinds
        from registry.records.integrity import register as check
        from registry.remembering import forget_when_changed

        kinds.register(LISTING)
        for name, holds in integrity.CHECKS.items():
            check(name, holds)
        forget_when_changed(ListRule, ListScope, ListingTermRule)
