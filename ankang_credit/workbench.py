"""The admin as Django finds it: the stock application with the site of our own."""

from django.contrib.admin.apps import AdminConfig


class WorkbenchConfig(AdminConfig):
    default_site = "registry.door.site.Workbench"
