"""The question groups of the public forms, one a page. What is asked depends on nothing but the answers before."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from objections import pledges
from objections.filing.fields import CodeField, DayField, LastFourField, MailField, NameField, PhoneField, WordsField
from objections.models import ComplaintTopic, EvidencePurpose, ServiceProgramme
from objections.statuses import Capacity, Ground, RepairWay
from registry.directory.organisations import Organisation
from registry.identifiers import NameProblem, clean_name, document_key, judge, looks_like_resident_id
from registry.identifiers.verdict import Scheme

SERVICE_ROWS = 10


class Question(forms.Form):
    """One group. `today` is the day it is asked on, `before` everything answered so far."""

    required_css_class = "question--required"
    use_required_attribute = False

    def __init__(self, *args: Any, today: date, before: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.before = before
        for field in self.fields.values():
            field.error_messages["required"] = f"{field.label}：必填"
            if "max_length" in field.error_messages or hasattr(field, "max_length"):
                field.error_messages["max_length"] = f"{field.label}：不能超过%(limit_value)d个字"
            field.error_messages["invalid_choice"] = f"{field.label}：请从所列选项中选择"

    def stored(self) -> dict[str, Any]:
        """The answers as the draft keeps them."""
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in self.cleaned_data.items()
        }


class WhichRecord(Question):
    document_number = forms.CharField(
        label="决定书文号",
        max_length=128,
        help_text="写在处罚决定书、许可证书或列入决定书上，例如 安市监罚〔2026〕12号",
    )

    def clean_document_number(self) -> str:
        typed = self.cleaned_data["document_number"]
        if not document_key(typed) or looks_like_resident_id(typed):
            raise ValidationError("决定书文号：请照文书填写，例如 安市监罚〔2026〕12号")
        return typed


class Who(Question):
    """Who files, compared with what is on file (row S4.5.8)."""

    capacity = forms.ChoiceField(label="您的身份", choices=Capacity.choices, widget=forms.RadioSelect)
    subject_code = CodeField(
        label="统一社会信用代码", required=False, help_text="信息所涉单位或个体工商户的18位代码；自然人不填"
    )
    name = NameField(label="法定代表人（负责人、经营者）或本人姓名")
    id_last4 = LastFourField(label="上述人员证件号码后四位", help_text="只用于核对身份，不在任何页面显示")
    representative = NameField(label="代理人、监护人或近亲属姓名", required=False, help_text="本人办理的不填")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        acts_for_another = said.get("capacity") not in (None, "", Capacity.SELF)
        if acts_for_another and not said.get("representative"):
            self.add_error("representative", "代理人、监护人或近亲属姓名：代为办理的必填")
        return said


class WhatIsWrong(Question):
    ground = forms.ChoiceField(label="异议类型", choices=Ground.choices, widget=forms.RadioSelect)
    field_name = forms.ChoiceField(label="有误的栏目", required=False, help_text="只对其中一栏有异议的，请选出")
    statement = WordsField(label="哪里不对", help_text="写明错在哪里、依据什么；不要填写身份证号码、银行账号")
    claim = WordsField(
        label="您的请求", fewest=2, required=False, help_text="例如：更正罚款金额为0.5万元；撤销该条信息"
    )

    def __init__(self, *args: Any, columns: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field_name"].choices = [("", "整条信息，或者不限于一栏"), *columns]


class HowRepaired(Question):
    way = forms.ChoiceField(label="修复方式", choices=RepairWay.choices, widget=forms.RadioSelect)
    corrected_on = DayField(label="纠正完成日期", required=False, help_text="以公益服务方式修复的不填")
    correction = WordsField(label="纠正了什么", help_text="写明如何改正违法失信行为、履行了哪些义务")
    effect_removal = WordsField(label="如何消除不良影响", help_text="写明对受影响的人和社会采取了哪些补救措施")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        day = said.get("corrected_on")
        if said.get("way") == RepairWay.CORRECTION and "corrected_on" not in self.errors and day is None:
            self.add_error("corrected_on", "纠正完成日期：必填")
        if day is not None and day > self.today:
            self.add_error("corrected_on", "纠正完成日期：不能晚于今天")
        return said


class ServiceRows(Question):
    """Days of public service, a row each; what is wrong with one is said of that one."""

    def __init__(self, *args: Any, rows: int = SERVICE_ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ServiceProgramme.objects.select_related("organisation")
        programmes = [("", "—"), *((str(each.pk), str(each)) for each in offered)]
        self.rows = range(1, rows + 1)
        for row in self.rows:
            first = row == 1
            self.fields[f"programme_{row}"] = forms.ChoiceField(
                label=f"第{row}次：项目", choices=programmes, required=first
            )
            self.fields[f"served_on_{row}"] = DayField(label=f"第{row}次：日期", required=first)
            self.fields[f"hours_{row}"] = forms.DecimalField(
                label=f"第{row}次：小时", required=first, max_digits=4, decimal_places=1,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 5}),
                error_messages={"required": f"第{row}次：小时：必填", "invalid": f"第{row}次：小时：应为数字，如 4 或 7.5"},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for row in self.rows:
            self._check(row, *(said.get(f"{name}_{row}") for name in ("programme", "served_on", "hours")))
        return said

    def _check(self, row: int, programme: Any, served_on: Any, hours: Any) -> None:
        given = [value for value in (programme, served_on, hours) if value not in (None, "")]
        if given and len(given) < 3 and not any(f"{n}_{row}" in self.errors for n in ("served_on", "hours")):
            self.add_error(f"programme_{row}", f"第{row}次：项目、日期、小时须同时填写")
        if served_on is not None and served_on > self.today:
            self.add_error(f"served_on_{row}", f"第{row}次：日期不能晚于今天")
        if hours is not None and not 0 < hours <= 24:
            self.add_error(f"hours_{row}", f"第{row}次：一天的服务时长须大于0、不超过24小时")

    def stored(self) -> dict[str, Any]:
        said = self.cleaned_data
        rows = [
            [said[f"programme_{row}"], said[f"served_on_{row}"].isoformat(), str(said[f"hours_{row}"])]
            for row in self.rows
            if said.get(f"hours_{row}")
        ]
        return {"rows": rows}


class Accused(Question):
    accused_name = forms.CharField(label="被举报的企业或经营者名称", max_length=200, help_text="营业执照或招牌上的名称")
    accused_code = CodeField(label="统一社会信用代码", required=False, help_text="知道的请填写；不知道可以不填")

    def clean_accused_name(self) -> str:
        typed = self.cleaned_data["accused_name"]
        try:
            name = clean_name(typed)
        except NameProblem as problem:
            raise ValidationError(f"被举报的企业或经营者名称：{problem.message}") from None
        if looks_like_resident_id(name):
            raise ValidationError("被举报的企业或经营者名称：此处只填名称，不填证件号码")
        return name


class WhatHappened(Question):
    topic = forms.ModelChoiceField(
        label="举报事项", queryset=ComplaintTopic.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    facts = WordsField(label="事实经过", help_text="时间、地点、经过，知道的都写上；只用于查办，不会公开")
    happened_on = DayField(label="发生日期", required=False)
    place = forms.CharField(label="发生地点", required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = ComplaintTopic.objects.in_force(on=self.today).order_by("sort", "code")

    def clean_happened_on(self) -> date | None:
        day = self.cleaned_data["happened_on"]
        if day is not None and day > self.today:
            raise ValidationError("发生日期：不能晚于今天")
        return day

    def clean_place(self) -> str:
        try:
            return clean_name(self.cleaned_data["place"])
        except NameProblem as problem:
            raise ValidationError(f"发生地点：{problem.message}") from None

    def stored(self) -> dict[str, Any]:
        return super().stored() | {"topic": self.cleaned_data["topic"].pk}


ANONYMOUS, NAMED = "anonymous", "named"


class Reporter(Question):
    """Anonymous or named; a named reporter is reached, and known to nobody but the handlers (S3.7.3)."""

    manner = forms.ChoiceField(
        label="举报方式",
        choices=[(NAMED, "实名举报（可以收到办理通知）"), (ANONYMOUS, "匿名举报（凭编号和查询码查看答复）")],
        widget=forms.RadioSelect,
    )
    name = NameField(label="姓名", required=False, help_text="匿名举报的不填")
    phone = PhoneField(label="手机或座机", required=False)
    email = MailField(label="电子邮箱", required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("manner") == ANONYMOUS:
            said |= {"name": "", "phone": "", "email": ""}  # what was typed before the choice is not kept
        elif said.get("manner") == NAMED:
            if not said.get("name") and "name" not in self.errors:
                self.add_error("name", "姓名：实名举报必填")
            if not said.get("phone") and not said.get("email") and "phone" not in self.errors:
                self.add_error("phone", "手机或座机：实名举报的，电话和邮箱至少填写一项")
        return said


class Promiser(Who):
    """Who promises for an organisation or an individual business; persons by themselves promise nothing here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["subject_code"]
        code.required, code.help_text = True, "作出承诺的单位或个体工商户的18位代码"
        self.fields["name"].label = "法定代表人（负责人、经营者）姓名"
        self.fields["representative"].label = "代理人姓名"
        allowed = (Capacity.SELF, Capacity.REPRESENTATIVE)
        self.fields["capacity"].choices = [(each.value, each.label) for each in allowed]

    def clean_subject_code(self) -> str:
        verdict = judge(self.cleaned_data["subject_code"], on=self.today)
        if verdict.scheme is Scheme.USCC and verdict.valid:
            return verdict.code
        why = "；".join(problem.message for problem in verdict.problems) or "应为18位的统一社会信用代码"
        raise ValidationError(f"统一社会信用代码：{why}")


class Promised(Question):
    """What is promised (S2.2.1: 公开声明产品服务标准、质量等), until when, and to which body."""

    body = forms.ModelChoiceField(
        label="承诺受理单位", queryset=Organisation.objects.none(), empty_label="请选择",
        help_text="核对后由该单位公布",
    )  # fmt: skip
    reason = WordsField(
        label="承诺事由", fewest=2, max_length=512, widget=forms.TextInput, help_text="例如：公开声明产品质量和售后服务"
    )
    content = WordsField(label="承诺内容")
    standard = WordsField(label="产品服务标准", fewest=4, help_text="执行的国家标准、行业标准或者企业标准的名称和编号")
    quality = WordsField(label="质量声明", help_text="对产品或者服务的质量作出的保证")
    liability = WordsField(label="违诺责任", help_text="不履行承诺的，愿意承担什么责任")
    valid_to = DayField(label="承诺有效期至", required=False, help_text="长期有效的不填")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = pledges.accepting_bodies(on=self.today)

    def clean_valid_to(self) -> date | None:
        day = self.cleaned_data["valid_to"]
        if day is not None and day < self.today:
            raise ValidationError("承诺有效期至：不能早于今天")
        return day

    def stored(self) -> dict[str, Any]:
        said = super().stored()
        return {**said, "body": said["body"].pk}


class Reach(Question):
    phone = PhoneField(label="手机或座机", required=False, help_text="用于发送办理进度通知")
    email = MailField(label="电子邮箱", required=False)
    address = forms.CharField(label="通信地址", required=False, max_length=200, help_text="需要邮寄告知书的请填写")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not said.get("phone") and not said.get("email") and not self.errors:
            self.add_error("phone", "手机或座机：电话和邮箱至少填写一项，以便通知您")
        return said

    def clean_address(self) -> str:
        try:
            return clean_name(self.cleaned_data["address"])
        except NameProblem as problem:
            raise ValidationError(f"通信地址：{problem.message}") from None


class Papers(Question):
    """Files of one kind; several may come at once."""

    purpose = forms.ChoiceField(label="材料类型", widget=forms.RadioSelect)

    def __init__(self, *args: Any, purposes: list[EvidencePurpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(purpose.value, purpose.label) for purpose in purposes]


class Promise(Question):
    """The last page: what is promised, and for some a question no machine answers."""

    promise = forms.BooleanField(label="我承诺以上内容和材料真实、合法，愿意承担不实申报的责任")
    answer = forms.CharField(label="", required=False, max_length=10)
