"""Who may open what: the one table of every address, every role and every act, shown in `docs/permissions.md`.

The rights themselves are worked out where they belong (`roles.PERMISSIONS`, the admin pages, the rule books, the
API). This table says what must come out of them; a test walks every address of the resolver as every role, and one
that stands in no row fails it. Whoever adds an address adds its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.apps import apps

from registry.directory.organisations import OrganisationKind
from registry.directory.staff import ROLES_OF_KIND, Role
from registry.records import kinds

CLERK, REVIEWER = Role.CLERK, Role.REVIEWER
COUNTY, OFFICE, RESEARCHER, AUDITOR = Role.COUNTY_OFFICE, Role.CREDIT_OFFICE, Role.RESEARCHER, Role.AUDITOR
ADMINISTRATOR = "administrator"  # the technical administrator (superuser); belongs to no body's work

Holder = Role | str
Cells = Mapping[Holder, str]

# How far each role sees; what lies beyond does not exist for it (404).
OWN, OWN_REGION, EVERYTHING = "本单位", "本县区", "全市"
REACH: Mapping[Holder, str] = {
    CLERK: OWN, REVIEWER: OWN, COUNTY: OWN_REGION, OFFICE: EVERYTHING, RESEARCHER: EVERYTHING, AUDITOR: EVERYTHING,
    Role.ASSOCIATION: OWN, Role.MEDIA: OWN, Role.FINANCE: OWN, Role.THIRD_PARTY: OWN, Role.ORGANISER: OWN,
    ADMINISTRATOR: EVERYTHING,
}  # fmt: skip
HOLDERS: tuple[Holder, ...] = (*Role, ADMINISTRATOR)

_READERS = (CLERK, REVIEWER, COUNTY, OFFICE, RESEARCHER)
_CHECKERS: tuple[Holder, ...] = (CLERK, REVIEWER, Role.FINANCE, ADMINISTRATOR)


def _seen_by(*roles: Role, **more: str) -> dict[Holder, str]:
    """Seen by these and the administrator; `more` names the cells that say more, by the role's value."""
    return {**{role: "v" for role in (*roles, ADMINISTRATOR)}, **{_holder(name): cell for name, cell in more.items()}}


def _holder(name: str) -> Holder:
    return name if name == ADMINISTRATOR else Role(name)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A list of the work-bench with its rows: v to see, a to add, c to change, d to delete them."""

    model: str
    cells: Cells
    reaches: bool = False  # whether the reach of a role limits the rows


PAGES: tuple[Page, ...] = (
    Page(model="registry.record", reaches=True, cells=_seen_by(*_READERS, clerk="vacd", administrator="vacd")),
    Page(model="registry.subject", reaches=True, cells=_seen_by(*_READERS)),
    Page(model="registry.organisation", cells=_seen_by(*_READERS, credit_office="vac", administrator="vacd")),
    Page(model="registry.region", cells=_seen_by(*_READERS)),
    Page(model="registry.catalogueitem", reaches=True,
         cells=_seen_by(*_READERS, credit_office="va", administrator="vac")),
    Page(model="registry.legacyregistration", reaches=True, cells=_seen_by(*_READERS, clerk="vac", administrator="vac")),
    Page(model="registry.importbatch", reaches=True, cells=_seen_by(*_READERS, clerk="va", administrator="va")),
    Page(model="registry.catalogueitemversion", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.collectioncatalogue", cells={OFFICE: "va", ADMINISTRATOR: "vac"}),
    Page(model="registry.termrule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.repairrule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.deadlinerule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.calendarday", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.calendaryear", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.dishonestyitem", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.honourcategory", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.personrole", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.associationmember", reaches=True,
         cells=_seen_by(Role.ASSOCIATION, credit_office="vac", administrator="vac")),
    Page(model="redlist.listrule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="redlist.crosscheck", reaches=True, cells=_seen_by(*_READERS, reviewer="va", administrator="va")),
    Page(model="redlist.honourrevocation", reaches=True,
         cells=_seen_by(*_READERS, reviewer="va", administrator="va")),
    Page(model="redlist.nomination", reaches=True,
         cells=_seen_by(*_READERS, association="va", media="va", administrator="va")),
    Page(model="disclosure.penaltyseverity", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="blacklist.listing", reaches=True, cells=_seen_by(*_READERS)),
    Page(model="blacklist.listrule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="blacklist.listingtermrule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="blacklist.campaign", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="registry.user", cells={OFFICE: "vac", AUDITOR: "v", ADMINISTRATOR: "vac"}),
    Page(model="registry.delivery", cells={OFFICE: "v", ADMINISTRATOR: "v"}),
    Page(model="exchange.onboarding", cells={OFFICE: "va", ADMINISTRATOR: "v"}),
    Page(model="exchange.channel", cells={OFFICE: "v", ADMINISTRATOR: "v"}),
    Page(model="measures.measurelist", reaches=True,
         cells=_seen_by(*_READERS, clerk="vac", administrator="vac")),
    Page(model="measures.measureapplication", reaches=True,
         cells=_seen_by(*_READERS, reviewer="va", administrator="va")),
    Page(model="measures.measurearchive", reaches=True, cells=_seen_by(*_READERS)),
    Page(model="measures.applicationmatter", reaches=True,
         cells=_seen_by(*_READERS, clerk="vac", finance="vac", administrator="vac")),
    Page(model="measures.jointcheck", reaches=True,
         cells=_seen_by(*_READERS, clerk="va", reviewer="va", finance="va", administrator="va")),
    Page(model="measures.measure", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="measures.legalbasis", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="measures.feedbackrule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="objections.case", reaches=True, cells=_seen_by(CLERK, REVIEWER, COUNTY, OFFICE)),
    Page(model="objections.recalltask", reaches=True, cells=_seen_by(REVIEWER, COUNTY, OFFICE)),
    Page(model="objections.remedycase", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="objections.serviceprogramme", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="objections.servicehours", reaches=True, cells=_seen_by(Role.ORGANISER, OFFICE)),
    Page(model="objections.steprule", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="objections.remedytext", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="objections.complainttopic", cells={OFFICE: "vac", ADMINISTRATOR: "vac"}),
    Page(model="objections.contactaccess", cells={AUDITOR: "v", ADMINISTRATOR: "v"}),
    Page(model="registry.auditlog", cells={AUDITOR: "v", ADMINISTRATOR: "v"}),
    Page(model="registry.personaldataaccess", cells={AUDITOR: "v", ADMINISTRATOR: "v"}),
)  # fmt: skip
OF_A_PAGE = ("changelist", "add", "change", "delete", "history")  # the addresses every page has


@dataclass(frozen=True, kw_only=True)
class Step:
    """An act at the work-bench: at which address, in which words, by whom."""

    name: str
    address: str
    label: str
    by: frozenset[Holder]
    reaches: bool = False  # whether it goes as far as the role sees, not only as far as its own body


def _step(name: str, address: str, label: str, *by: Holder, reaches: bool = False) -> Step:
    return Step(name=name, address=f"admin:{address}", label=label, by=frozenset(by), reaches=reaches)


# Records and what hangs on them are worked on in the body that provides them, by the administrator too.
STEPS: tuple[Step, ...] = (
    _step("draft", "registry_record_add", "录入草稿", CLERK, ADMINISTRATOR),
    _step("revise", "registry_record_change", "修改草稿、被退回的记录", CLERK, ADMINISTRATOR),
    _step("discard", "registry_record_delete", "删除从未提交的草稿", CLERK, ADMINISTRATOR),
    _step("submit", "registry_record_move", "提交审核", CLERK, ADMINISTRATOR),
    _step("return", "registry_record_move", "退回修改", REVIEWER, ADMINISTRATOR),
    _step("publish", "registry_record_move", "通过并公示（录入人本人除外）", REVIEWER, ADMINISTRATOR),
    _step("withdraw", "registry_record_move", "撤回", REVIEWER, ADMINISTRATOR),
    _step("propose", "registry_record_correct", "提出更正", CLERK, ADMINISTRATOR),
    _step("accept", "registry_record_accept", "通过更正（提出人本人除外）", REVIEWER, ADMINISTRATOR),
    _step("decline", "registry_record_decline", "不通过更正（提出人本人除外）", REVIEWER, ADMINISTRATOR),
    _step("reveal", "registry_record_reveal", "查看证件号码（说明理由，留痕）", REVIEWER, ADMINISTRATOR),
    _step("export", "registry_record_changelist", "导出所选记录（自然人脱敏）", *_READERS, ADMINISTRATOR),
    _step("upload", "registry_importbatch_add", "上传工作簿", CLERK, ADMINISTRATOR),
    _step("look", "registry_importbatch_rows", "核对待核的行", CLERK, REVIEWER, ADMINISTRATOR),
    _step("import", "registry_importbatch_act", "导入为草稿、放弃、撤销整批", CLERK, ADMINISTRATOR),
    _step("review", "registry_importbatch_act", "整批通过并公示、退回（导入人本人除外）", REVIEWER, ADMINISTRATOR),
    _step("returned", "registry_importbatch_returned", "取回标注了问题的工作簿（留痕）", CLERK, ADMINISTRATOR),
    _step("template", "registry_importbatch_template", "下载模板", *_READERS, ADMINISTRATOR),
    _step("zero", "registry_importbatch_zero-reports", "零报告", CLERK, ADMINISTRATOR),
    _step("backfill", "registry_importbatch_backfill", "填报补录任务", CLERK, ADMINISTRATOR),
    _step("rename", "registry_subject_rename", "登记主体更名", OFFICE, ADMINISTRATOR),
    _step("conversion", "registry_legacyregistration_conversion", "查看存量主体代码转换率", *_READERS, ADMINISTRATOR),
    _step("open_port", "exchange_onboarding_add", "开通单位端口", OFFICE),
    _step("reopen", "exchange_onboarding_open", "重新开通停用的端口", OFFICE),
    _step("test", "exchange_onboarding_test", "联调测试", OFFICE),
    _step("confirm", "exchange_onboarding_confirm", "确认接入", OFFICE),
    _step("stop", "exchange_onboarding_stop", "停用端口", OFFICE),
    _step("progress", "exchange_onboarding_report", "查看接入进度", COUNTY, OFFICE, RESEARCHER, ADMINISTRATOR),
    _step("reset", "registry_user_second_factor", "解除他人动态口令绑定", ADMINISTRATOR),
    _step("password", "auth_user_password_change", "重设他人密码", OFFICE, ADMINISTRATOR),
    _step("take_up", "objections_case_act", "受理、退回补正、反馈异议", COUNTY, OFFICE, ADMINISTRATOR, reaches=True),
    _step("conclude", "objections_case_act", "对异议作出结论（录入、审核该信息的人除外；承办单位没有其他人时由信用办办）",
          REVIEWER, COUNTY, OFFICE, ADMINISTRATOR, reaches=True),
    _step("contact", "objections_case_reveal", "查看联系信息（说明理由，留痕）", REVIEWER, COUNTY, OFFICE, ADMINISTRATOR,
          reaches=True),
    _step("evidence", "objections_case_evidence", "下载证明材料（留痕）", REVIEWER, COUNTY, OFFICE, ADMINISTRATOR,
          reaches=True),
    _step("clarify", "objections_case_clarify", "发布澄清公告（申请人同意的）", COUNTY, OFFICE, ADMINISTRATOR, reaches=True),
    _step("from_complaint", "objections_case_draft", "由查实的举报生成记录草稿", CLERK, ADMINISTRATOR),
    _step("adopt", "objections_case_act", "采用主体网上提交的信用承诺，生成记录并提交审核", CLERK, ADMINISTRATOR),
    _step("recall", "objections_recalltask_change", "确认本单位的纠错任务", REVIEWER, COUNTY, OFFICE, ADMINISTRATOR),
    _step("hours", "objections_servicehours_change", "确认本单位项目的公益服务时长", Role.ORGANISER, ADMINISTRATOR),
    _step("state", "blacklist_listing_change", "登记送达、陈述申辩、督促履行和重点监管检查", CLERK, ADMINISTRATOR),
    _step("answer", "blacklist_listing_change", "答复陈述申辩（录入人本人除外）", REVIEWER, ADMINISTRATOR),
    _step("consent", "blacklist_listing_change", "同意“其他”类行为、未确定责任人员的列入", OFFICE, ADMINISTRATOR, reaches=True),
    _step("begin_list", "measures_measurelist_add", "拟定本单位的措施清单", CLERK, ADMINISTRATOR),
    _step("change_list", "measures_measurelist_change", "修改本单位措施清单草稿的条目", CLERK, ADMINISTRATOR),
    _step("approve_list", "measures_measurelist_change", "审定并发布措施清单（拟定人本人除外）", REVIEWER, ADMINISTRATOR),
    _step("feed_back", "measures_measureapplication_change", "反馈本单位实施的措施、确认解除", CLERK, REVIEWER, ADMINISTRATOR),
    _step("paper", "measures_measureapplication_document", "下载执行文书附件（留痕）", *_READERS, ADMINISTRATOR, reaches=True),
    _step("limit", "measures_measureapplication_add", "逐项决定行业禁入、限制高消费", REVIEWER, ADMINISTRATOR),
    _step("annotate", "measures_measurearchive_change", "附注本单位的奖惩档案", CLERK, REVIEWER, ADMINISTRATOR),
    _step("check", "measures_jointcheck_add", "联合奖惩查询（留痕；金融机构只查公开信息）", CLERK, REVIEWER, Role.FINANCE, ADMINISTRATOR),
    _step("decide_hit", "measures_jointcheck_change", "对本单位查询的命中作出决定、反馈", CLERK, REVIEWER, Role.FINANCE,
          ADMINISTRATOR),
    _step("file", "registry_personaldataaccess_file", "查看个人信用档案（说明用途和理由，留痕）", REVIEWER, OFFICE,
          ADMINISTRATOR),
    _step("stay", "objections_remedycase_change", "登记复议诉讼的停止执行和结果", OFFICE, ADMINISTRATOR, reaches=True),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A request to the API of every kind of record; `key` says whether a key bound to somebody may make it."""

    name: str
    address: str  # {} stands for the collection of a kind
    method: str
    label: str
    by: frozenset[Holder]
    key: bool = False


def _operation(name: str, address: str, method: str, label: str, *by: Holder, key: bool = False) -> Operation:
    return Operation(name=name, address=address, method=method, label=label, by=frozenset(by), key=key)


OPERATIONS: tuple[Operation, ...] = (
    _operation("draft", "api:{}", "POST", "录入草稿", CLERK, ADMINISTRATOR, key=True),
    _operation("revise", "api:{}-item", "PUT", "修改草稿（整条）", CLERK, ADMINISTRATOR, key=True),
    _operation("amend", "api:{}-item", "PATCH", "修改草稿（部分）", CLERK, ADMINISTRATOR, key=True),
    _operation("discard", "api:{}-item", "DELETE", "删除从未提交的草稿", CLERK, ADMINISTRATOR, key=True),
    _operation("submit", "api:{}-moves", "POST", "提交审核", CLERK, ADMINISTRATOR, key=True),
    _operation("return", "api:{}-moves", "POST", "退回修改", REVIEWER, ADMINISTRATOR),
    _operation("publish", "api:{}-moves", "POST", "通过并公示", REVIEWER, ADMINISTRATOR),
    _operation("withdraw", "api:{}-moves", "POST", "撤回", REVIEWER, ADMINISTRATOR),
    _operation("propose", "api:{}-corrections", "POST", "提出更正", CLERK, ADMINISTRATOR, key=True),
    _operation("work", "api:{}-item", "GET", "查看未公示的记录", *_READERS, ADMINISTRATOR, key=True),
    _operation("deliver", "api:intake", "POST", "报送工作簿", CLERK, ADMINISTRATOR, key=True),
    _operation("follow", "api:intake-batch", "GET", "查看报送的进度和结果", *_READERS, ADMINISTRATOR, key=True),
    _operation("confirm", "api:intake-acts", "POST", "导入为草稿、放弃、撤销整批", CLERK, ADMINISTRATOR, key=True),
    _operation("review", "api:intake-acts", "POST", "整批通过并公示、退回", REVIEWER, ADMINISTRATOR),
    _operation("workbook", "api:intake-workbook", "GET", "取回标注了问题的工作簿", CLERK, ADMINISTRATOR, key=True),
    _operation("check", "joint_checks:check", "POST", "联合奖惩查询（单位密钥也可）", *_CHECKERS, key=True),
    _operation("check_file", "joint_checks:file", "POST", "联合奖惩批量查询（单位密钥也可）", *_CHECKERS, key=True),
    _operation("check_read", "joint_checks:detail", "GET", "查看本单位的查询（单位密钥也可）", *_CHECKERS, key=True),
    _operation("check_decide", "joint_checks:decisions", "POST", "对查询的命中作出决定", *_CHECKERS),
    _operation("check_feedback", "joint_checks:feedback", "POST", "金融机构反馈采取的措施", Role.FINANCE),
)


@dataclass(frozen=True, kw_only=True)
class Open:
    """Addresses that ask nobody who he is, or only that he works here."""

    to: str
    addresses: tuple[str, ...] = field(default=())


OPEN_TO_ANYBODY = Open(
    to="任何人（只读）",
    addresses=(
        "portal:home", "portal:search", "portal:list_rules", "portal:codes", "portal:published_codes", "portal:api_docs", "portal:robots",
        "portal:sitemap", "portal:sitemap_part", "registry:record", "registry:subject", "registry:catalogue",
        "disclosure:licences", "disclosure:penalties", "redlist:list", "redlist:commitments", "blacklist:list", "blacklist:timeliness",
        "blacklist:campaigns",
        "measures:catalogue", "measures:lists", "api:codes", "api:code", "api:subject", "api:records", "api:changes",
        "api:record", "api:schema", "admin:login", "objections:rules", "objections:statistics", "objections:clarifications",
    ),
)  # fmt: skip
OPEN_TO_QUESTIONS = Open(
    to="任何人（以表单提问，只读，提问内容不保存）", addresses=("portal:batch", "portal:listed_persons")
)
_FORMS = ("start", "page", "remove", "done", "receipt")
OPEN_TO_APPLICANTS = Open(
    to="任何人（提交申请，凭编号和查询码办理）",
    addresses=(
        *(f"objections:{form}_{name}" for form in ("objection", "repair", "complaint", "commitment") for name in _FORMS),
        "objections:track", "objections:verify",
    ),
)  # fmt: skip
OPEN_TO_STAFF = Open(
    to="全体工作人员",
    addresses=(
        "admin:index", "admin:logout", "admin:password_change", "admin:password_change_done", "admin:jsi18n",
        "admin:autocomplete", "admin:app_list", "admin:view_on_site", "admin:second_factor",
        "admin:second_factor_enrol",
    ),
)  # fmt: skip
OPEN_TO_MACHINES = Open(to="本机与受信任的代理（监控）", addresses=("healthz", "readyz", "metrics"))


_OPEN = (OPEN_TO_ANYBODY, OPEN_TO_QUESTIONS, OPEN_TO_APPLICANTS, OPEN_TO_STAFF, OPEN_TO_MACHINES)


def addresses() -> set[str]:
    """Every address the table knows, by its name."""
    known = {name for group in _OPEN for name in group.addresses}
    known |= {f"admin:{page.model.replace('.', '_')}_{name}" for page in PAGES for name in OF_A_PAGE}
    known |= {step.address for step in STEPS}
    for kind in kinds.every():
        if kind.collection:
            known |= {operation.address.format(kind.collection) for operation in OPERATIONS}
    return known


def label(holder: Holder) -> str:
    return holder.label if isinstance(holder, Role) else "技术管理员"


def written() -> str:
    """The table in Markdown."""
    parts = ["# 角色与权限", "<!-- 由 `python3 manage.py describe` 生成，请勿手工修改 -->", _INTRODUCTION]
    parts += ["## 角色", _lines(_roles())]
    parts += ["## 工作台页面", "看：查看；增：新增；改：修改；删：删除。空格：无权打开。", _lines(_pages())]
    parts += [
        "## 工作台事项",
        "记录只由提供单位办理，办件由承办单位核查，技术管理员也不例外；受理、反馈和导出以能看到的为限。",
        _lines(_steps()),
    ]
    parts += [
        "## 接口",
        "查询公开的内容不需要身份。以下各项须有姓名：本人登录，或绑定录入员的密钥。",
        _lines(_operations()),
    ]
    parts += ["## 不分角色的地址", _lines(_open())]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = (
    "角色由 `setup_roles` 建立，由市信用办（审计员、市信用办由技术管理员）授予。角色须与所属单位的性质相符，"
    "否则不产生任何权限。范围以外的记录视同不存在：列表、详情、批量办理、自动补全、导出和接口一律不显示，"
    "直接访问答 404；没有权限的页面答 403。测试以每个角色逐一访问全部地址，与本表核对。"
)
_LETTERS = {"v": "看", "a": "增", "c": "改", "d": "删"}


def _roles() -> Iterator[tuple[str, ...]]:
    yield "角色", "范围", "可任职的单位"
    for holder in HOLDERS:
        of = [kind.label for kind in OrganisationKind if holder in ROLES_OF_KIND[kind]]
        yield label(holder), REACH[holder], "、".join(of) or "技术维护，不属于任何单位的业务"


def _pages() -> Iterator[tuple[str, ...]]:
    yield "页面", *map(label, HOLDERS)
    for page in PAGES:
        name = f"{apps.get_model(page.model)._meta.verbose_name}{'（按范围）' if page.reaches else ''}"
        yield name, *("".join(_LETTERS[letter] for letter in page.cells.get(holder, "")) for holder in HOLDERS)


def _steps() -> Iterator[tuple[str, ...]]:
    yield "事项", *map(label, HOLDERS)
    for step in STEPS:
        yield step.label, *("可" if holder in step.by else "" for holder in HOLDERS)


def _operations() -> Iterator[tuple[str, ...]]:
    yield "事项", "方法", *map(label, HOLDERS), "密钥"
    for operation in OPERATIONS:
        may = ("可" if holder in operation.by else "" for holder in HOLDERS)
        yield operation.label, operation.method, *may, "可" if operation.key else ""


def _open() -> Iterator[tuple[str, ...]]:
    yield "对象", "地址名称"
    for group in _OPEN:
        yield group.to, "、".join(f"`{name}`" for name in group.addresses)


def _lines(rows: Iterator[tuple[str, ...]]) -> str:
    head = next(rows)
    written = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in written)
