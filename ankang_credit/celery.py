"""The one Celery application.

Its queue carries wake-up calls only: what must not be lost is a row of the database, see
`registry.records.outbox`.
"""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang_credit.settings")

app = Celery("ankang_credit")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without it a task sent from any thread but the importing one goes to amqp://localhost.
app.set_default()
app.autodiscover_tasks()


@setup_logging.connect
def keep_the_logging_of_the_settings(**arguments: object) -> None:
    """With a receiver here, Celery leaves logging alone; its own handlers know nothing of personal data."""
