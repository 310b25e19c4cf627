"""What runs by itself: loops around verbs, each expecting that somebody may have been faster."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from objections import budgets, notices, receiving, reckoning, reminding
from registry import clock


@shared_task(name="objections.send_notices")
def send_notices() -> None:
    """Tell applicants what happened to their cases."""
    notices.send_waiting(at=clock.now())


@shared_task(name="objections.reckon")
def reckon() -> None:
    """Move limits that a changed calendar has moved; pages have shown it already."""
    reckoning.reckon_running(at=clock.now())


@shared_task(name="objections.scan")
def scan() -> None:
    """Ask the scanner about the files that came while it was away."""
    receiving.scan_waiting(at=clock.now())


@shared_task(name="objections.clear")
def clear() -> None:
    """Forget drafts nobody sent and counts whose time is over."""
    receiving.clear_drafts(before=clock.now(), keep_for=timedelta(hours=settings.FORMS["draft_hours"]))
    budgets.clear(before=clock.real_now())


@shared_task(name="objections.remind")
def remind() -> None:
    """Say in time that a repair window is closing."""
    reminding.remind(on=clock.today(), at=clock.now())
