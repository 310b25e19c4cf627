"""What the templates of the admin ask for."""

from __future__ import annotations

from django import template

from registry import clock
from registry.admin import work
from registry.directory.staff import User

register = template.Library()


@register.simple_tag
def work_of(user: User) -> list[work.Pile]:
    """What waits for this person today."""
    return work.of(user, on=clock.today())
