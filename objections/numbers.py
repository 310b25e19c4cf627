"""The public number of a case: AKYY-20261123-000017-K, with a character that finds every single typing error.

`AK` and the initials of the procedure (YY 异议, XF 修复, TS 投诉, CN 承诺), the day, the sequence of the day, the check
character. A number can be walked through; what opens a case is the query code beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from objections.models import DaySequence
from objections.statuses import Procedure

PREFIXES: Mapping[Procedure, str] = {
    Procedure.OBJECTION: "AKYY",
    Procedure.REPAIR: "AKXF",
    Procedure.COMPLAINT: "AKTS",
    Procedure.COMMITMENT: "AKCN",
}
# 31 characters, a prime: with weights below 31, one wrong character or two swapped ones always show.
# Without 0 O 1 I L, which are taken for each other.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_NUMBER = re.compile(r"(AK(?:YY|XF|TS|CN))-?([0-9]{8})-?([0-9]{6})-?([A-Z0-9])")
_WIDE = str.maketrans("０１２３４５６７８９－—–", "0123456789---")


def check_character(prefix: str, digits: str) -> str:
    """The last character of a number with that prefix and these fourteen digits."""
    values = [int(prefix[2:], 36) % 31, *map(int, digits)]
    return ALPHABET[sum(weight * value for weight, value in enumerate(values, start=1)) % len(ALPHABET)]


def written(prefix: str, day: date, sequence: int) -> str:
    """The number in the form it is printed in."""
    digits = f"{day:%Y%m%d}{sequence:06d}"
    return f"{prefix}-{digits[:8]}-{digits[8:]}-{check_character(prefix, digits)}"


def read(typed: str) -> str | None:
    """The number in its printed form, however it was typed; None for anything that is no number of ours."""
    folded = re.sub(r"\s+", "", typed).upper().translate(_WIDE)
    found = _NUMBER.fullmatch(folded)
    if found is None:
        return None
    prefix, day, sequence, check = found.groups()
    if check != check_character(prefix, day + sequence):
        return None
    return f"{prefix}-{day}-{sequence}-{check}"


@transaction.atomic
def next_number(procedure: Procedure, *, on: date) -> str:
    """A number nobody has yet; whoever asks at the same time waits for this transaction."""
    prefix = PREFIXES[procedure]
    DaySequence.objects.get_or_create(prefix=prefix, day=on, defaults={"last": 0})
    sequence = DaySequence.objects.select_for_update().get(prefix=prefix, day=on)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return written(prefix, on, sequence.last)
