"""What the templates of cases ask for."""

from __future__ import annotations

from django import template

from objections.statuses import CaseAction

register = template.Library()


@register.filter
def act_label(action: str) -> str:
    """What a step is called."""
    return CaseAction(action).label
