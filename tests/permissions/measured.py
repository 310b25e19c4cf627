"""What a body has of joint measures, a row of each list, and how each act on them is tried."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from measures import archiving, documents
from measures.models import (
    ApplicationMatter,
    CheckHit,
    FeedbackRule,
    JointCheck,
    LegalBasis,
    ListLine,
    Measure,
    MeasureApplication,
    MeasureList,
)
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.models import Record
from registry.papers.examining import Paper
from tests.factories import NOON, TODAY

MATTER = "生产许可证"
CHECKS = "/api/v1/joint-checks/"
LINE = {
    "act": "line", "line-measure": "P20", "line-strength": "mandatory", "line-basis": "AZF-2017-8", "line-clause": "三（三）",
    "line-procedure": "核对后办理", "line-contact": "法规科",
}  # fmt: skip
FEEDBACK = {
    "act": "execute", "execute-what": "暂停受理", "execute-executed_on": TODAY.isoformat(), "execute-document": "函9001号",
}  # fmt: skip


def rows(body: Organisation, numbered: Callable[..., Record], clerk: User, reviewer: User) -> dict[str, Model]:
    record = numbered(25, "penalty")
    drafted = MeasureList.objects.create(
        organisation=body, colour="punishment", version=1, valid_from=TODAY, drafted_by=clerk, drafted_at=NOON
    )
    line = ListLine.objects.create(
        measure_list=drafted, measure_id="P04", strength="mandatory", basis_id="AZF-2017-8", clause="三（三）",
        procedure="核对", contact="法规科",
    )  # fmt: skip
    triggered = {
        "record": record, "organisation": body, "strength": "mandatory", "basis": "三（三）", "triggered_on": TODAY, "seq": 2,
    }  # fmt: skip
    done = MeasureApplication.objects.create(
        **triggered, line=line, measure_id="P03", state="executed", what="从严审核", executed_on=TODAY, document="函1号",
        fed_back_by=reviewer, fed_back_at=NOON,
    )  # fmt: skip
    matter = ApplicationMatter.objects.create(organisation=body, name=MATTER, stage="受理", workflow="受理前查询")
    check = JointCheck.objects.create(
        number="LC1", organisation=body, matter=matter, asked=1, found=1, hit=1, asked_by=clerk, asked_at=NOON
    )
    CheckHit.objects.create(
        joint_check=check, record=record, seq=2, edition=1, enforcement="IN_FORCE", measures=[{"code": "P29"}]
    )
    waiting = MeasureApplication.objects.create(**triggered, line=line, measure_id="P04")
    handed_in = Paper("函.pdf", "application/pdf", b"%PDF-", "0" * 64)
    return {
        "measures.measurelist": drafted,
        "measures.measureapplication": waiting,
        "paper": documents.keep(waiting, handed_in, by=reviewer, at=NOON),
        "measures.measurearchive": archiving.file(done, by=reviewer, at=NOON),
        "measures.applicationmatter": matter,
        "measures.jointcheck": check,
        "measures.measure": Measure.objects.first(),
        "measures.legalbasis": LegalBasis.objects.first(),
        "measures.feedbackrule": FeedbackRule.objects.first(),
    }


def paper(client: Client, world: Any) -> HttpResponse:
    """Whoever sees a measure may read by which document it was carried out."""
    arguments = [world.rows["measures.measureapplication"].pk, world.rows["paper"].uid]
    return client.get(reverse("admin:measures_measureapplication_document", args=arguments))


def decide(client: Client, world: Any) -> HttpResponse:
    """A department decides, a bank says what it made of it: each reads its own fields."""
    check = world.rows["measures.jointcheck"]
    said = {"hit": check.hits.get().pk, "decision": "denied", "measure": "P29", "way": "refused"}
    return client.post(reverse("admin:measures_jointcheck_change", args=[check.pk]), said)


def _send(client: Client, path: str, values: dict[str, Any]) -> HttpResponse:
    return client.post(path, json.dumps(values), content_type="application/json")


def _on_hit(name: str, **values: Any) -> Callable[[Client, Any], HttpResponse]:
    def tried(client: Client, world: Any) -> HttpResponse:
        entry = str(world.rows["measures.jointcheck"].hits.get().record.uid)
        return _send(client, f"{CHECKS}LC1/{name}/", {"entry": entry, **values})

    return tried


OPERATIONS: dict[str, Callable[[Client, Any], HttpResponse]] = {
    "check": lambda client, world: _send(client, CHECKS, {"matter": MATTER, "code": "91610900MA70ABC19T"}),
    "check_file": lambda client, world: client.post(
        f"{CHECKS}workbook/",
        {"matter": MATTER, "file": SimpleUploadedFile("x.csv", "代码\n91610900MA70ABC19T\n".encode())},
    ),
    "check_read": lambda client, world: client.get(f"{CHECKS}LC1/"),
    "check_decide": _on_hit("decisions", decision="denied"),
    "check_feedback": _on_hit("feedback", measure="P29", way="refused"),
}
