"""How each act of the table is tried: at the work-bench, and by the API. Each answers what came back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from registry.models import CatalogueItem, Record
from tests import samples
from tests.admin import pages
from tests.permissions import measured
from tests.permissions.conftest import World

Trial = Callable[[Client, World], HttpResponse]
STRONG = "Stone-Spring-9221"
INTAKE = "/api/v1/intake/licence/"
CSV = "行政许可决定文书号,许可内容\n权〔2026〕98号,试例\n".encode()


def _post(client: Client, address: str, key: Any, **data: Any) -> HttpResponse:
    return client.post(reverse(f"admin:{address}", args=[key]), data)


def _values(kind: str = "licence", **changes: Any) -> dict[str, Any]:
    return samples.of(kind, document_number="权〔2026〕99号", **changes)


def _typed(record: Record | None = None) -> dict[str, Any]:
    """The controls of the entry form, filled in."""
    values = _values() if record is None else samples.licence(document_number=record.document_number)
    filled = {f"f-{name}": value for name, value in values.items() if name != "category"}
    return filled | {"f-category_choice": values["category"], "_draft": "1"}


def _item_code(world: World) -> str:
    return CatalogueItem.objects.get(organisation=world.body, kind="licence").code


def _draft(client: Client, world: World) -> HttpResponse:
    item = CatalogueItem.objects.get(organisation=world.body, kind="licence").code
    return client.post(f"{reverse('admin:registry_record_add')}?kind=licence&item={item}", _typed())


def _revise(client: Client, world: World) -> HttpResponse:
    record = world.records["revise"]
    path = reverse("admin:registry_record_change", args=[record.pk])
    page = client.get(path)
    if page.status_code != 200:
        return client.post(path, _typed(record))
    seen = [form.values["seen"] for form in pages.forms(page) if "seen" in form.values]
    return client.post(path, _typed(record) | {"f-content": "改写", "seen": seen[0] if seen else ""})


def _move(name: str, **more: Any) -> Trial:
    def tried(client: Client, world: World) -> HttpResponse:
        record = world.records[name]
        return _post(client, "registry_record_move", record.pk, action=name, expecting=record.seq, **more)

    return tried


def _decide(name: str) -> Trial:
    def tried(client: Client, world: World) -> HttpResponse:
        record = world.records[name]
        correction = record.corrections.get().pk
        return _post(
            client, f"registry_record_{name}", record.pk, correction=correction, expecting=record.seq, reason="核对无误"
        )

    return tried


def _propose(client: Client, world: World) -> HttpResponse:
    record = world.records["propose"]
    path = reverse("admin:registry_record_correct", args=[record.pk])
    page = client.get(path)
    form = pages.forms(page)[-1].values if page.status_code == 200 else {}
    return client.post(path, form | {"f-content": "更正后的内容", "reason": "内容有误"})


def _export(client: Client, world: World) -> HttpResponse:
    key = world.records["export"].pk
    return client.post(reverse("admin:registry_record_changelist"), {"action": "export", "_selected_action": [key]})


def _connect(verb: str, **more: Any) -> Trial:
    return lambda client, world: _post(client, f"exchange_onboarding_{verb}", world.ports[verb].pk, **more)


def _on_case(address: str, name: str, **data: Any) -> Trial:
    """An act on the case of that name; every request says where it believes the case stands."""
    return lambda client, world: _post(client, f"objections_case_{address}", world.rows[f"case.{name}"].pk, **data)


def _step_of_case(name: str, action: str, **said: Any) -> Trial:
    posted = {"action": action, "expecting": 0, **said}
    return _on_case("act", name, **{f"{action}-{field}": value for field, value in posted.items()})


def _evidence(client: Client, world: World) -> HttpResponse:
    arguments = [world.rows["case.take_up"].pk, world.rows["evidence"].uid]
    return client.get(reverse("admin:objections_case_evidence", args=arguments))


def _draft_from_complaint(client: Client, world: World) -> HttpResponse:
    path = reverse("admin:objections_case_draft", args=[world.rows["case.from_complaint"].pk])
    return client.get(path, {"kind": "penalty"})


def _on_row(model: str, **data: Any) -> Trial:
    address = f"{model.replace('.', '_')}_change"
    return lambda client, world: _post(client, address, world.rows[model].pk, **data)


STEPS: dict[str, Trial] = {
    "draft": _draft,
    "revise": _revise,
    "discard": lambda client, world: _post(client, "registry_record_delete", world.records["discard"].pk, post="yes"),
    "submit": _move("submit"),
    "return": _move("return", reason="文书号有误"),
    "publish": _move("publish"),
    "withdraw": _move("withdraw", reason="撤销决定"),
    "propose": _propose,
    "accept": _decide("accept"),
    "decline": _decide("decline"),
    "reveal": lambda client, world: _post(
        client, "registry_record_reveal", world.records["reveal"].pk, field="counterparty_id_number", reason="核对身份"
    ),
    "export": _export,
    "upload": lambda client, world: client.post(
        reverse("admin:registry_importbatch_add"),
        {"item": _item_code(world), "workbook": SimpleUploadedFile("许可.csv", CSV)},
    ),
    "look": lambda client, world: _post(
        client, "registry_importbatch_rows", world.stored.pk, verdict="held", decision="accept", every="1"
    ),
    "import": lambda client, world: _post(client, "registry_importbatch_act", world.checked.pk, act="confirm"),
    "review": lambda client, world: _post(client, "registry_importbatch_act", world.stored.pk, act="publish"),
    "returned": lambda client, world: client.get(
        reverse("admin:registry_importbatch_returned", args=[world.checked.pk])
    ),
    "template": lambda client, world: client.get(
        reverse("admin:registry_importbatch_template"), {"item": _item_code(world)}
    ),
    "zero": lambda client, world: client.post(reverse("admin:registry_importbatch_zero-reports"), {"kind": "award"}),
    "backfill": lambda client, world: client.post(
        reverse("admin:registry_importbatch_backfill"), {"kind": "licence", "year": "2024", "target": "3"}
    ),
    "rename": lambda client, world: _post(
        client, "registry_subject_rename", world.records["rename"].subject_id, new_name="更名后的试例合作社"
    ),
    "conversion": lambda client, world: client.get(reverse("admin:registry_legacyregistration_conversion")),
    "open_port": lambda client, world: client.post(
        reverse("admin:exchange_onboarding_add"), {"organisation": world.unconnected.pk, "port_number": ""}
    ),
    "reopen": _connect("open"),
    "test": _connect("test"),
    "confirm": _connect("confirm"),
    "stop": _connect("stop", note="机构改革"),
    "progress": lambda client, world: client.get(reverse("admin:exchange_onboarding_report")),
    "reset": lambda client, world: client.post(
        reverse("admin:registry_user_second_factor", args=[world.bound.pk]), {"reason": "手机遗失，已核实"}
    ),
    "password": lambda client, world: client.post(
        reverse("admin:auth_user_password_change", args=[world.rows["registry.user"].pk]),
        {"password1": STRONG, "password2": STRONG},
    ),
    "take_up": _step_of_case("take_up", "accept"),
    "conclude": _step_of_case("conclude", "conclude", outcome="upheld", text="公示内容与决定书一致"),
    "contact": _on_case("reveal", "take_up", reason="通知补正"),
    "evidence": _evidence,
    "clarify": _on_case("clarify", "clarify", text="经核查该信息有误，已经撤回，特此澄清。"),
    "from_complaint": _draft_from_complaint,
    "adopt": _step_of_case("adopt", "adopt"),
    "recall": _on_row("objections.recalltask", undone="已停止使用并删除"),
    "hours": _on_row("objections.servicehours", confirm="1"),
    "state": lambda client, world: _post(
        client,
        "blacklist_listing_change",
        world.rows["listing.state"].pk,
        act="statement",
        text="货值不足",
        on="2026-03-02",
    ),
    "answer": lambda client, world: _post(
        client, "blacklist_listing_change", world.rows["listing.answer"].pk, act="answer", text="鉴定结论确认货值"
    ),
    "consent": lambda client, world: _post(
        client,
        "blacklist_listing_change",
        world.rows["listing.consent"].pk,
        act="consent",
        ground="open_ended",
        text="符合严格界定的要求",
    ),
    "begin_list": lambda client, world: client.post(reverse("admin:measures_measurelist_add"), {"colour": "incentive"}),
    "change_list": _on_row("measures.measurelist", **measured.LINE),
    "approve_list": _on_row("measures.measurelist", act="approve"),
    "feed_back": _on_row("measures.measureapplication", **measured.FEEDBACK),
    "paper": measured.paper,
    "limit": lambda client, world: client.get(
        reverse("admin:measures_measureapplication_add"), {"record": world.records["withdraw"].uid}
    ),
    "annotate": _on_row("measures.measurearchive", act="annotate", **{"annotate-text": "已核对"}),
    "check": lambda client, world: client.post(
        reverse("admin:measures_jointcheck_add"),
        {"matter": world.rows["measures.applicationmatter"].pk, "code": world.records["withdraw"].subject.uscc},
    ),
    "decide_hit": measured.decide,
    "file": lambda client, world: client.post(
        reverse("admin:registry_personaldataaccess_file"),
        {"name": "柯试明", "number": "610902190001050014", "purpose": "joint", "reason": "核查行业禁入"},
    ),
    "stay": _on_row("objections.remedycase", stay="1", order="（2026）陕09行初1号裁定"),
}


def _sent(client: Client, method: str, path: str, body: Any = None) -> HttpResponse:
    text = "" if body is None else json.dumps(body)
    return client.generic(method, path, text, content_type="application/json")


def _item(world: World, name: str, more: str = "") -> str:
    return f"/api/v1/licences/{world.records[name].uid}/{more}"


def _api_move(name: str, **more: Any) -> Trial:
    return lambda client, world: _sent(client, "POST", _item(world, name, "moves/"), {"action": name, **more})


def _whole(world: World) -> dict[str, Any]:
    return samples.licence(document_number=world.records["revise"].document_number)


OPERATIONS: dict[str, Trial] = {
    "draft": lambda client, world: _sent(client, "POST", "/api/v1/licences/", _values()),
    "revise": lambda client, world: _sent(client, "PUT", _item(world, "revise"), _whole(world)),
    "amend": lambda client, world: _sent(client, "PATCH", _item(world, "amend"), {"content": "改写"}),
    "discard": lambda client, world: _sent(client, "DELETE", _item(world, "discard")),
    "submit": _api_move("submit"),
    "return": _api_move("return", reason="文书号有误"),
    "publish": _api_move("publish"),
    "withdraw": _api_move("withdraw", reason="撤销决定"),
    "propose": lambda client, world: _sent(
        client, "POST", _item(world, "propose", "corrections/"), {"reason": "笔误", "changes": {"content": "更正"}}
    ),
    "work": lambda client, world: _sent(client, "GET", _item(world, "work")),
    "deliver": lambda client, world: client.post(INTAKE, {"file": SimpleUploadedFile("许可.csv", CSV)}),
    "follow": lambda client, world: _sent(client, "GET", f"{INTAKE}{world.checked.uid}/"),
    "confirm": lambda client, world: _sent(client, "POST", f"{INTAKE}{world.checked.uid}/acts/", {"act": "confirm"}),
    "review": lambda client, world: _sent(client, "POST", f"{INTAKE}{world.stored.uid}/acts/", {"act": "publish"}),
    "workbook": lambda client, world: client.get(f"{INTAKE}{world.checked.uid}/workbook/"),
    **measured.OPERATIONS,
}
