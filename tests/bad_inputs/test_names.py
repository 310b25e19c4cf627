"""Names: kept as they are typed, whatever they hold; refused only for what hides, breaks or has no end."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from exchange import payload
from exchange.models import Onboarding
from registry.models import Delivery, Record, Subject
from registry.search import index
from tests import samples
from tests.bad_inputs.conftest import READING, nothing_stored

pytestmark = pytest.mark.django_db

RARE = "安康市𠮷顺㛃䶮〇商贸有限公司"
LICENCES = "/disclosure/licences/"


def exported(wanted: str) -> list[str]:
    """The first row below the heading, as a spreadsheet reads it."""
    content = Client().get(LICENCES, {"format": wanted}).getvalue()
    if wanted == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1]
    sheet = load_workbook(io.BytesIO(content)).active
    cells = next(sheet.iter_rows(min_row=2))
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    return [cell.value or "" for cell in cells]


@pytest.fixture
def pushed(onboarded_here):
    """What the province would be sent of the only record there is."""

    def render() -> str:
        deliveries = Delivery.objects.select_related(
            "record__organisation__onboarding", "record__item_version", "event"
        )
        messages, hopeless = payload.render(list(deliveries))
        assert not hopeless
        return json.dumps([message.item for message in messages], ensure_ascii=False)

    return render


@pytest.fixture
def onboarded_here(organisation):
    return Onboarding.objects.create(organisation=organisation, port_number="610922000001")


def test_the_rarest_characters_pass_through_every_door_in_and_out(writing, published, looked_for, pushed):
    """BI-N01: beyond the basic plane, stored, searched, shown, exported and pushed intact."""
    record = published("licence", counterparty_name=RARE)
    for number, door in enumerate(writing):
        said = writing[door](
            "licence", samples.licence(counterparty_name=RARE, document_number=f"另〔2026〕{number}号")
        )
        assert said.taken, (door, said.words)
    for door in ("search", "licences", "api records", "api licences", "admin records", "admin subjects"):
        page = looked_for(door, "𠮷顺").content.decode()
        assert RARE in page.replace("<mark>", "").replace("</mark>", ""), door
    assert RARE in Client().get(record.get_absolute_url()).content.decode()
    assert exported("csv")[0] == exported("xlsx")[0] == RARE
    assert RARE in pushed()


def test_a_length_is_counted_in_characters(writing, refused):
    """BI-N01, BI-N09: 200 of the rarest fit, and one more is one too many."""
    assert writing["form"]("licence", samples.licence(counterparty_name="𠮷" * 200)).taken
    refused("licence", "最多200个字，现为201个字", counterparty_name="𠮷" * 201, document_number="另〔2026〕1号")


NUL = "a\0b"


def test_nul_is_refused_at_every_door_of_entry(refused, writing):
    """BI-N03: a form never brings it in, JSON and a workbook could."""
    refused("licence", "U+0000", counterparty_name=NUL, doors=("import",))
    for kind, field in (("licence", "content"), ("catalogue-record", "document_number")):
        with nothing_stored():
            said = writing["api"](kind, samples.of(kind, **{field: NUL}))
        assert not said.taken and field in said.words and "非法字符" in said.words


@pytest.mark.parametrize("door", READING)
def test_nul_is_refused_at_every_door_of_reading(door, looked_for, clerk):
    """BI-N03 in query strings and in paths."""
    assert looked_for(door, NUL).status_code in (400, 404)


def test_nul_in_a_form_a_key_or_a_header_is_no_fault_of_ours(at_entry, organisation, clerk, client):
    """BI-N03 where nobody looks for it."""
    add = reverse("admin:registry_record_add")
    item = organisation.catalogue_items.get(kind="licence").code
    with nothing_stored():
        page = at_entry.client.post(f"{add}?kind=licence&item={item}", {"f-counterparty_name": NUL, "f-\0": "x"})
        assert page.status_code in (200, 400)
        answer = at_entry.client.post("/api/v1/licences/", '{"a\\u0000": 1}', content_type="application/json")
        assert answer.status_code == 400
    assert client.post(reverse("admin:login"), {"username": NUL, "password": NUL}).status_code == 200
    assert Client().get("/search/", headers={"X-Anything": NUL, "Accept-Language": NUL}).status_code == 200
    assert Client().get("/search/", headers={"Cookie": f"sessionid={NUL}"}).status_code == 200


@pytest.mark.parametrize(("kind", "field"), [("licence", "counterparty_name"), ("catalogue-record", "document_number")])
def test_half_a_character_is_refused_with_its_field(kind, field, at_entry, organisation):
    """BI-N04: in a text column and in what is kept as JSON alike."""
    body = json.dumps(samples.of(kind)).replace("{", f'{{"{field}": "a\\ud800b", ', 1)
    collection = {"licence": "licences"}.get(kind, "catalogue-records")
    values = json.loads(body) | {field: "a\ud800b"}
    with nothing_stored():
        answer = at_entry.client.post(f"/api/v1/{collection}/", json.dumps(values), content_type="application/json")
    assert answer.status_code == 400 and field in answer.json()["errors"]


HIDING = {
    "BI-N06-override": ("公司\u202e有限", "U+202E"),
    "BI-N06-isolate": ("公司\u2066有限", "U+2066"),
    "BI-N06-mark": ("公司\u200f有限", "U+200F"),
    "BI-N06-zero-width": ("公司\u200b有限", "U+200B"),
    "BI-N06-joiner": ("公司\u200d有限", "U+200D"),
    "BI-N06-word-joiner": ("公司\u2060有限", "U+2060"),
    "BI-N06-byte-order": ("公司\ufeff有限", "U+FEFF"),
    "BI-N10-zalgo": ("公" + "\u0301" * 3000, "组合符号"),
    "BI-N10-five": ("公" + "\u0301" * 5, "组合符号"),
    "BI-N10-emoji": ("👨\u200d👩\u200d👧" * 500, "内容过长"),
}  # fmt: skip


@pytest.mark.parametrize("case", [case for case in HIDING if case != "BI-N10-emoji"])
def test_what_hides_or_piles_up_is_refused_by_its_name(case, refused):
    refused("licence", HIDING[case][1], counterparty_name=HIDING[case][0])


def test_a_string_of_emoji_is_refused_for_what_joins_it(refused):
    """BI-N10: the joiner is no letter of any name here."""
    refused("licence", "U+200D", counterparty_name="👨\u200d👩\u200d👧" * 500)


def test_a_reason_hides_nothing_either(submitted, at_review, reviewer):
    """BI-N06 and BI-C19 in the words beside a decision, at the form and at the API by one rule."""
    record = submitted()
    move = reverse("admin:registry_record_move", args=[record.pk])
    for reason, told in (("文号\u202e有误", "U+202E"), ("见61090219000622006X", "居民身份证"), ("长" * 501, "500")):
        page = at_review.client.post(move, {"action": "return", "expecting": record.seq, "reason": reason})
        assert page.status_code == 400 and told in page.content.decode()
        answer = at_review.client.post(
            f"/api/v1/licences/{record.uid}/moves/", {"action": "return", "reason": reason},
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code == 400 and told in answer.json()["errors"]["reason"][0]
    assert record.events.count() == 1


def test_what_hides_is_left_out_of_a_search_and_shown_where_it_is_stored(published, looked_for):
    """BI-N06: rows from before the rule show a mark in its place."""
    record = published("licence")
    Subject.objects.filter(pk=record.subject_id).update(name="石泉县后柳\u202e试例合作社")
    for door in ("search", "licences", "api records", "api licences", "admin records"):
        assert record.document_number in looked_for(door, "后\u200b柳\u202e试例").content.decode(), door
    assert "〔U+202E〕" in looked_for("search", "后柳").content.decode()


BRACKETS = [("安康市汉滨区（东坝）商行", "(东坝)商行"), ("安康市汉滨区(东坝)商行", "（东坝）商行")]


@pytest.mark.parametrize(("stored", "typed"), BRACKETS, ids=["BI-N07-wide", "BI-N07-narrow"])
def test_brackets_of_either_width_are_one_name_and_stay_as_typed(
    stored, typed, drafted, writing, published, looked_for
):
    record = published("licence", counterparty_name=stored)
    for door in ("search", "licences", "api records", "admin records"):
        assert record.document_number in looked_for(door, typed).content.decode(), door
    other = stored.translate(str.maketrans("（）()", "()（）"))
    said = writing["form"](
        "licence",
        samples.licence(
            counterparty_name=other, counterparty_uscc=record.subject.uscc, document_number="另〔2026〕1号"
        ),
    )
    assert said.taken  # the same name, and the same subject
    assert Subject.objects.get().name == stored


@pytest.mark.parametrize("name", ["阿·买", "阿•买", "阿・买"])
def test_the_dot_in_a_persons_name_has_one_form(name, writing):
    """BI-N07: U+00B7, as the data standard writes it; an organisation's name keeps what it has."""
    for number, door in enumerate(writing):
        values = samples.licence(
            legal_representative=name, counterparty_name="安康市阿•买商行", document_number=f"另〔2026〕{number}号",
            legal_representative_document_type="护照号", legal_representative_id_number="E12345678",
        )  # fmt: skip
        assert writing[door]("licence", values).taken, door
    for record in Record.objects.select_related("licence", "subject"):
        assert record.licence.legal_representative == "阿·买"
        assert record.subject.name == "安康市阿•买商行"


def test_five_megabytes_are_refused_before_they_are_read(at_entry, organisation):
    """BI-N09: a form by Django's limit, JSON by its length in the header."""
    huge = "a" * 5_000_000
    add = reverse("admin:registry_record_add")
    with nothing_stored():
        page = at_entry.client.post(f"{add}?kind=licence", {"f-counterparty_name": huge})
        assert page.status_code == 400 and "请求格式不正确" in page.content.decode()
        answer = at_entry.client.post("/api/v1/licences/", f'{{"x": "{huge}"}}', content_type="application/json")
        assert answer.status_code == 413 and "1MB" in answer.json()["detail"]


MARKUP = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>", "'onmouseover='alert(1)", "{{7*7}}{% debug %}",
]  # fmt: skip


@pytest.mark.parametrize("name", MARKUP)
def test_markup_is_text_wherever_it_is_shown(name, published, looked_for, at_entry):
    """BI-N12: on pages, in marked results, in the admin, in what a parameter gives back."""
    record = published("licence", counterparty_name=name, content=name)
    html = [Client().get(path) for path in ("/", record.get_absolute_url(), f"/subjects/{record.subject.uscc}/")]
    html += [looked_for(door, name) for door in ("search", "lookup", "licences", "admin records", "admin subjects")]
    html += [at_entry.record(record), at_entry.record(record, "history")]
    for page in html:
        text = page.content.decode()
        assert "<script>alert" not in text and "<img src=x" not in text and "<svg/" not in text
        assert "'onmouseover='" not in text and 'href="javascript:' not in text
    answer = Client().get(f"/api/v1/licences/{record.uid}/")
    assert answer["Content-Type"] == "application/json" and answer["X-Content-Type-Options"] == "nosniff"


FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1公司", "-2+3公司", "@SUM(1)", "＝1公司"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_a_name_and_leaves_harmless(name, published, at_review, reviewer):
    """BI-N13: stored as typed; with an apostrophe in CSV, as a string in XLSX."""
    record = published("licence", counterparty_name=name)
    assert record.subject.name == name
    assert exported("csv")[0] == f"'{name}"
    assert exported("xlsx")[0] == name
    table = at_review.client.post(
        reverse("admin:registry_record_changelist"), {"action": "export", "_selected_action": [record.pk]}
    )
    rows = list(csv.reader(io.StringIO(table.getvalue().decode("utf-8-sig"), newline="")))
    assert f"'{name}" in rows[1]


@pytest.mark.parametrize("name", ["CON.txt", "../../etc/passwd", "C:\\x", "a/b", 'a"b', "a;b"])
def test_the_name_of_a_file_is_made_of_its_kind_and_the_day(name, published, at_review):
    """BI-N15: nothing that anybody typed stands in it."""
    record = published("licence", counterparty_name=name)
    answers = [Client().get(LICENCES, {"format": wanted, "q": name}) for wanted in ("csv", "xlsx")]
    answers.append(at_review.client.post(
        reverse("admin:registry_record_changelist"), {"action": "export", "_selected_action": [record.pk]}
    ))  # fmt: skip
    for answer in answers:
        assert answer.getvalue()
        filename = answer.headers["Content-Disposition"].partition("filename=")[2].strip('"')
        assert filename in {"licence-20260302.csv", "licence-20260302.xlsx", "records-20260302.csv"}


def test_the_index_of_names_holds_what_was_typed_and_finds_it_folded(published):
    """BI-N01, BI-N07: the key is folded once, for storing and for asking."""
    record = published("licence", counterparty_name="ＡＢＣ试例（东坝）商行")
    index.refresh([record])
    assert record.subject.name_key == "ABC试例(东坝)商行"
