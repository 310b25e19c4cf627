"""The names under which the log keeps acts and objects, in the words of the people who read it."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps

from registry.records.statuses import Action

_ACTS = {
    "login": "登录",
    "logout": "退出登录",
    "login.second_factor": "动态口令验证",
    "login.enrol": "绑定动态口令",
    "login.reset": "解除动态口令绑定",
    "denied": "越权访问",
    "api.refused": "接口拒绝",
    "record.draft": "录入草稿",
    "record.revise": "修改内容",
    "record.discard": "删除草稿",
    "record.export": "导出记录",
    "record.propose_correction": "提出更正",
    "record.decline_correction": "更正未通过",
    "subject.rename": "登记主体更名",
    "rules.load": "装入规则文件",
    "exchange.open": "开通端口",
    "exchange.test": "联调测试",
    "exchange.confirm": "确认接入",
    "exchange.stop": "停用端口",
    "exchange.take_over": "登记原有接入",
    "batch.upload": "上传工作簿",
    "batch.commit": "导入为草稿",
    "batch.give_up": "放弃导入",
    "batch.undo": "撤销整批",
    "batch.accept_row": "接受待核的行",
    "batch.refuse_row": "拒绝待核的行",
    "batch.download": "下载标注的工作簿",
    "zero_report.add": "零报告",
    "backfill_target.set": "填报补录任务",
    **{f"record.{action.value}": action.label for action in Action},
    **{f"batch.{action.value}": f"整批{action.label}" for action in Action},
}


def also(acts: Mapping[str, str]) -> None:
    """Name the acts that another room writes to the log."""
    _ACTS.update(acts)


_VERBS = {"add": "新增", "change": "修改", "delete": "删除"}


def act(action: str) -> str:
    """What was done; an act nobody named here stands under its own name."""
    if action in _ACTS:
        return _ACTS[action]
    name, _, verb = action.rpartition(".")
    return f"{_VERBS[verb]}{_named(name) or name}" if verb in _VERBS and name else action


def thing(object_type: str) -> str:
    """What it was done to: the name of the model behind `app.model`."""
    return _named(object_type.rpartition(".")[2]) or object_type


def _named(model_name: str) -> str:
    found = (model for model in apps.get_models() if model._meta.model_name == model_name)
    return next((str(model._meta.verbose_name) for model in found), "")
