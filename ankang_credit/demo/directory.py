"""The bodies of the demo: who they are, which codes they assign, what they may collect and show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ankang_credit.demo import fabricating, tables
from ankang_credit.demo.cast import CITY, COUNTIES
from registry.directory.catalogue import (
    CatalogueItem,
    CatalogueItemVersion,
    CollectionCatalogue,
    Nature,
    Openness,
    UpdateCycle,
)
from registry.directory.organisations import CodeAuthority, Organisation

WITHOUT_CATALOGUE = "610927"  # one county has not issued its catalogue yet, and so collects nothing
CREDIT_OFFICE = "fgj"  # function of the bodies that lead the work of a county; "fgw" in the city
CATALOGUE_AGE_YEARS = 4
ARREARS = {"rsj": "欠缴社会保险费公告", "swj": "欠缴社会保险费公告"}
ARREARS_FIELDS = [
    {"name": "owed_from", "label": "欠费起始日期", "type": "date", "required": True},
    {"name": "owed_to", "label": "欠费截止日期", "type": "date", "required": True, "not_before": ["owed_from"]},
    {"name": "amount", "label": "欠费金额（万元）", "type": "amount", "required": True, "positive": True},
    {"name": "announced_by", "label": "公告机关", "type": "name", "required": True, "max_length": 200},
]


@dataclass(frozen=True)
class Body:
    """An organisation with what the table says about its work."""

    organisation: Organisation
    key: str
    function: str
    word: str  # that its document numbers begin with
    volumes: dict[str, int]  # decisions in three years, by kind
    prefixes: tuple[str, ...]
    is_onboarded: bool

    @property
    def region(self) -> str:
        return self.organisation.region_id

    @property
    def announces_arrears(self) -> bool:
        return self.function in ARREARS

    @property
    def keeps_records(self) -> bool:
        """Whether anything is entered there at all."""
        return any(self.volumes.values()) or bool(self.prefixes) or self.announces_arrears or self.key == COURT


def marker() -> str:
    """The code of the first demo organisation: where it stands, the demo data have been loaded."""
    first = tables.rows("organisations")[0]
    return fabricating.unified_code(first["code_prefix"], first["region"], 1)


def read() -> list[Body]:
    """The bodies of the table, not written yet."""
    rows = tables.rows("organisations")
    return [_body(row, _organisation(row, number)) for number, row in enumerate(rows, start=1)]


def write(bodies: list[Body]) -> None:
    """Write the organisations with the codes they may assign."""
    Organisation.objects.bulk_create(body.organisation for body in bodies)
    CodeAuthority.objects.bulk_create(
        CodeAuthority(organisation=body.organisation, prefix=prefix) for body in bodies for prefix in body.prefixes
    )


def _organisation(row: tables.Row, number: int) -> Organisation:
    return Organisation(
        name=row["name"],
        short_name=row["short_name"],
        uscc=fabricating.unified_code(row["code_prefix"], row["region"], number),
        kind=row["kind"],
        level=row["level"],
        region_id=row["region"],
        is_credit_office=row["function"] in ("fgw", CREDIT_OFFICE),
    )


def _body(row: tables.Row, organisation: Organisation) -> Body:
    return Body(
        organisation=organisation,
        key=row["key"],
        function=row["function"],
        word=row["word"],
        volumes={"licence": int(row["licences"]), "penalty": int(row["penalties"])},
        prefixes=tuple(row["authority_for"].split()),
        is_onboarded=row["is_onboarded"] == "1",
    )


LISTING_BODY = "scj"  # confirms models of honesty, lists severe dishonesty, takes commitments
COURT = "zjfy"  # lists who does not perform what was adjudged, persons too


def catalogues(written: list[Body], *, today: date) -> None:
    """What each body may collect, by the catalogue of its region, in force since before the oldest record."""
    issued_on = date(today.year - CATALOGUE_AGE_YEARS, 1, 1)
    of_region = {
        region: CollectionCatalogue(
            region_id=region,
            title=f"{name}公共信用信息征集共享指导目录（演示）",
            document_number=f"演示〔{issued_on.year}〕9001号",
            issued_on=issued_on,
        )
        for region, name in {CITY: "安康市", **COUNTIES}.items()
        if region != WITHOUT_CATALOGUE
    }
    CollectionCatalogue.objects.bulk_create(of_region.values())
    items = [
        (CatalogueItem(catalogue=of_region[body.region], organisation=body.organisation, **item), version)
        for body in written
        if body.region in of_region
        for item, version in _items(body)
    ]
    CatalogueItem.objects.bulk_create(item for item, _ in items)
    CatalogueItemVersion.objects.bulk_create(
        CatalogueItemVersion(item=item, version=1, valid_from=issued_on, **version) for item, version in items
    )


def _items(body: Body) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    code = f"YS-{body.key.upper()}"
    if body.volumes["licence"]:
        # A licence is granted to a person by name, who is shown masked; a penalty of a person stays inside.
        yield (
            {"code": f"{code}-XK", "kind": "licence", "name": "行政许可"},
            _version(Nature.BASIC, "国发〔2016〕33号", persons_are_public=True),
        )
    if body.volumes["penalty"]:
        yield (
            {"code": f"{code}-CF", "kind": "penalty", "name": "行政处罚"},
            _version(Nature.ADVERSE, "国发〔2016〕33号"),
        )
    if body.prefixes:
        yield (
            {"code": f"{code}-DM", "kind": "code-event", "name": "统一社会信用代码赋予与转换"},
            _version(Nature.BASIC, "国发〔2015〕33号"),
        )
    if body.key == LISTING_BODY:
        for suffix, kind, name, nature in (
            ("HM", "redlist", "诚信典型", Nature.GOOD),
            ("SX", "blacklist", "严重失信主体名单", Nature.ADVERSE),
            ("CN", "commitment", "信用承诺", Nature.BASIC),
        ):
            yield {"code": f"{code}-{suffix}", "kind": kind, "name": name}, _version(nature, "安政发〔2017〕8号")
    if body.key == COURT:
        yield (
            {"code": f"{code}-SX", "kind": "blacklist", "name": "严重失信主体名单"},
            _version(Nature.ADVERSE, "安政发〔2017〕8号", persons_are_public=True),
        )
    if body.announces_arrears:
        yield (
            {"code": f"{code}-QF", "kind": "catalogue-record", "name": ARREARS[body.function]},
            _version(
                Nature.ADVERSE,
                "社会保险费征缴暂行条例",
                openness=Openness.SHARED,
                update_cycle=UpdateCycle.MONTHLY,
                publication_days=365,
                fields=ARREARS_FIELDS,
            ),
        )


def _version(nature: Nature, legal_basis: str, **more: Any) -> dict[str, Any]:
    usual = {"openness": Openness.PUBLIC, "update_cycle": UpdateCycle.SEVEN_WORKDAYS}
    return {**usual, "nature": nature, "legal_basis": legal_basis, **more}
