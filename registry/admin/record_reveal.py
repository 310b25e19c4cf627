"""Opening a document number in clear: for a reason, once, on a page that nobody keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse

from registry import clock
from registry.admin import record_page
from registry.admin.forms import persons_of
from registry.admin.reasons import RevealForm
from registry.admin.record_moves import said_wrong
from registry.audit import trace
from registry.directory import disclosing
from registry.records.models import Record

if TYPE_CHECKING:
    from registry.admin.records import RecordAdmin


NOT_REVEALED = "只有提供单位的审核员可以查看证件号码"


def reveal(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """POST a field of the record and the reason; the number stands in the answer and nowhere else."""
    if not record_page.may_reveal(request.user, record):
        return record_page.refused(admin, request, record.pk, NOT_REVEALED, status=403)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return record_page.refused(admin, request, record.pk, said_wrong(form), status=400)
    name = form.cleaned_data["field"]
    person = persons_of(record).get(name)
    if person is None:
        raise Http404
    try:
        number = disclosing.reveal(
            person,
            by=request.user,
            at=clock.now(),
            reason=form.cleaned_data["reason"],
            address=trace.address_of(request),
        )
    except PermissionDenied as refusal:
        return record_page.refused(admin, request, record.pk, str(refusal), status=403)
    except ValidationError as refusal:
        return record_page.refused(admin, request, record.pk, "；".join(refusal.messages), status=400)
    spec = record.specification
    said = {"record": record, "original": record, "label": spec[name].label, "number": number}
    answer = record_page.page(admin, request, "number", "查看证件号码", said)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
