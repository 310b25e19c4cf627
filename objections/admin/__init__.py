"""The handling of cases at the staff door. Django finds the pages here, each module registers its own."""

from objections.admin import bench, cases, recalls, remedies, rules, service, watching  # noqa: F401
