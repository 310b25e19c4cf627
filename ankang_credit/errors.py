"""What is said when something goes wrong: a Chinese page, or RFC 9457 problem JSON to a machine.

These pages ask neither session nor database: they must come out when those are what is broken.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from ankang_credit import logs
from registry.api.problems import CODES, CONTENT_TYPE

logger = logging.getLogger(__name__)

API = "/api/"
TITLES = {
    400: "请求有误",
    403: "无权访问",
    404: "页面不存在",
    405: "请求方式不支持",
    500: "系统出错",
    503: "系统繁忙",
}
RETRY_AFTER_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, "您的请求格式不正确，请返回上一页检查后重试。")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, "您没有查看或办理此项的权限。如需办理，请与本单位管理员联系。")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, "页面已过期，或浏览器禁用了 Cookie。请返回上一页，刷新后重新提交。")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "您访问的页面不存在、已移走，或网址输入有误。")


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, 500, "系统出现故障，我们已收到通知。您刚才填写的内容可能没有保存，请稍后重试。")


def unavailable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The database is away or out of time; logged here, because no exception reaches Django's own handler."""
    logger.error("数据库不可用或查询超时：%s", type(exception).__name__)
    response = answer(request, 503, "系统暂时繁忙，请过一会儿再试。您刚才填写的内容没有保存。")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def answer(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """This status and this sentence, in the form the other side reads."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    if is_api(request):
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "code": CODES.get(status, CODES[400]),
        }
        return JsonResponse(
            problem,
            status=status,
            content_type=CONTENT_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
    context = {"status": status, "title": title, "detail": detail, "number": logs.request_id.get()}
    page = render_to_string([f"errors/{status}.html", "errors/error.html"], context)
    return HttpResponse(page, status=status)
