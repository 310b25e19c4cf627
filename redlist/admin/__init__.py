"""The red list at the staff door."""

from redlist.admin import desk, nominations, rules

__all__ = ["desk", "nominations", "rules"]
