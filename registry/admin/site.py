"""The admin as the work-bench of the departments: its titles, and what does not belong on it."""

from __future__ import annotations

from axes import admin as _registers_lockouts  # noqa: F401
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import admin as _registers_groups  # noqa: F401
from django.contrib.auth.models import Group
from rest_framework_api_key import admin as _registers_keys  # noqa: F401
from rest_framework_api_key.models import APIKey

site = admin.site
site.site_title = f"{settings.SITE['name']} 工作台"
site.site_header = f"{settings.SITE['name']} 工作台"
site.index_title = "我的工作"
site.empty_value_display = "—"
# Rows that others point at are ended or deactivated, one at a time, never wiped out by the page.
site.disable_action("delete_selected")

# Roles are what `setup_roles` makes of them, keys are handed out by those who own them, and who came in or was
# shut out stands in our own audit log.
site.unregister([Group, APIKey, AccessAttempt, AccessFailureLog, AccessLog])
