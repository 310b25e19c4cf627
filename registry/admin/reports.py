"""Figures that staff look at. Each room announces its own; the work-bench lists those a person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from registry.directory.staff import User


@dataclass(frozen=True)
class Report:
    """A page of figures: its title, where it is, and who may open it."""

    title: str
    url_name: str
    may_open: Callable[[User], bool]

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_reports: list[Report] = []


def announce(report: Report) -> None:
    """Have the report listed on the work-bench."""
    if report not in _reports:
        _reports.append(report)


def open_to(user: User) -> list[Report]:
    """The reports this person may open."""
    return [report for report in _reports if report.may_open(user)]


def oversees(user: User) -> bool:
    """Whether somebody looks after more than one body's work: a county's, or the city's."""
    return user.has_perm("registry.view_region_record") or user.has_perm("registry.view_every_record")
