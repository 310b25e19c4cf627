"""The portal as in production, with the constant view, and budgets that one client does not use up."""

from ankang_credit.settings import *  # noqa: F403
from ankang_credit.settings import API_BUDGETS

ROOT_URLCONF = "benchmarks.urls"
API_BUDGETS = dict.fromkeys(API_BUDGETS, 10_000_000)  # counted as ever, and never spent
