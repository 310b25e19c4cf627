"""Two keys for machines: one that reads, one that enters in a clerk's name."""

from __future__ import annotations

from collections.abc import Iterator

from registry.directory.api_keys import ApiKey
from registry.directory.staff import User

CLERK = "sq_lr"
_READING, _ENTERING = "演示查询密钥", "演示报送密钥"


def issue() -> Iterator[str]:
    """Make both anew, and say each in a line; those of an earlier time no longer open anything."""
    ApiKey.objects.filter(name__in=[_READING, _ENTERING]).update(revoked=True)
    clerk = User.objects.select_related("organisation").get(username=CLERK, is_demo=True)
    for name, named, may in (
        (_READING, None, "只能查询，按政务共享的范围"),
        (_ENTERING, clerk, f"以录入员 {CLERK} 的名义报送草稿"),
    ):
        _, key = ApiKey.objects.create_key(name=name, organisation=clerk.organisation, clerk=named)
        yield f"{name}  {key}  {clerk.organisation}：{may}（请求头 Authorization: Api-Key …）"
