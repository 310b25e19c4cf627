from rest_framework.permissions import BasePermission


class DenyAll(BasePermission):
    """The default of every API view, so that forgetting to say who may come in lets in nobody."""

    def has_permission(self, request, view) -> bool:
        return False
