"""Joint measures at the staff door. Django finds the pages here, each module registers its own."""

from measures.admin import applications, archive, bench, catalogue, checks, lists  # noqa: F401
