"""Opening a case with its number and query code: one answer to every failure, the same work behind it, a budget."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core import signing

from objections import budgets, codes, numbers
from objections.models import Case

NOT_FOUND = "编号或查询码不正确。请照回执填写；查询码为26位，不区分大小写。"
_SALT = "objections.ticket"
_TICKET_SECONDS = 30 * 60


class NotFound(Exception):
    """Number and code do not open a case; whichever was wrong, nothing tells."""


def open_case(number: str, code: str, *, address: str | None) -> Case:
    """The case these two open; raises NotFound, or budgets.Exhausted after ten failures in ten minutes.

    An address that has failed too often waits. A number that others have guessed at still opens to its own code:
    guessing 130 bits needs no lock, and nobody can shut somebody else out.
    """
    by_address = ("track-address", budgets.household(address), settings.GUESSES["address"])
    read = numbers.read(number) or ""
    by_number = ("track-number", read or number.strip()[:40], settings.GUESSES["target"])
    if budgets.spent(*by_address[:2]) >= by_address[2]:
        raise budgets.Exhausted(budgets.WINDOW)
    case = _matching(read, codes.read(code))
    if case is None:
        budgets.spend(*by_address)
        budgets.spend(*by_number)
        raise NotFound(NOT_FOUND)
    return case


def _matching(number: str, code: str) -> Case | None:
    """Found or not, one row is asked for and one digest compared."""
    found = Case.objects.filter(number=number).values_list("pk", "query_code_sha256").first()
    kept = found[1] if found else codes.digest("nobody")
    fits = hmac.compare_digest(kept, codes.digest(code))
    return _whole(found[0]) if found and fits and code else None


def _whole(key: int) -> Case | None:
    related = ("record__organisation", "subject__person", "body", "objection", "repair", "complaint__topic")
    return Case.objects.select_related(*related).filter(pk=key).first()


def ticket(case: Case) -> str:
    """What the page of an opened case carries instead of the code: good for half an hour."""
    return signing.dumps(case.pk, salt=_SALT)


def by_ticket(presented: str) -> Case | None:
    """The case of a ticket; None when it is not ours or has run out."""
    try:
        return _whole(signing.loads(presented, salt=_SALT, max_age=_TICKET_SECONDS))
    except signing.BadSignature:
        return None
