"""The feed of changes (S3.1.3): who follows it holds exactly what may be read, and hears nothing of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.directory.catalogue import Openness
from registry.models import CatalogueItemVersion, Change, Hold, Record
from registry.records import changes, drafting, holds, kinds, workflow
from registry.records.expiry import expire
from registry.records.integrity import CHECKS
from registry.records.models.holds import HoldGround
from registry.records.parsing import Door
from registry.records.statuses import LIVE, Action
from registry.records.visibility import Audience
from tests import samples
from tests.awards.kind import AWARD
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/changes/"
FIRM = {name: samples.listing()[name] for name in ("counterparty_name", "counterparty_uscc")}
PERSON = {
    "counterparty_name": "柯试明", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "counterparty_document_type": "身份证", "counterparty_id_number": "610902190001050014",
    "legal_representative": None,
}  # fmt: skip


class Copy:
    """Somebody's own copy of what is open, kept by following the feed."""

    def __init__(self, machine, **query: str) -> None:
        self.machine, self.query = machine, query
        self.cursor, self.held, self.heard = "", {}, []

    def step(self) -> bool:
        """Take one answer; says whether there is more."""
        answer = self.machine.get(ADDRESS, self.query | ({"since": self.cursor} if self.cursor else {}))
        assert answer.status_code == 200, answer.content.decode()
        told = answer.json()
        for each in told["results"]:
            if each["change"] == "removed":
                assert set(each) == {"number", "change", "uid", "kind", "marks", "record"}
                assert each["record"] is None and each["marks"] == []
                self.held.pop(each["uid"], None)
            else:
                self.held[each["uid"]] = each["record"]
        self.heard += [(each["change"], each["uid"], each["marks"]) for each in told["results"]]
        self.cursor = told["cursor"]
        return told["more"]

    def follow(self) -> list[tuple[str, str, list[str]]]:
        """Read to the end; returns what was new."""
        self.heard = []
        while self.step():
            pass
        return self.heard


def readable(machine, audience: Audience) -> dict[str, dict]:
    """Every record that audience may read, as its own address tells it."""
    shown = Record.objects.visible(to=audience, on=TODAY).values_list("uid", flat=True)
    return {str(uid): machine.get(f"/api/v1/records/{uid}/").json() for uid in shown}


@pytest.fixture
def honours_yield():
    with kinds.standing_in(replace(AWARD, yields_to=frozenset({"blacklist"}))):
        yield


def test_it_tells_of_adds_changes_and_removals(anybody, published, reviewer):
    copy, record = Copy(anybody), published("penalty")
    uid = str(record.uid)
    assert copy.follow() == [("added", uid, [])]
    hold = holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON)
    assert copy.follow() == [("changed", uid, ["异议核实中"])]
    holds.close_hold(hold, by=reviewer, at=NOON)
    assert copy.follow() == [("changed", uid, [])]
    workflow.move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="处罚决定已撤销")
    assert copy.follow() == [("removed", uid, [])] and copy.follow() == []


def test_what_ends_by_the_calendar_is_removed_when_it_is_written_down(anybody, published, settings):
    copy, record = Copy(anybody), published("penalty")
    copy.follow()
    record.refresh_from_db()
    settings.CREDIT_TODAY = record.public_until + timedelta(days=1)
    expire(on=settings.CREDIT_TODAY, at=NOON.replace(year=record.public_until.year + 1))
    assert copy.follow() == [("removed", str(record.uid), [])]


def test_a_hidden_honour_is_removed_like_any_other_and_comes_back(anybody, published, reviewer, honours_yield):
    copy, honour = Copy(anybody, kind="award"), published("award", **FIRM)
    uid = str(honour.uid)
    assert copy.follow() == [("added", uid, [])]
    listing = published("blacklist", **FIRM)
    assert copy.follow() == [("removed", uid, [])]
    assert Copy(anybody, kind="blacklist").follow() == [("added", str(listing.uid), [])]
    Record.objects.filter(pk=listing.pk).update(status="withdrawn")  # as if it had never been listed
    changes.note([honour.events.last()])
    assert copy.follow() == [("changed", uid, [])]


def test_nobody_hears_of_what_was_never_open_to_them(anybody, machine, published, submitted, reviewer):
    shared = published("penalty", document_number="汉建罚〔2026〕1号", **PERSON)
    closed = published("penalty", document_number="汉建罚〔2026〕2号", secrecy="商业秘密")
    submitted("penalty", document_number="汉建罚〔2026〕3号")
    openness = dict(Record.objects.values_list("pk", "openness"))
    assert (openness[shared.pk], openness[closed.pk]) == (Openness.SHARED, Openness.AUTHORISED)
    public, department = Copy(anybody), Copy(machine())
    assert public.follow() == [] and department.follow() == [("added", str(shared.uid), [])]
    for record in (shared, closed):
        workflow.move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
    assert public.follow() == [] and department.follow() == [("removed", str(shared.uid), [])]


def test_what_is_no_longer_open_is_removed_and_its_person_never_named(anybody, published):
    CatalogueItemVersion.objects.filter(item__kind="licence").update(persons_are_public=True)
    record = published("licence", **PERSON)
    copy = Copy(anybody)
    page = anybody.get(ADDRESS).content.decode()
    assert "柯试明" not in page and "柯*" in page and PERSON["counterparty_id_number"] not in page
    copy.follow()
    Record.objects.filter(pk=record.pk).update(openness=Openness.SHARED)
    changes.note([record.events.select_related("record").last()])
    assert copy.follow() == [("removed", str(record.uid), [])] and copy.held == {}


def test_who_comes_later_is_not_told_of_what_was_removed_before(anybody, published, reviewer):
    gone, stays = published("penalty"), published("licence")
    workflow.move(gone, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
    copy = Copy(anybody)
    assert copy.follow() == [("added", str(stays.uid), [])]
    workflow.move(stays, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
    assert copy.follow() == [("removed", str(stays.uid), [])]


def test_what_is_removed_while_somebody_reads_from_the_beginning_is_told(anybody, published, reviewer):
    first, second = published("penalty"), published("licence")
    copy = Copy(anybody, page_size="1")
    assert copy.step() and list(copy.held) == [str(first.uid)]
    for record in (first, second):
        workflow.move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
    copy.follow()
    assert copy.held == {}


@pytest.mark.parametrize("seed", range(2))
def test_a_copy_equals_what_may_be_read_whatever_happened_meanwhile(
    seed, anybody, machine, submitted, published, drafted, clerk, reviewer, honours_yield, no_limit
):
    """Random steps, with readers who stop anywhere; at the end each holds the very contents that may be read."""
    walk, count = Random(seed), iter(range(1000))
    copies = {
        Audience.PUBLIC: [Copy(anybody, page_size=str(size)) for size in (1, 3, 100)],
        Audience.ORGANISATION: [Copy(machine(), page_size="2")],
    }

    def publish() -> None:
        kind = walk.choice(["licence", "penalty", "award", "blacklist"])
        firm = walk.choice([FIRM, {}]) if kind in ("award", "blacklist") else {}
        shared = PERSON if kind == "penalty" and walk.random() < 0.3 else {}
        published(kind, **firm, **shared, document_number=f"试〔2026〕{next(count)}号")

    def take_a_step() -> None:
        record = walk.choice(Record.objects.exclude(edition=0).order_by("pk"))
        action = walk.choice(workflow.available(record, to=reviewer) or [Action.EXPIRE])
        if action is Action.CORRECT and record.kind in ("licence", "penalty"):
            drafting.propose_correction(
                record, {"content": f"改为{next(count)}"}, reason="更正", by=clerk, at=NOON, today=TODAY, door=Door.FORM
            )
        workflow.move(record, action, by=None if action is Action.EXPIRE else reviewer, at=NOON, reason="依法")

    def hold() -> None:
        record = walk.choice(Record.objects.filter(status__in=LIVE).order_by("pk"))
        holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON)

    def release() -> None:
        holds.close_hold(walk.choice(Hold.objects.filter(closed_at=None).order_by("pk")), by=reviewer, at=NOON)

    def read() -> None:
        walk.choice(copies[walk.choice(list(copies))]).step()

    publish()
    done = 0
    for act in walk.choices([publish, take_a_step, hold, release, read], weights=[4, 5, 1, 1, 5], k=50):
        try:
            act()
            done += act is take_a_step
        except (workflow.MoveRefused, IndexError):
            continue  # not now, or nothing to choose from
    assert done >= 3 and Change.objects.count() >= 5
    for audience, readers in copies.items():
        wanted = readable(readers[0].machine, audience)
        for copy in readers:
            copy.follow()
            assert copy.held == wanted
    assert [*CHECKS["changes"]()] == []


@pytest.fixture
def no_limit(settings):
    settings.API_BUDGETS = dict.fromkeys(settings.API_BUDGETS, 10**6)


def test_a_cursor_is_only_good_for_the_feed_it_was_given_in(anybody, machine, published):
    published("penalty")
    cursor = anybody.get(ADDRESS).json()["cursor"]
    for query in (
        {"since": "0"}, {"since": "一"}, {"since": cursor[:-1]}, {"since": cursor + "AAAA"}, {"since": cursor, "kind": "penalty"},
        {"kind": "无此种类"}, {"page_size": "101"}, {"after": cursor},
    ):  # fmt: skip
        answer = anybody.get(ADDRESS, query)
        assert answer.status_code == 400 and answer.json()["errors"], query
    assert machine().get(ADDRESS, {"since": cursor}).status_code == 400  # would not hear what it now may read
    changes.NumberSeries.objects.update(last=0)  # as a database restored from an older backup
    assert "备份" in anybody.get(ADDRESS, {"since": cursor}).json()["detail"]


def test_next_leads_on_with_the_same_question(anybody, published):
    published("penalty"), published("licence")
    first = anybody.get(ADDRESS, {"page_size": "1"}).json()
    second = anybody.client.get(first["next"]).json()
    assert first["more"] and [len(each["results"]) for each in (first, second)] == [1, 1]
    assert first["results"][0]["number"] < second["results"][0]["number"]
    assert anybody.client.get(second["next"]).json()["results"] == []


def test_it_costs_as_many_queries_for_many_as_for_one(anybody, published, reviewer):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anybody.get(ADDRESS).status_code == 200
        return len(queries)

    holds.open_hold(published("penalty"), HoldGround.OBJECTION, by=reviewer, at=NOON)
    anybody.get(ADDRESS)
    before = cost()
    for number in range(5):
        record = published("penalty", document_number=f"汉建罚〔2026〕{number}号")
        holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON)
    anybody.get(ADDRESS)
    assert cost() == before <= 7


def test_more_than_is_numbered_at_once_is_told_on_reading_on(anybody, published, monkeypatch):
    monkeypatch.setattr(changes, "MOST_AT_ONCE", 2)
    records = [published("penalty", document_number=f"汉建罚〔2026〕{number}号") for number in range(5)]
    copy = Copy(anybody)
    assert copy.step()
    copy.follow()
    assert set(copy.held) == {str(record.uid) for record in records}
