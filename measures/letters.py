"""Putting a measure to the body that has the power for it, outside the city; its reply; taking it back when the record
ends (安政发〔2017〕8号 三（三）, Q16)."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from measures import feedback, triggering
from measures.models import Letter, MeasureApplication
from registry.directory.staff import User
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.workflow import MoveRefused


@transaction.atomic
def send(
    application: MeasureApplication, *, addressee: str, number: str, sent_on: date, by: User, at: datetime, today: date
) -> Letter:
    """Write down the letter; to have written is all this body can do, so the measure counts as carried out and is
    filed. Raises PermissionDenied, MoveRefused or ValidationError by field."""
    if not application.measure.is_letter:
        raise MoveRefused("该措施由本单位直接实施，不以函件报送")
    addressee, number = _said("addressee", "受函单位", addressee), _said("number", "函件文号", number)
    executed = feedback.execute(
        application, what=f"函告{addressee}", executed_on=sent_on, document=number, by=by, at=at, today=today
    )
    return Letter.objects.create(
        application=executed, addressee=addressee, number=number, sent_on=sent_on,
        reply_due=triggering.due_on(sent_on), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def note_reply(letter: Letter, *, reply: str, replied_on: date, by: User, at: datetime, today: date) -> Letter:
    """Write down what came back, once."""
    letter = _own(letter, by)
    if letter.replied_on is not None:
        raise MoveRefused(f"已于{letter.replied_on}登记复函")
    reply = _said("reply", "复函内容", reply, longest=1000)
    if not letter.sent_on <= replied_on <= today:
        raise ValidationError({"replied_on": f"复函日期：须在发函日期{letter.sent_on}至今日{today}之间"})
    letter.reply, letter.replied_on = reply, replied_on
    letter.save(update_fields=["reply", "replied_on"])
    return letter


@transaction.atomic
def take_back(letter: Letter, *, number: str, by: User, at: datetime, today: date) -> Letter:
    """Tell the addressee that the record has ended: the correcting letter that lifts the measure there."""
    letter = _own(letter, by)
    letter.correction_number = _said("number", "更正函文号", number)
    note = f"已向{letter.addressee}发出更正函{letter.correction_number}"
    feedback.confirm_lifting(letter.application, note, by=by, at=at, today=today)
    letter.save(update_fields=["correction_number"])
    return letter


def _own(letter: Letter, by: User) -> Letter:
    related = ("application__measure", "application__record", "application__organisation")
    found = Letter.objects.select_for_update(of=("self",)).select_related(*related).get(pk=letter.pk)
    feedback.may_answer_for(found.application, by)
    return found


def _said(name: str, label: str, text: str, *, longest: int = 100) -> str:
    try:
        kept = clean_reason(text, longest=longest)
    except ReasonProblem as problem:
        raise ValidationError({name: str(problem).replace("理由", label, 1)}) from None
    if not kept:
        raise ValidationError({name: f"{label}：必填"})
    return kept
