"""What the templates of the admin ask for."""

from __future__ import annotations

from django import template

from registry import clock
from registry.admin import benches, reports, work
from registry.directory.staff import User

register = template.Library()


@register.simple_tag
def work_of(user: User) -> list[work.Pile]:
    """What waits for this person today."""
    return work.of(user, on=clock.today())


@register.simple_tag
def reports_of(user: User) -> list[reports.Report]:
    """The pages of figures this person may open."""
    return reports.open_to(user)


@register.filter
def percent(share: float | None) -> str:
    """A share as people read it; a dash where there was nothing to count."""
    return "—" if share is None else f"{share:.1%}"


@register.simple_tag
def benches_of(user: User) -> list[benches.Shown]:
    """What other rooms have for this person today."""
    return benches.of(user, on=clock.today())
