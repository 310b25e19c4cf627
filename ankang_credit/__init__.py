"""The only room that knows every other: settings, addresses, start-up, deployment."""

from ankang_credit.celery import app as celery_app

__all__ = ["celery_app"]
