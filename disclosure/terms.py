"""Until when a decision is shown: by the rule row in force, kept on the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from disclosure.models import PenaltySeverity
from registry import workdays
from registry.directory.catalogue import Openness
from registry.directory.terms import Severity, TermRule, TermStart, holds
from registry.models import Correction, Record
from registry.records.workflow import Act
from registry.remembering import remembered

_ORDER = [Severity.MINOR, Severity.GENERAL, Severity.SERIOUS]


class TermTable:
    """The rules as they stand now, a few dozen rows: read once for a whole set of records."""

    def __init__(self) -> None:
        self.rules = list(TermRule.objects.order_by("effective_from"))
        self.severities = list(PenaltySeverity.objects.order_by("effective_from"))

    def severity_of(self, category: str, *, on: date) -> Severity:
        by_category = {row.category: Severity(row.severity) for row in self.severities if row.effective_from <= on}
        found = [by_category.get(word.split("-")[0], Severity.GENERAL) for word in category.split(";")]
        return max(found, key=_ORDER.index)

    def rule_for(self, record: Record, *, on: date) -> TermRule | None:
        return self.rule_of(record.kind, self.severity(record, on=on), on=on)

    def rule_of(self, kind_code: str, severity: str, *, on: date) -> TermRule | None:
        rules = [
            rule
            for rule in self.rules
            if rule.kind == kind_code and rule.severity in ("", severity) and holds(rule, on)
        ]
        # One for this very severity before one for all; the latest of them.
        return max(
            rules,
            key=lambda rule: (rule.severity != "", rule.effective_from),
            default=None,
        )

    def severity(self, record: Record, *, on: date) -> str:
        """What the determining body said, else what the categories say; '' for a licence."""
        detail = record.detail
        if record.kind != "penalty":
            return ""
        return detail.severity or self.severity_of(detail.category, on=on)


@remembered
def remembered_table() -> TermTable:
    """For those who only read; whoever fixes a term by the rules reads them as they stand now."""
    return TermTable()


def severity_of(category: str, *, on: date) -> Severity:
    """The severity of a decision with these penalty categories: that of the gravest."""
    return TermTable().severity_of(category, on=on)


def rule_for(record: Record, *, on: date) -> TermRule | None:
    """The rule in force on that day (publication, not decision: domain §4 [ASSUME], kept as term_rule)."""
    return TermTable().rule_for(record, on=on)


def last_day(record: Record, rule: TermRule, *, published_on: date) -> date | None:
    """The last day the record may be shown under that rule."""
    if rule.max_months is None:
        return getattr(record.detail, "valid_to", None)
    start = published_on if rule.term_starts == TermStart.PUBLICATION else record.decided_on
    return workdays.add_months(start, rule.max_months)


def can_still_be_shown(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """A penalty needs a term rule; nothing is published whose time is already over."""
    refused = {}
    table = TermTable()
    for record in records:
        rule = table.rule_for(record, on=act.today)
        if rule is None:
            if record.kind == "penalty":
                refused[record.pk] = "没有适用的公示期限规则，请信用办先维护规则"
            continue
        until = last_day(record, rule, published_on=act.today)
        asked = record.public_until
        if until is not None and until < act.today:
            refused[record.pk] = f"公示期已于{until}届满，不再公示（{rule.legal_basis}）"
        elif until is not None and asked is not None and asked > until:
            refused[record.pk] = f"公示截止期{asked}晚于规则允许的最后一日{until}（{rule.legal_basis}）"
    return refused


def no_longer_than_the_rule(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """A correction may not ask for a later last day than the rule allows."""
    refused = {}
    table = TermTable()
    by_key = {record.pk: record for record in records}
    for correction in Correction.objects.filter(record__in=records, decided_at=None):
        asked = correction.changes.get("public_until")
        record = by_key[correction.record_id]
        rule = table.rule_for(record, on=record.public_from or act.today)
        if asked is None or rule is None:
            continue
        until = last_day(record, rule, published_on=record.public_from or act.today)
        if until is not None and date.fromisoformat(asked) > until:
            refused[record.pk] = f"公示截止期{asked}晚于规则允许的最后一日{until}（{rule.legal_basis}）"
    return refused


def set_term(records: Sequence[Record], act: Act) -> None:
    """Fix the last public day and the rule it comes from; what the rule does not publish is only shared."""
    table = TermTable()
    for record in records:
        rule = table.rule_for(record, on=record.public_from or act.today)
        record.term_rule = rule
        if rule is None:
            continue
        until = last_day(record, rule, published_on=record.public_from or act.today)
        if record.public_until is None or record.kind != "penalty":
            record.public_until = until
        elif until is not None:  # a corrected decision day or severity may shorten the term, never lengthen it
            record.public_until = min(record.public_until, until)
        if not rule.is_published:
            record.openness = max(record.openness, Openness.SHARED)
