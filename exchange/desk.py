"""The exchange desk of the credit office: what its pages have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from registry.admin.base import ReadOnlyAdmin
from registry.directory.staff import Role


class AtTheDesk(ReadOnlyAdmin):
    """Pages of the credit office's exchange desk; whoever may see deliveries may see them all."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("registry.view_delivery")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_role(Role.CREDIT_OFFICE)
