"""The one vocabulary of the four procedures: what they are, where a case stands, what may be done with it."""

from __future__ import annotations

from django.db import models


class Procedure(models.TextChoices):
    OBJECTION = "objection", "异议申诉"
    REPAIR = "repair", "信用修复"
    COMPLAINT = "complaint", "投诉举报"
    COMMITMENT = "commitment", "信用承诺"


class CaseStatus(models.TextChoices):
    SUBMITTED = "submitted", "待受理"
    RETURNED = "returned", "待补正"
    REFUSED = "refused", "不予受理"
    VERIFYING = "verifying", "核查中"
    CONCLUDED = "concluded", "已作出结论"
    FED_BACK = "fed_back", "已反馈"
    APPROVED = "approved", "准予修复"
    REJECTED = "rejected", "不予修复"
    DONE = "done", "修复完成"
    OBSOLETE = "obsolete", "已终止"
    WITHDRAWN = "withdrawn", "已撤回"
    FILED = "filed", "已受理登记"
    ASSIGNED = "assigned", "调查中"
    NOT_TAKEN = "not_taken", "不予办理"
    FOUND_TRUE = "found_true", "查实"
    FOUND_FALSE = "found_false", "未查实"
    REPLIED = "replied", "已答复"
    CLOSED = "closed", "已办结"


# While one of these stands on a record, no second objection or repair may be begun on it (lifecycle Q5).
UNDECIDED = (CaseStatus.SUBMITTED, CaseStatus.RETURNED, CaseStatus.VERIFYING, CaseStatus.CONCLUDED)
# The applicant has the next word; no office is late meanwhile.
WITH_THE_APPLICANT = (CaseStatus.RETURNED, CaseStatus.FED_BACK, CaseStatus.REPLIED)
# Nothing is left to do.
ENDED = (
    CaseStatus.REFUSED,
    CaseStatus.REJECTED,
    CaseStatus.DONE,
    CaseStatus.OBSOLETE,
    CaseStatus.WITHDRAWN,
    CaseStatus.CLOSED,
)


class CaseAction(models.TextChoices):
    FILE = "file", "提交"
    ASK = "ask", "通知补正"
    RESUBMIT = "resubmit", "提交补正材料"
    ADD = "add", "补充说明或材料"
    ACCEPT = "accept", "受理"
    REFUSE = "refuse", "不予受理"
    WITHDRAW = "withdraw", "撤回"
    EXTEND = "extend", "延长办理期限"
    CONCLUDE = "conclude", "作出结论"
    SEND_BACK = "send_back", "退回重新核查"
    FEED_BACK = "feed_back", "出具告知书"
    DELIVER = "deliver", "送达告知书"
    CONTEST = "contest", "反映问题未解决"
    CLOSE = "close", "办结"
    APPROVE = "approve", "准予修复"
    REJECT = "reject", "不予修复"
    FINISH = "finish", "确认修复完成"
    LAPSE = "lapse", "终止"
    ASSIGN = "assign", "交办"
    HAND_BACK = "hand_back", "退回交办"
    NOT_TAKE = "not_take", "不予办理"
    FIND_TRUE = "find_true", "查实"
    FIND_FALSE = "find_false", "未查实"
    DRAFT = "draft", "生成记录草稿"
    REPLY = "reply", "答复"
    HANDLE = "handle", "落实结论"
    RECKON = "reckon", "重算期限"
    ADOPT = "adopt", "采用并提交审核"
    END = "end", "终止承诺"


class Outcome(models.TextChoices):
    """What an objection led to (安政发〔2017〕8号 四（五）)."""

    UPHELD = "upheld", "维持"
    TO_CORRECT = "to_correct", "更正"
    TO_REVOKE = "to_revoke", "撤销"


class Ground(models.TextChoices):
    """What is said to be wrong (浙江省公共信用信息管理条例 30 and the guides of other cities)."""

    FACTS = "facts", "信息有错误"
    MISSING = "missing", "信息有遗漏"
    IDENTITY = "identity", "信息不是我（单位）的"
    DOUBLE = "double", "重复公示"
    UNDUE = "undue", "不应公示"
    OVERDUE = "overdue", "超过公示期限"
    DIFFERENT = "different", "与作出机关的决定不一致"
    REVOKED = "revoked", "依据的决定已被撤销、变更或确认违法"
    PRIVACY = "privacy", "侵犯商业秘密或个人隐私"
    CONDITIONS = "conditions", "不符合列入条件或程序不当"


class Capacity(models.TextChoices):
    """In which capacity somebody files (个人信息保护法 49 for relatives)."""

    SELF = "self", "本单位法定代表人（负责人、经营者）或本人"
    REPRESENTATIVE = "representative", "受委托的代理人"
    GUARDIAN = "guardian", "监护人"
    RELATIVE = "relative", "已故自然人的近亲属"


class RepairWay(models.TextChoices):
    CORRECTION = "correction", "纠正失信行为、消除不良影响"
    SERVICE = "service", "参加社会公益服务（限自然人）"
