"""The rules an entry is judged by, as they stood on a day: read once for any number of entries of one body."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from blacklist.models import ListingTermRule, ListRule
from measures.models import LegalBasis
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.taxonomies import DishonestyItem
from registry.directory.terms import RepairRule, Severity

_ORGANS = (OrganisationKind.GOVERNMENT, OrganisationKind.PARTY, OrganisationKind.COURT, OrganisationKind.MILITARY)


def _cites(text: str, basis: LegalBasis, *, by_title: bool) -> bool:
    return bool(basis.number and basis.number in text) or (by_title and basis.title in text)


class RuleTable:
    """What a body may list on that day, and for how long."""

    def __init__(self, organisation: Organisation, on: date) -> None:
        self.organisation, self.on = organisation, on

    @cached_property
    def items(self) -> dict[str, DishonestyItem]:
        """The items in force, by their codes."""
        return {item.pk: item for item in DishonestyItem.objects.in_force(on=self.on)}

    @cached_property
    def _rules(self) -> list[ListRule]:
        rules = ListRule.objects.in_force(on=self.on).filter(organisation=self.organisation)
        return list(rules.order_by("-effective_from", "-version").prefetch_related("scopes"))

    @cached_property
    def _bases(self) -> list[LegalBasis]:
        return list(LegalBasis.objects.all())

    def ended_basis(self, text: str) -> LegalBasis | None:
        """The document this text cites which does not hold on that day, by its number, or by a title no other bears."""
        holding = {basis.title for basis in self._bases if basis.holds(on=self.on)}
        ended = (basis for basis in self._bases if not basis.holds(on=self.on))
        return next((basis for basis in ended if _cites(text, basis, by_title=basis.title not in holding)), None)

    @property
    def has_rules(self) -> bool:
        return bool(self._rules)

    def list_rule(self, item: str) -> ListRule | None:
        """The body's newest rule that names the item."""
        return next((rule for rule in self._rules if any(scope.item_id == item for scope in rule.scopes.all())), None)

    def scope(self) -> list[str]:
        """Every item the body may use."""
        return sorted({scope.item_id for rule in self._rules for scope in rule.scopes.all()})

    @cached_property
    def _terms(self) -> list[ListingTermRule]:
        return list(ListingTermRule.objects.in_force(on=self.on))

    def term_rule(self, item: str) -> ListingTermRule | None:
        """One for that very item before one for all; the latest of them."""
        fitting = [rule for rule in self._terms if rule.fits(item)]
        return max(fitting, key=lambda rule: (bool(rule.items), rule.effective_from), default=None)

    @cached_property
    def _organs(self) -> set[str]:
        return set(Organisation.objects.filter(kind__in=_ORGANS).values_list("uscc", flat=True))

    def is_organ(self, code: str) -> bool:
        """Whether the code is that of an organ of Party or state (prefix 11, GB 32100-2015), or of a body known as one."""
        return code.startswith("11") or code in self._organs


def repair_rule(item: str, authority: str, *, on: date) -> RepairRule | None:
    """The narrowest rule on repair in force on that day for such an entry."""
    about = {"kind": "blacklist", "severity": Severity.SERIOUS, "authority": authority, "categories": [item]}
    found = [rule for rule in RepairRule.objects.in_force(on=on) if rule.fits(**about)]
    return max(found, key=lambda rule: rule.narrowness, default=None)
