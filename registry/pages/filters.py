"""The filters that search and lists share: read from the address, offered as a form, obeyed by querysets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from registry.directory.organisations import Organisation
from registry.directory.regions import Region, RegionLevel
from registry.identifiers.verdict import judge
from registry.pages import asking
from registry.pages.refusing import Refused
from registry.reading.asked import Asked
from registry.reading.codes import holds_an_id_number
from registry.remembering import remembered
from registry.search.query import NO_PERSONS

YEARS_OFFERED = 12
NOTHING_CHOSEN = "-"  # the value of no option

Option = tuple[str, str]  # value, label


@dataclass(frozen=True)
class Field:
    """One control of the filter form; `options` is markup, because a template would take ten times as long."""

    name: str
    label: str
    type: str = "select"  # or search, date
    value: str = ""
    options: SafeString = field(default=SafeString(""))


@dataclass(frozen=True)
class Directory:
    """The bodies and divisions one can filter by."""

    organisations: Sequence[Organisation]
    regions: Sequence[Region]

    @staticmethod
    @remembered
    def read() -> Directory:
        bodies = Organisation.objects.only("uscc", "name", "region_id").order_by("region_id", "uscc")
        return Directory(tuple(bodies), tuple(Region.objects.current()))

    @cached_property
    def grouped(self) -> str:
        """The bodies as options under their divisions, none selected; worked out once for every reader."""
        return _groups(self)


def read(query: QueryDict, directory: Directory, *, on: date, with_days: bool) -> Asked:
    """What is asked for; refuses a value that cannot be meant."""
    since, until = (asking.day(query, "from"), asking.day(query, "to")) if with_days else (None, None)
    if since and until and since > until:
        raise Refused(400, "参数 from 不能晚于参数 to，请核对起止日期。")
    return Asked(
        q=_typed(query, on=on),
        organisation=_organisation(query, directory.organisations),
        region=asking.choice(query, "region", {region.pk for region in directory.regions}),
        year=asking.year(query, "year", on=on),
        since=since,
        until=until,
    )


def _typed(query: QueryDict, *, on: date) -> str:
    """What was typed into the search box; somebody's ID number is neither looked up nor shown again."""
    typed = asking.text(query, "q")
    if holds_an_id_number(typed, judge(typed, on=on)):
        raise Refused(400, f"{NO_PERSONS}。本网站不提供按身份证号码查询自然人的服务。")
    return typed


def _organisation(query: QueryDict, known: Iterable[Organisation]) -> Organisation | None:
    by_code = {body.uscc: body for body in known}
    return by_code.get(asking.choice(query, "organisation", by_code))


def fields(asked: Asked, directory: Directory, *, on: date, with_days: bool) -> list[Field]:
    """The form of the shared filters, filled in as asked."""
    years = tuple((str(year), f"{year}年") for year in range(on.year, on.year - YEARS_OFFERED, -1))
    body = asked.organisation.uscc if asked.organisation else ""
    shared = [
        Field("region", "区划", options=options(_region_options(directory.regions), asked.region)),
        Field("organisation", "提供单位", options=_grouped(directory, body)),
        Field("year", "年份", options=options(years, str(asked.year or ""))),
    ]
    days = [
        Field("from", "决定日期起", "date", asked.since.isoformat() if asked.since else ""),
        Field("to", "决定日期止", "date", asked.until.isoformat() if asked.until else ""),
    ]
    return [*shared, *days] if with_days else shared


@lru_cache(maxsize=256)
def options(choices: tuple[Option, ...], chosen: str, *, empty: str = "全部") -> SafeString:
    """The <option>s of a <select>, escaped; the same few on page after page."""
    return mark_safe("".join(_option(value, label, chosen) for value, label in [("", empty), *choices]))


def _option(value: str, label: str, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(label)}</option>'


def _region_options(regions: Iterable[Region]) -> tuple[Option, ...]:
    return tuple((region.pk, region_label(region)) for region in regions)


def region_label(region: Region) -> str:
    """The name; the city itself stands for the bodies of the city."""
    return f"{region.name}（市级）" if region.level == RegionLevel.PREFECTURE else region.name


def _grouped(directory: Directory, chosen: str) -> SafeString:
    return chosen_in(directory.grouped, chosen)


def chosen_in(markup: str, chosen: str) -> SafeString:
    """The options with that one selected; the value was found among them before."""
    value = f'<option value="{escape(chosen)}"'
    return mark_safe(markup.replace(value, f"{value} selected", 1))


def _groups(directory: Directory) -> str:
    names: Mapping[str, str] = {region.pk: region_label(region) for region in directory.regions}
    groups: dict[str, list[str]] = {}
    for body in directory.organisations:
        groups.setdefault(names.get(body.region_id, ""), []).append(_option(body.uscc, body.name, NOTHING_CHOSEN))
    parts = [_option("", "全部", NOTHING_CHOSEN)]
    for name, group in groups.items():
        parts.append(f'<optgroup label="{escape(name)}">{"".join(group)}</optgroup>')
    return "".join(parts)
