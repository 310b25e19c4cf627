"""Reading a table row by row: what is right is put aside, what is not is named, cell by cell."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from registry.intake import suspects
from registry.intake.cells import RowRead, RowReader
from registry.intake.models import Verdict
from registry.intake.reading import Row
from registry.intake.returning import Fault, faults_of
from registry.intake.tables import Table
from registry.records import subject_matching
from registry.records.editions import as_json
from registry.records.kinds import Problem
from registry.records.staging import Checked, Laid, Staging
from registry.records.subject_matching import Matcher
from registry.records.validation import Checker

AT_A_TIME = 1_000
REPAIRS_NAMED = 50
_CELL = re.compile(r"（[A-Z]{1,3}[0-9]+）")
_DIGITS = re.compile(r"[0-9.-]{3,}")


class Judged(NamedTuple):
    """A row that somebody has to look at, and why."""

    row: Row
    verdict: Verdict
    problems: list[Problem]
    faults: list[Fault]  # the same, cell by cell

    @property
    def number(self) -> int:
        return self.row.number


@dataclass
class Tally:
    """How many rows there were, and what was folded in them on the way."""

    read: int = 0
    right: int = 0
    wrong: int = 0
    held: int = 0
    unmarked: int = 0
    stored: int = 0
    repairs: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What is settled before reading: whose doubts were looked into, which rows are to stay out, which were stored
    from this very file and have not been touched since."""

    accepted: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    stored: frozenset[int] = frozenset()  # by an earlier batch
    own: frozenset[int] = frozenset()  # by this one
    decisions: Mapping[bytes, int] = field(default_factory=dict)  # those of the stored rows, by `fingerprint`


class Judgement(NamedTuple):
    """What became of a set of rows: how many were read so far, the odd ones among these, the right ones laid out."""

    read: int
    odd: list[Judged]
    right: Laid


class _Right(NamedTuple):
    row: Row
    values: Mapping[str, Any]
    key: str
    about: subject_matching.Named
    typed: Mapping[str, str]


class Judge:
    """Reads a table once."""

    def __init__(self, table: Table, checker: Checker, stage: Staging, *, decided: Decided) -> None:
        self.tally = Tally()
        self._table, self._checker, self._stage, self._decided = table, checker, stage, decided
        self._settled = decided.refused | decided.stored | decided.own
        self._reader = RowReader(table)
        self._matcher = Matcher()
        self._seen: dict[bytes, int] = dict(decided.decisions)
        self._judged: dict[int, Judged] = {}

    def judgements(self) -> Iterator[Judgement]:
        """Every row, set by set; writes nothing."""
        rows = self._table.rows()
        while judgement := self._next(rows):
            yield judgement

    def _next(self, rows: Iterator[Row]) -> Judgement | None:
        """Judge the next set of rows; None at the end."""
        with _without_collecting():
            some = list(islice(rows, AT_A_TIME))
            if not some:
                return None
            right = self._take(some)
        odd = [self._judged[number] for number in sorted(self._judged)]
        self._judged.clear()
        return Judgement(self.tally.read, odd, right)

    def _take(self, rows: Sequence[Row]) -> Laid:
        open_ = [row for row in rows if self._is_open(row)]
        right = [found for row, data in self._plainly_right(open_) if (found := self._right(row, data)) is not None]
        accepted = [position for position, found in enumerate(right) if found.row.number in self._decided.accepted]
        bearers, objections, newcomers = self._matcher.match([found.about for found in right], accepted=accepted)
        checked = []
        for position, (found, bearer) in enumerate(zip(right, bearers, strict=True)):
            if bearer is None:
                self._say(found.row, Verdict.HELD, [objections[position]])
            else:
                checked.append(Checked(found.row.number, found.values, found.key, found.about, bearer, found.typed))
        self._remark(right, checked, newcomers)
        self.tally.right += len(checked)
        return self._stage.lay_out(checked, newcomers)

    def _is_open(self, row: Row) -> bool:
        """Whether the row is to be judged, or left alone."""
        self.tally.read += 1
        if row.number in self._settled:
            self.tally.stored += row.number in self._decided.stored
            return False
        if self._table.batch and self._table.marked_row(row) is None:
            self.tally.unmarked += 1
            return False
        return True

    def _plainly_right(self, rows: Sequence[Row]) -> Iterator[tuple[Row, dict[str, Any] | None]]:
        """Each row, with its data where nothing is to be said of it; None for one that has to be looked at."""
        texts = [self._reader.plain(row) for row in rows]
        right = self._checker.right(self._reader.names, [text for text in texts if text is not None])
        for row, text in zip(rows, texts, strict=True):
            yield row, None if text is None else next(right)

    def _right(self, row: Row, data: dict[str, Any] | None) -> _Right | None:
        """The row as values, None where it is wrong."""
        notices, typed = (), {}
        if data is None:
            read = self._reader(row)
            checked = self._checker.check(read.values)
            if read.faults or checked.problems:
                faults = faults_of(read, checked.problems, self._table.columns)
                self._say(row, Verdict.WRONG, list(_all_problems(read, checked.problems)), faults)
                return None
            data, notices, typed = checked.data, (*read.notices, *checked.notices), checked.typed
        values = self._stage.values_of(data)
        about = subject_matching.described(self._stage.spec, values)
        key = self._stage.key_of(values)
        said = key or repr([as_json(value) for value in values.values()])
        first = self._seen.setdefault(fingerprint(said, subject_matching.reference(about)), row.number)
        if first != row.number:
            self._say(row, Verdict.WRONG, [self._repeated(first)])
            return None
        for notice in notices:
            self._repaired(notice)
        return _Right(row, values, key, about, typed)

    def _repeated(self, first: int) -> Problem:
        name = self._stage.number_field
        return Problem(
            field=name, message=f"重复：与第{first}行是同一文书号、同一相对人" if name else f"重复：与第{first}行相同"
        )

    def _remark(self, right: Iterable[_Right], checked: Sequence[Checked], newcomers: Collection[Any]) -> None:
        by_number = {found.row.number: found.row for found in right}
        for row in checked:
            if remarks := self._checker.remarks(row.values):
                self._say(by_number[row.number], Verdict.FLAGGED, remarks)
        odd = suspects.of_newcomers(newcomers)
        told = set()
        for row in checked if odd else ():
            ref = subject_matching.reference(row.about)
            if ref in odd and ref not in told:
                told.add(ref)
                self._say(by_number[row.number], Verdict.FLAGGED, odd[ref])

    def _say(
        self, row: Row, verdict: Verdict, problems: Iterable[Problem], faults: Iterable[Fault] | None = None
    ) -> None:
        """Note what is odd about the row; what was noted before stays."""
        problems = list(problems)
        if faults is None:
            position = self._table.columns.position
            faults = [Fault(problem.message, position(problem.field)) for problem in problems]
        judged = self._judged.setdefault(row.number, Judged(row, verdict, [], []))
        judged.problems.extend(problems)
        judged.faults.extend(faults)
        self.tally.wrong += verdict is Verdict.WRONG
        self.tally.held += verdict is Verdict.HELD

    def _repaired(self, notice: str) -> None:
        """Counted by what was done, not where: a column typed in full width is one repair, however long."""
        text = _DIGITS.sub("…", _CELL.sub("", notice))
        if text in self.tally.repairs or len(self.tally.repairs) < REPAIRS_NAMED:
            self.tally.repairs[text] += 1


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Rows hold no cycles; looking for some among the hundred thousand objects of a set costs a seventh of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def fingerprint(said: str, subject: str) -> bytes:
    """What tells one decision from another: the key of its number, or of one without everything it says, and whom
    it is about."""
    return hashlib.blake2b(f"{said}\0{subject}".encode(), digest_size=12).digest()


def _all_problems(read: RowRead, problems: Iterable[Problem]) -> Iterator[Problem]:
    """What is wrong with the cells, then with the values; a cell that could not be read is not missing as well."""
    faulty = {fault.field for fault in read.faults}
    yield from (Problem(field=fault.field, message=fault.message) for fault in read.faults)
    yield from (problem for problem in problems if problem.field not in faulty)
