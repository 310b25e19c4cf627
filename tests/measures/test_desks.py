"""The desks of joint measures: every act a person has is done from its page, and tells what it refuses (row S5.9 too)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from measures.models import (
    ApplicationMatter,
    CheckHit,
    FinanceFeedback,
    JointCheck,
    MeasureApplication,
    MeasureArchive,
    MeasureList,
)
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.models import AuditLog
from tests import factories
from tests.factories import TODAY
from tests.measures.conftest import named, people

pytestmark = pytest.mark.django_db
NUMBER = "610902190001050014"
LINE = {
    "act": "line", "line-measure": "P04", "line-strength": "mandatory", "line-basis": "AZF-2017-8", "line-clause": "三（三）",
    "line-procedure": "核对后办理", "line-contact": "法规科",
}  # fmt: skip


def address(name, *args):
    return reverse(f"admin:measures_{name}", args=args)


@pytest.fixture
def staff(bureau):
    return people(bureau)


def test_a_list_goes_from_draft_to_force_by_two_people(client, bureau, staff):
    clerk, reviewer = staff
    client.force_login(clerk)
    answer = client.post(address("measurelist_add"), {"colour": "punishment"})
    drafted = MeasureList.objects.get()
    page = address("measurelist_change", drafted.pk)
    assert answer.url == page
    wrong = client.post(page, {**LINE, "line-basis": ""})
    assert wrong.status_code == 400 and "没有依据" in wrong.content.decode()
    foreign = client.post(page, {**LINE, "line-measure": "P16"})
    assert foreign.status_code == 400 and not drafted.lines.exists()
    assert client.post(page, LINE).status_code == 302
    assert client.post(page, {"act": "approve"}).status_code == 403
    head = {"act": "head", "head-document_number": "白市监发〔2026〕9号", "head-valid_from": TODAY.isoformat()}
    assert client.post(page, head).status_code == 302
    client.force_login(reviewer)
    assert "审定并发布" in client.get(page).content.decode()
    assert client.post(page, {"act": "approve"}).status_code == 302
    drafted.refresh_from_db()
    assert drafted.approved_by == reviewer and drafted.document_number == "白市监发〔2026〕9号"
    assert client.post(page, LINE).status_code == 403
    client.force_login(clerk)
    assert client.post(address("measurelist_add"), {"colour": "punishment"}).status_code == 302
    second = MeasureList.objects.get(version=2)
    line = second.lines.get()
    page = address("measurelist_change", second.pk)
    assert "与第1版比较" in client.get(page).content.decode()
    assert client.post(page, {"act": "drop", "drop-line": line.pk}).status_code == 302 and not second.lines.exists()
    assert client.post(address("measurelist_add"), {"colour": "punishment"}).status_code == 409


def test_a_measure_is_answered_filed_annotated_and_exported(client, bureau, listing, entry, staff):
    listing(bureau, "P04", "P03")
    record = entry()
    client.force_login(staff[1])
    one, other = MeasureApplication.objects.order_by("measure")
    assert "从严控制生产许可证发放" in client.get(reverse("admin:index")).content.decode()
    desk = client.get(address("measureapplication_changelist")).content.decode()
    assert "2026年3月30日" in desk and "已触发" in desk
    page = address("measureapplication_change", one.pk)
    early = {"act": "execute", "execute-what": "x", "execute-executed_on": "2026-03-01", "execute-document": "函1号"}
    refused = client.post(page, early)
    assert refused.status_code == 400 and "不能早于触发日期" in refused.content.decode()
    done = {**early, "execute-executed_on": TODAY.isoformat(), "execute-document": ""}
    assert client.post(page, done).status_code == 302
    listed = client.get(address("measureapplication_changelist"), {"standing": "undocumented"}).content.decode()
    assert "P03" in listed and "P04" not in listed
    assert client.post(page, {"act": "complete", "complete-document": "=1+1函"}).status_code == 302
    assert client.post(page, done).status_code == 403  # the form is gone
    aside = {"act": "set_aside", "set_aside-reason": "未申请过许可"}
    assert client.post(address("measureapplication_change", other.pk), aside).status_code == 302
    item = MeasureArchive.objects.get()
    filed = address("measurearchive_change", item.pk)
    assert "内容与摘要相符" in client.get(filed).content.decode()
    assert client.post(filed, {"act": "annotate", "annotate-text": "已核对"}).status_code == 302
    chosen = {"action": "export", "_selected_action": [item.pk]}
    file = client.post(address("measurearchive_changelist"), chosen)
    row = list(load_workbook(io.BytesIO(b"".join(file))).active)[1]
    assert row[3].value == "P03" and row[14].value == "已核对" and row[12].data_type == "s"  # no formula
    assert AuditLog.objects.filter(action="measure.export_archive", by=staff[1]).exists()
    client.force_login(record.reviewed_by)
    shown = client.get(reverse("admin:registry_record_change", args=[record.pk])).content.decode()
    assert "联合奖惩措施" in shown and "2026-03-02触发 → 2026-03-02执行 → 2026-03-02反馈" in shown


def test_what_rests_shows_no_form(client, bureau, listing, entry, staff, hold):
    listing(bureau, "P04")
    hold(entry())
    client.force_login(staff[1])
    page = address("measureapplication_change", MeasureApplication.objects.get().pk)
    shown = client.get(page).content.decode()
    assert "核实期间暂缓执行" in shown and "反馈已执行" not in shown
    assert client.post(page, {"act": "execute"}).status_code == 403
    held = client.get(address("measureapplication_changelist"), {"standing": "held"}).content.decode()
    assert "P04" in held


@pytest.mark.parametrize("query", ["late", "held", "undocumented", "executed", "lifting", "all"])
def test_the_desk_has_a_view_of_each_standing(client, bureau, listing, entry, staff, query):
    listing(bureau, "P04")
    entry()
    client.force_login(staff[0])
    answer = client.get(address("measureapplication_changelist"), {"standing": query})
    assert answer.status_code == 200 and ("P04" in answer.content.decode()) is (query == "all")


def test_a_limit_is_decided_from_the_page_of_the_record(client, entry, said, reviewer):
    person = factories.PersonFactory()
    said.facts.update(taxonomy_item="C03", is_able_to_perform=True, urged_on=None)
    said.named[:] = [named(person, "法定代表人")]
    record = entry()
    client.force_login(reviewer)
    page = f"{address('measureapplication_add')}?record={record.uid}"
    assert "尚未催告" in client.get(page).content.decode()
    decided = {
        "measure": "P23", "person": person.pk, "decision": "限〔2026〕1号", "valid_from": "2026-03-02",
        "valid_until": "2026-12-31",
    }  # fmt: skip
    assert client.post(page, decided).status_code == 400
    said.facts["urged_on"] = TODAY.replace(month=2)
    shown = client.get(reverse("admin:registry_record_change", args=[record.pk])).content.decode()
    assert "决定行业禁入、限制高消费" in shown
    assert client.post(page, decided).status_code == 302
    assert client.post(page, decided).status_code == 409
    assert client.post(page, {**decided, "measure": "P27"}).status_code == 400
    assert MeasureApplication.objects.get().role == "法定代表人"
    for strange in ("x", "00000000-0000-4000-8000-000000000000"):
        assert client.get(f"{address('measureapplication_add')}?record={strange}").status_code == 404


class TestChecks:
    @pytest.fixture
    def matter(self, bureau):
        return ApplicationMatter.objects.create(organisation=bureau, name="生产许可证", stage="受理", workflow="查询")

    @pytest.fixture
    def desk(self, client, staff, matter):
        client.force_login(staff[0])
        return client

    def ask(self, desk, matter, **asked):
        return desk.post(address("jointcheck_add"), {"matter": matter.pk, **asked})

    def test_a_code_is_asked_about_and_decided_upon(self, desk, matter, bureau, listing, entry):
        listing(bureau, "P04")
        record = entry()
        answer = self.ask(desk, matter, code=record.subject.uscc)
        page = desk.get(answer.url).content.decode()
        assert "从严控制生产许可证发放" in page and "执行中" in page and "1项待决定" in page
        hit = CheckHit.objects.get()
        assert desk.post(answer.url, {"hit": hit.pk, "decision": "passed", "reason": ""}).status_code == 400
        assert desk.post(answer.url, {"hit": hit.pk, "decision": "denied", "reason": ""}).status_code == 302
        assert desk.post(answer.url, {"hit": hit.pk, "decision": "denied", "reason": ""}).status_code == 409
        assert desk.post(answer.url, {"hit": 10**12, "decision": "denied"}).status_code == 400
        assert "不予" in desk.get(answer.url).content.decode()

    def test_a_person_is_asked_about_and_the_number_comes_back_nowhere(self, desk, matter, entry, said):
        person = factories.PersonFactory()
        said.named[:] = [named(person, "法定代表人")]
        entry()
        answer = self.ask(desk, matter, name="柯试明", number=NUMBER)
        page = desk.get(answer.url).content.decode()
        assert "法定代表人" in page and NUMBER not in page
        for wrong in (
            {"name": "", "number": NUMBER},
            {"name": "柯试明"},
            {"code": NUMBER},
            {"code": "x", "name": "y"},
            {},
        ):
            refused = self.ask(desk, matter, **wrong)
            assert refused.status_code == 400 and f'value="{NUMBER}"' not in refused.content.decode()
        assert JointCheck.objects.count() == 1 and NUMBER not in f"{list(AuditLog.objects.values())}"

    def test_a_file_of_bidders(self, desk, matter, entry):
        record = entry()
        file = SimpleUploadedFile("投标人.csv", f"统一社会信用代码\n{record.subject.uscc}\n".encode())
        assert self.ask(desk, matter, file=file).status_code == 302
        broken = self.ask(desk, matter, file=SimpleUploadedFile("x.xlsx", b"PK\x03\x04zz"))
        assert broken.status_code == 400 and JointCheck.objects.count() == 1

    def test_a_matter_in_free_words_and_that_of_another_body_are_refused(self, desk, matter):
        other = ApplicationMatter.objects.create(
            organisation=factories.OrganisationFactory(), name="x", stage="x", workflow="x"
        )
        for key in ("随便", other.pk, ""):
            assert desk.post(address("jointcheck_add"), {"matter": key, "code": "x"}).status_code == 400

    def test_a_matter_is_registered_by_the_body_itself(self, desk, matter, bureau):
        said = {
            "name": "评先评优",
            "measures": ["P20"],
            "info_classes": "严重失信",
            "stage": "初审",
            "workflow": "查询",
            "is_active": "on",
        }
        assert desk.post(address("applicationmatter_add"), said).status_code == 302
        assert ApplicationMatter.objects.get(name="评先评优").organisation == bureau
        again = desk.post(address("applicationmatter_add"), said)
        assert again.status_code == 200 and "本单位已有该事项" in again.content.decode()

    def test_a_bank_gives_its_feedback(self, client, entry):
        bank = factories.OrganisationFactory(kind=OrganisationKind.FINANCE)
        matter = ApplicationMatter.objects.create(organisation=bank, name="贷款", stage="审批", workflow="查询")
        client.force_login(factories.UserFactory(organisation=bank, role=Role.FINANCE))
        answer = self.ask(client, matter, code=entry().subject.uscc)
        assert "推荐性" in client.get(answer.url).content.decode()
        hit = CheckHit.objects.get()
        said = {"hit": hit.pk, "measure": "P29", "way": "rate"}
        assert client.post(answer.url, said).status_code == 400
        assert client.post(answer.url, {**said, "size": "0.50"}).status_code == 302
        assert FinanceFeedback.objects.get().size > 0
        assert client.get(reverse("admin:index")).status_code == 200


def test_the_catalogue_is_ended_never_rewritten(client, rules):
    office = factories.UserFactory(
        organisation=factories.OrganisationFactory(is_credit_office=True), role=Role.CREDIT_OFFICE
    )
    client.force_login(office)
    page = client.get(reverse("admin:measures_legalbasis_change", args=["AZF-2017-8"])).content.decode()
    assert 'name="repealed_on"' in page and 'name="title"' not in page
    assert client.get(reverse("admin:measures_measure_changelist")).status_code == 200
