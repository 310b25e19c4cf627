"""The public severe dishonesty list (安政发〔2017〕8号 三（一）)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponseBase

from registry.pages.kind_list import KindList, answer
from registry.pages.refusing import public_page

LISTINGS = KindList(
    kind_code="blacklist",
    title="严重失信主体名单（黑名单）",
    introduction="由认定单位依据生效的法律文书列入，惩戒期限届满、完成信用修复或者认定有误被撤销的，即不再展示。",
    keywords="黑名单,严重失信主体名单,失信惩戒",
    columns=("counterparty_name", "category", "item", "number", "listed_on", "term_end"),
    organisation_label="认定单位",
    choices=("category", "item", "counterparty_kind"),
    template="blacklist/list.html",
)


@public_page
def listings(request: HttpRequest, *, on: date) -> HttpResponseBase:
    return answer(LISTINGS, request, on=on)
