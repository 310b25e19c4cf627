"""The measures of a body: what waits, what is late, what rests, and the answer to each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from measures import feedback, letters, limits, standing
from measures.admin import frame
from measures.admin.frame import Act, DayField
from measures.limits import Choice
from measures.models import Letter, Measure, MeasureApplication
from measures.standing import Dues, Standing, Standings
from registry import clock
from registry.admin.base import StaffAdmin
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.audit import trace
from registry.directory.persons import Person
from registry.papers import Refused, types
from registry.papers.examining import Paper, examined
from registry.papers.serving import attachment
from registry.records.models import PersonalItem, Record


class PaperField(forms.FileField):
    """The document itself, examined as it comes in; what is cleaned is a `Paper`, or None."""

    widget = forms.FileInput

    def __init__(self) -> None:
        super().__init__(label="文书附件", required=False, help_text=f"{types.ACCEPTED}，加密保存，随档案留存")

    def clean(self, data: Any, initial: Any = None) -> Paper | None:
        uploaded = super().clean(data, initial)
        try:
            return examined(uploaded) if uploaded else None
        except Refused as refusal:
            raise forms.ValidationError(f"文书附件：{refusal}") from None


class ExecuteForm(Act):
    name, label = "execute", "反馈已执行"
    what = ReasonField(label="采取的措施", max_length=1000)
    executed_on = DayField(label="执行日期")
    document = ReasonField(
        label="执行文书", max_length=200, required=False, widget=forms.TextInput,
        help_text="文书名称和文号；暂缺的可先反馈，列入待补档",
    )  # fmt: skip

    paper = PaperField()


class CompleteForm(Act):
    name, label = "complete", "补充执行文书"
    document = ReasonField(label="执行文书", max_length=200, widget=forms.TextInput)
    paper = PaperField()


class SetAsideForm(Act):
    name, label = "set_aside", "反馈不适用"
    reason = ReasonField(label="不适用的理由", max_length=1000)


class LetterForm(Act):
    """What only a body outside the city can do is put to it by letter."""

    name, label = "letter", "登记函告"
    addressee = ReasonField(label="受函单位", max_length=100, widget=forms.TextInput)
    number = ReasonField(label="函件文号", max_length=100, widget=forms.TextInput)
    sent_on = DayField(label="发函日期")


class ReplyForm(Act):
    name, label = "reply", "登记复函"
    reply = ReasonField(label="复函内容", max_length=1000)
    replied_on = DayField(label="复函日期")


class TakeBackForm(Act):
    name, label = "take_back", "登记更正函"
    number = ReasonField(label="更正函文号", max_length=100, widget=forms.TextInput)


class LiftForm(Act):
    name, label = "confirm_lifting", "确认解除"
    note = ReasonField(label="解除情况", max_length=1000)


class LimitForm(forms.Form):
    """A ban or a limit of consumption, for one target."""

    use_required_attribute = False
    measure = forms.ModelChoiceField(label="措施", queryset=Measure.objects.none())
    person = forms.ModelChoiceField(
        label="对象", queryset=Person.objects.none(), required=False, empty_label="信用主体本身"
    )
    decision = ReasonField(label="决定文书", max_length=100, widget=forms.TextInput)
    valid_from = DayField(label="限制起")
    valid_until = DayField(label="限制止")
    industry = ReasonField(
        label="行业", max_length=60, required=False, widget=forms.TextInput, help_text="市场和行业禁入必填"
    )
    text = ReasonField(label="具体内容", max_length=300, required=False, help_text="其他高消费行为必填")
    certificate = ReasonField(
        label="执业证书种类和编号", max_length=100, required=False, widget=forms.TextInput, help_text="注册执业人员必填"
    )
    longer_basis = ReasonField(label="超过惩戒期限的依据", max_length=100, required=False, widget=forms.TextInput)

    def __init__(self, data: Any, *, record: Record) -> None:
        super().__init__(data)
        offered = [measure.pk for measure in limits.offered(record, on=clock.today())]
        self.fields["measure"].queryset = Measure.objects.filter(pk__in=offered)
        named = PersonalItem.objects.filter(record=record)
        self.fields["person"].queryset = Person.objects.filter(pk__in=named.values("person"))


class StandingFilter(admin.SimpleListFilter):
    title = "办理情况"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [
            ("late", "逾期未反馈"), ("held", "暂缓执行"), ("undocumented", "待补档"), ("executed", "已执行"),
            ("lifting", "待确认解除"), ("unanswered", "函告待复"), ("unreplied", "函告逾期未复"), ("all", "全部"),
        ]  # fmt: skip

    def choices(self, changelist: Any) -> Iterable[dict[str, Any]]:
        every = list(super().choices(changelist))
        every[0]["display"] = "待反馈"
        return every

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        on = clock.today()
        match self.value():
            case "late":
                return standing.overdue(queryset, on=on)
            case "held":
                return queryset.of_live_records(on=on).held()
            case "undocumented":
                return queryset.undocumented()
            case "executed":
                return queryset.filter(state="executed")
            case "lifting":
                alive = MeasureApplication.objects.of_live_records(on=on)
                return queryset.filter(state="executed", lifted_at=None).exclude(pk__in=alive.values("pk"))
            case "unanswered":
                return queryset.filter(letter__replied_on=None, letter__isnull=False)
            case "unreplied":
                return queryset.filter(letter__replied_on=None, letter__reply_due__lt=on)
            case "all":
                return queryset
        return queryset.waiting(on=on)


class Desk(ChangeList):
    """The list with how each measure stands and by when it is to be answered; asked once for the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        stood, dues = Standings.of(self.result_list, on=clock.today()), Dues.of(self.result_list)
        for one in self.result_list:
            one.standing, one.last_day = stood[one], dues[one]


@admin.register(MeasureApplication, site=site)
class MeasureApplicationAdmin(StaffAdmin):
    list_display = (
        "measure",
        "shown_target",
        "organisation",
        "strength",
        "triggered_on",
        "shown_due",
        "shown_standing",
    )
    list_filter = (StandingFilter, "strength")
    list_select_related = ("measure", "organisation", "person", "record__subject__person")
    search_fields = ("measure__code", "record__subject__uscc", "organisation__name")
    search_help_text = "措施编号、统一社会信用代码或实施单位"
    ordering = ("due_on", "pk")
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        related = (
            "measure",
            "organisation",
            "person",
            "record__subject__person",
            "record__organisation",
            "fed_back_by",
            "letter",
        )
        return queryset.visible_to(request.user).select_related(*related)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Desk

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("measures.choose_limit")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="对象")
    def shown_target(self, one: MeasureApplication) -> str:
        return one.target

    @admin.display(description="反馈期限")
    def shown_due(self, one: MeasureApplication) -> Any:
        return one.last_day

    @admin.display(description="状态")
    def shown_standing(self, one: MeasureApplication) -> str:
        return one.standing.label

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One measure: why, on whom, how it stands, and the answers that may be given now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_object(request, unquote(object_id))
        stood = standing.of(shown, on=clock.today())
        forms_ = self._forms(request, shown, stood)
        if request.method == "POST" and not self._may(request, shown):
            raise PermissionDenied
        status = frame.try_acts(request, forms_, shown, lambda form: self._do(request, shown, form))
        if status == 200:
            return redirect(reverse("admin:measures_measureapplication_change", args=[shown.pk]))
        said = {
            "application": shown, "original": shown, "forms": forms_, "standing": stood, "on": clock.today(),
            "due_on": Dues.of([shown])[shown], "papers": list(shown.documents.all()), "archive": getattr(shown, "archive", None),
            "letter": _letter(shown),
        }  # fmt: skip
        return frame.page(self, request, "application", str(shown), said, status=status or 200)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self._document)
        return [
            path("<path:object_id>/documents/<uuid:uid>/", view, name="measures_measureapplication_document"),
            *super().get_urls(),
        ]

    def _document(self, request: HttpRequest, object_id: str, uid: uuid.UUID) -> HttpResponse:
        """A paper of this measure, for whoever sees the measure; each look is logged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_object(request, unquote(object_id))
        found = shown.documents.filter(uid=uid).first() if shown is not None else None
        if found is None:
            raise Http404
        trace.write(request, "measure.document", about=shown, file=str(found.uid))
        return attachment(found)

    def _may(self, request: HttpRequest, shown: MeasureApplication) -> bool:
        user = request.user
        return user.has_perm("measures.feed_back") and user.organisation_id == shown.organisation_id

    def _forms(self, request: HttpRequest, shown: MeasureApplication, stood: Standing) -> list[Act]:
        if not self._may(request, shown):
            return []
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        forms_: list[Act] = []
        letter = _letter(shown)
        if stood is Standing.TRIGGERED:
            forms_ = [LetterForm(data) if shown.measure.is_letter else ExecuteForm(data, files), SetAsideForm(data)]
        if letter is not None and letter.replied_on is None:
            forms_.append(ReplyForm(data))
        if shown.state == "executed" and not shown.document:
            forms_.append(CompleteForm(data, files))
        if stood is Standing.LIFTED and shown.state == "executed" and shown.lifted_at is None:
            forms_.append(LiftForm(data) if letter is None else TakeBackForm(data))
        return forms_

    def _do(self, request: HttpRequest, shown: MeasureApplication, form: Act) -> str:
        by, at, today = request.user, clock.now(), clock.today()
        match form:
            case ExecuteForm():
                done = feedback.execute(shown, **form.cleaned_data, by=by, at=at, today=today)
                return "已反馈并归档" if done.document else "已反馈，列入待补档"
            case CompleteForm():
                feedback.complete(shown, **form.cleaned_data, by=by, at=at)
                return "已补充文书并归档"
            case LetterForm():
                letters.send(shown, **form.cleaned_data, by=by, at=at, today=today)
                return "已登记函告并归档"
            case ReplyForm():
                letters.note_reply(_letter(shown), **form.cleaned_data, by=by, at=at, today=today)
                return "已登记复函"
            case TakeBackForm():
                letters.take_back(_letter(shown), **form.cleaned_data, by=by, at=at, today=today)
                return "已登记更正函，措施解除"
            case SetAsideForm():
                feedback.set_aside(shown, form.cleaned_data["reason"], by=by, at=at, today=today)
                return "已反馈不适用"
        feedback.confirm_lifting(shown, form.cleaned_data["note"], by=by, at=at, today=today)
        return "已确认解除"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A ban or a limit of consumption for a record of the own body, named by `record` in the address."""
        uid = request.GET.get("record", "")
        record = _record(request, uid) if uid else None  # what does not exist for a person is not found, whoever asks
        if not self.has_add_permission(request):
            raise PermissionDenied
        if record is None:
            return frame.page(self, request, "limit", "决定行业禁入和限制高消费", {"record": None})
        if record.organisation_id != request.user.organisation_id:
            raise PermissionDenied("只有认定单位的审核员可以决定此类措施")
        form, status = LimitForm(request.POST or None, record=record), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                status = frame.attempt(request, "measure.choose_limit", record, lambda: _choose(request, record, form))
                if status == 200:
                    return redirect(reverse("admin:registry_record_change", args=[record.pk]))
        chosen = Measure.objects.in_force(on=clock.today()).filter(is_chosen=True)
        why = {measure: limits.why_not(record, measure, on=clock.today()) for measure in chosen}
        said = {
            "record": record,
            "form": form,
            "refused": [(m, w) for m, w in why.items() if w],
            "offered": form.fields["measure"].queryset,
        }
        return frame.page(self, request, "limit", "决定行业禁入和限制高消费", said, status=status)


def _letter(shown: MeasureApplication) -> Letter | None:
    return getattr(shown, "letter", None)


def _record(request: HttpRequest, uid: str) -> Record:
    try:
        found = Record.objects.visible_to(request.user).filter(uid=uid).select_related("subject__person").first()
    except (ValueError, forms.ValidationError):
        found = None
    if found is None:
        raise Http404
    return found


def _choose(request: HttpRequest, record: Record, form: LimitForm) -> str:
    limits.choose(record, Choice(**form.cleaned_data), by=request.user, at=clock.now(), today=clock.today())
    return "已决定"
