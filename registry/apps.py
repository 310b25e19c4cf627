from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = "信用登记"
    default_auto_field = "django.db.models.BigAutoField"
    rules = {  # file in registry/rules -> the model whose rows it holds (`load_rules`)
        "regions.csv": "registry.Region",
        "calendar_years.csv": "registry.CalendarYear",
        "holidays.csv": "registry.CalendarDay",
        "repair_rules.csv": "registry.RepairRule",
        "dishonesty_items.csv": "registry.DishonestyItem",
        "honour_categories.csv": "registry.HonourCategory",
        "person_roles.csv": "registry.PersonRole",
    }
    documents = {  # file in docs -> what writes it (`describe`)
        "states.md": "registry.records.describing.states",
        "fields.md": "registry.records.describing.dictionary",
    }

    def ready(self) -> None:
        from registry import among  # noqa: F401  # registers itself; models can be imported only now
        from registry.directory.calendar import CalendarDay, CalendarYear
        from registry.directory.organisations import Organisation
        from registry.directory.positions import PersonRole
        from registry.directory.regions import Region
        from registry.directory.taxonomies import DishonestyItem, HonourCategory
        from registry.directory.terms import DeadlineRule, RepairRule, TermRule
        from registry.intake import checks  # noqa: F401  # registers itself
        from registry.records import kinds, workflow
        from registry.records.catalogue_records import CATALOGUE_RECORD
        from registry.records.code_events import CODE_EVENT
        from registry.remembering import forget_when_changed
        from registry.search import index

        kinds.register(CODE_EVENT)
        kinds.register(CATALOGUE_RECORD)
        workflow.follow(index.refresh)
        forget_when_changed(CalendarDay, CalendarYear, Organisation, Region)
        forget_when_changed(DeadlineRule, RepairRule, TermRule, DishonestyItem, HonourCategory, PersonRole)
