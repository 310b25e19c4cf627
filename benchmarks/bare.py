"""The same without any middleware: what Django and gunicorn cost by themselves."""

from benchmarks.settings import *  # noqa: F403

MIDDLEWARE = []
