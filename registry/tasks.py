"""What runs by itself: loops around verbs, each expecting that somebody may have been faster."""

from datetime import timedelta

from axes.models import AccessFailureLog
from celery import shared_task

from registry import clock
from registry.intake import work
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


@shared_task(name="registry.work_on_batch")
def work_on_batch(key: int) -> None:
    """Check, store, move or take back one delivered file, unless somebody is at it."""
    work.work_on(key)


@shared_task(name="registry.sweep_batches")
def sweep_batches() -> None:
    """Have somebody look at every delivered file that waits: its worker was killed, or was never told."""
    for key in work.sweep():
        work_on_batch.apply_async(args=[key], retry=False)


@shared_task(name="registry.forget_delivered_files")
def forget_delivered_files() -> None:
    """Delete workbooks that were kept long enough; they hold ID numbers."""
    work.forget_files()
