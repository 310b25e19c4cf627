"""What gunicorn serves. Production is checked once more here, now with a database to look into."""

import os
import sys

from django.conf import settings
from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

from ankang_credit import production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang_credit.settings")

application = get_wsgi_application()

if settings.PRODUCTION:
    found = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True)
    if errors := [message.msg for message in found if message.is_serious(checks.ERROR)]:
        sys.exit(production.refusal(errors))
    # What the checks have opened must not be shared by the workers forked from here.
    connections.close_all()
