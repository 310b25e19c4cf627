"""What every page knows of the site it belongs to."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`site`: name, url and what the SITE_ variables say; `production`: a demo says on its pages it is one."""
    return {"site": settings.SITE, "production": settings.PRODUCTION}
