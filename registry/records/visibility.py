"""Who may see which record on which day: derived from its state, never stored, and said only here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from registry.directory.catalogue import Openness
from registry.records import kinds
from registry.records.statuses import LIVE, Status

if TYPE_CHECKING:
    from registry.directory.staff import User
    from registry.records.models import Record


class Audience(IntEnum):
    """Whoever asks; each sees what those before it see, and its own degree of openness."""

    PUBLIC = Openness.PUBLIC
    ORGANISATION = Openness.SHARED
    AUTHORISED = Openness.AUTHORISED


def in_term(*, on: date) -> Q:
    """The publication term runs on that day; its first and its last day count."""
    return Q(public_from__lte=on) & (Q(public_until=None) | Q(public_until__gte=on))


class RecordQuerySet(models.QuerySet["Record"]):
    def live(self, *, on: date) -> RecordQuerySet:
        """Published or listed, and its time not up, whatever the nightly job has done."""
        return self.filter(in_term(on=on), status__in=LIVE)

    def visible(self, *, to: Audience, on: date, of: Collection[str] | None = None) -> RecordQuerySet:
        """What that audience may see on that day: the only road to any output. `of` asks for these kinds only, so
        that what can hide none of them is not asked about."""
        shown = self.live(on=on)
        if of is not None:
            shown = shown.filter(kind=next(iter(of))) if len(of) == 1 else shown.filter(kind__in=of)
        if to < Audience.AUTHORISED:  # every degree there is needs no condition
            shown = shown.filter(openness__lte=to) if to else shown.filter(openness=Openness.PUBLIC)
        for kind in kinds.every():
            if kind.yields_to and (of is None or kind.code in of):
                shown = shown.exclude(Q(kind=kind.code) & _outweighed(self.model, kind, on=on))
        return shown

    def public(self, *, on: date, of: Collection[str] | None = None) -> RecordQuerySet:
        """What anybody may see on that day."""
        return self.visible(to=Audience.PUBLIC, on=on, of=of)

    def hidden(self, *, on: date) -> RecordQuerySet:
        """Live records that yield to another of their subject: not shown although nothing ended them."""
        outweighed = Q(pk__in=[])
        for kind in kinds.every():
            if kind.yields_to:
                outweighed |= Q(kind=kind.code) & _outweighed(self.model, kind, on=on)
        return self.live(on=on).filter(outweighed)

    def in_force(self, *, on: date) -> RecordQuerySet:
        """Live records whose measures bite: none while a hold stands on them (安政发〔2017〕8号 四（五）)."""
        return self.live(on=on).exclude(Exists(_open_holds(self.model)))

    def lapsed(self, *, on: date) -> RecordQuerySet:
        """Records whose time is up but which nobody has marked expired yet."""
        return self.filter(status__in=LIVE, public_until__lt=on)

    def visible_to(self, user: User) -> RecordQuerySet:
        """The records a member of staff works with: another organisation's do not exist for them, nor do any for
        somebody whose role is not to see records."""
        return of_their_bodies(self, user)


def of_their_bodies(rows: models.QuerySet, user: User) -> models.QuerySet:
    """The rows of the bodies whose records this person works with or oversees."""
    if not user.has_perm("registry.view_record"):
        return rows.none()
    if user.has_perm("registry.view_every_record"):
        return rows
    if user.organisation_id is None:
        return rows.none()
    if user.has_perm("registry.view_region_record"):
        return rows.filter(organisation__region_id=user.organisation.region_id)
    return rows.filter(organisation_id=user.organisation_id)


def _open_holds(record_model: type[models.Model]) -> models.QuerySet:
    holds = record_model._meta.get_field("holds").related_model.objects
    return holds.filter(record=OuterRef("pk"), closed_at=None)


def _outweighed(model: type[models.Model], kind: kinds.Kind, *, on: date) -> Q:
    """A record of a kind this one yields to is live on the same subject, or came later and ended otherwise
    than by being revoked as wrong: a model does not come back because a listing merely lapsed (Q1).

    A person is outweighed as well by what names him in a position that loses honours (三（三）, Q2).
    """
    live = Q(in_term(on=on), status__in=LIVE)
    ended_later = Q(status__in=[*LIVE, Status.REPAIRED, Status.EXPIRED]) & Q(published_at__gte=OuterRef("published_at"))
    others = model.objects.filter(live | ended_later, kind__in=kind.yields_to)
    return Q(Exists(others.filter(subject=OuterRef("subject")))) | Q(Exists(others.filter(**_NAMED)))


_NAMED: dict[str, Any] = {
    "personal_items__person": OuterRef("subject__person"),
    "personal_items__role__loses_honours": True,
}


def weighing(record: Record, *, on: date) -> RecordQuerySet:
    """The live records that forbid showing this one, of its subject or naming it: what a cross-check finds (S2.1.3)."""
    return _against(record).live(on=on)


def weighed_down(records: Sequence[Record], *, on: date) -> frozenset[int]:
    """Those of these records, all of one kind, that something `weighing` finds speaks against; in one question."""
    if not records:
        return frozenset()
    model, kind = type(records[0]), records[0].the_kind
    live = model.objects.live(on=on).filter(kind__in=kind.yields_to)
    against = Q(Exists(live.filter(subject=OuterRef("subject")))) | Q(Exists(live.filter(**_NAMED)))
    found = model.objects.filter(against, pk__in=[record.pk for record in records])
    return frozenset(found.values_list("pk", flat=True))


def outweighing(record: Record, *, on: date) -> RecordQuerySet:
    """The records that hide this one, live or ended otherwise than as wrong since it was published."""
    live = Q(in_term(on=on), status__in=LIVE)
    later = Q(status__in=[*LIVE, Status.REPAIRED, Status.EXPIRED], published_at__gte=record.published_at)
    return _against(record).filter(live | later)


def _against(record: Record) -> RecordQuerySet:
    """The records this one would yield to: of its subject, or naming it in a position that loses honours."""
    about = Q(subject=record.subject_id)
    if record.subject.person_id is not None:
        about |= Q(personal_items__person=record.subject.person_id, personal_items__role__loses_honours=True)
    return type(record).objects.filter(about, kind__in=record.the_kind.yields_to).distinct()
