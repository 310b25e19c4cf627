"""The staff door. Django finds the pages here, each module registers its own."""

from registry.admin import (  # noqa: F401
    audit,
    batches,
    catalogue,
    legacy,
    logins,
    organisations,
    records,
    rules,
    staff,
    standing_panels,
    subjects,
    taxonomies,
)
