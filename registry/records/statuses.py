"""The one vocabulary of statuses and actions (every kind's rule book is written in it)."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    NOTIFIED = "notified", "已告知"
    NOTICE = "notice", "拟认定公示"
    REJECTED = "rejected", "不予认定"
    PUBLISHED = "published", "已公示"
    LISTED = "listed", "已列入"
    REPAIRED = "repaired", "已修复"
    WITHDRAWN = "withdrawn", "已撤回"
    REVOKED = "revoked", "已撤销"
    EXPIRED = "expired", "已期满"


NOT_YET_PUBLIC = (
    Status.DRAFT,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.NOTIFIED,
    Status.NOTICE,
    Status.REJECTED,
)
LIVE = (Status.PUBLISHED, Status.LISTED)
EDITABLE = (Status.DRAFT, Status.RETURNED)
VOID = (Status.REJECTED, Status.WITHDRAWN, Status.REVOKED)  # the same decision may be entered anew


class Action(models.TextChoices):
    SUBMIT = "submit", "提交审核"
    RETURN = "return", "退回修改"
    ANNOUNCE = "announce", "拟认定公示"
    PUBLISH = "publish", "通过并公示"
    NOTIFY = "notify", "送达事先告知"
    LIST = "list", "列入"
    REJECT = "reject", "不予认定"
    CORRECT = "correct", "更正"
    REPAIR = "repair", "信用修复"
    WITHDRAW = "withdraw", "撤回"
    REVOKE = "revoke", "撤销"
    RESTORE = "restore", "恢复"
    EXPIRE = "expire", "期满"
    END = "end", "自行终止"
    HOLD = "hold", "核实期间暂停执行"
    RELEASE = "release", "恢复执行"
    HIDE = "hide", "暂停展示"
    SHOW = "show", "恢复展示"


class Operation(models.TextChoices):
    """What a delivery asks the provincial platform to do."""

    ADD = "add", "新增"
    UPDATE = "update", "更新"
    WITHDRAW = "withdraw", "撤回"


class StateCode(models.IntegerChoices):
    """当前状态 of the exchange standard (2016): what the receiver should show."""

    NORMAL = 0, "正常"
    REVOKED = 1, "撤销"
    DISPUTED = 2, "异议"
    OTHER = 3, "其他"
