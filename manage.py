#!/usr/bin/env python3
"""Every command of the portal; its first start prepares its own environment."""

import importlib
import os
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang_credit.settings")
    # By path, not by name: importing the package loads Celery, which a new machine does not have yet.
    bootstrap = runpy.run_path(str(Path(__file__).resolve().parent / "ankang_credit" / "bootstrap.py"))
    bootstrap["ensure_environment"](sys.argv)
    importlib.import_module("django.core.management").execute_from_command_line(sys.argv)
