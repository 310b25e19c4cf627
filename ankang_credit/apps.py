from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ankang_credit"
    verbose_name = "信用安康"
    documents = {"permissions.md": "ankang_credit.entitlements.written"}

    def ready(self) -> None:
        from ankang_credit.demo import checks  # noqa: F401  registers itself; models can be imported only now
