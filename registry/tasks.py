"""What runs by itself: loops around verbs, each expecting that somebody may have been faster."""

from datetime import timedelta

from axes.models import AccessFailureLog
from celery import shared_task

from registry import clock
from registry.records import expiry
from registry.search import statistics


@shared_task(name="registry.expire_lapsed")
def expire_lapsed() -> None:
    """Write down that these records' time is up; pages, search and API have obeyed the date already."""
    expiry.expire(on=clock.today(), at=clock.now())


@shared_task(name="registry.refresh_search_statistics")
def refresh_search_statistics() -> None:
    """Keep the word frequencies that steer the search near the truth."""
    statistics.refresh()


@shared_task(name="registry.forget_failed_logins")
def forget_failed_logins() -> None:
    """Drop what the budgets of logins counted yesterday and before; the audit log keeps that it happened."""
    AccessFailureLog.objects.filter(attempt_time__lt=clock.real_now() - timedelta(days=1)).delete()
