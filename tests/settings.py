"""The product's settings, with a fast hasher and one more app: a kind of record that only the tests know."""

from ankang_credit.settings import *  # noqa: F403
from ankang_credit.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.awards"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
