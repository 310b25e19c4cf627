"""What must be right for an entry to be made: asked when it is entered, at every door, and again when it is listed.

Each rule is a check over checked values; `problems` asks them all of values, `still_right` of stored entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from blacklist.rule_tables import RuleTable
from registry.directory import persons
from registry.directory.organisations import OrganisationKind
from registry.directory.persons import DocumentType, Person
from registry.directory.positions import PersonRole, Position
from registry.directory.subjects import SubjectKind
from registry.directory.taxonomies import DishonestyItem
from registry.identifiers import resident_id
from registry.models import Record
from registry.records import editions
from registry.records.kinds import Problem
from registry.records.parsing import Door
from registry.records.validation import Circumstances
from registry.records.workflow import Act

Values = Mapping[str, Any]

# The rows of one workbook share their circumstances; what they are judged by lives as long as those.
_tables: WeakKeyDictionary[Circumstances, RuleTable] = WeakKeyDictionary()


def table_of(circumstances: Circumstances) -> RuleTable:
    table = _tables.get(circumstances)
    if table is None:
        table = _tables[circumstances] = RuleTable(circumstances.organisation, circumstances.reported_on)
    return table


def item_is_in_force(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """A retired item stays with the entries it has, and takes no new ones (S3.2.1)."""
    if data["item"] not in table_of(circumstances).items:
        yield Problem(field="item", message=f"严重失信行为：{data['item']}已停用或尚未生效，不能用于新的列入")


def basis_holds(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """Nobody is listed by what has been repealed, or does not bind yet (三（二）, S-03 step 1)."""
    basis = table_of(circumstances).ended_basis(data["legal_basis"] or "")
    if basis is None:
        return
    why = f"自{basis.effective_from}起施行" if basis.repealed_on is None else f"已于{basis.repealed_on}废止"
    yield Problem(field="legal_basis", message=f"认定依据：{basis}{why}，不能作为列入的依据；请改写为现行有效的依据")


def item_takes_subject(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """Some items are for natural persons only, some documents determine only some items (S3.2.2)."""
    item = _item(data, circumstances)
    if item is None:
        return
    if not item.takes(person=_is_person(data)):
        whom = "自然人" if item.takes_persons else "法人和其他组织"
        yield Problem(field="item", message=f"严重失信行为：{item.code}只适用于{whom}（{item.legal_basis}）")
    if data["document_kind"] not in item.documents:
        yield Problem(
            field="document_kind",
            message=f"认定文书种类：{item.code}须由{'或'.join(item.documents)}认定（{item.legal_basis}）",
        )


def item_suits_source(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """What follows a judgment only courts list, what follows a decision only administrations (S3.2.4)."""
    item, is_court = _item(data, circumstances), circumstances.organisation.kind == OrganisationKind.COURT
    if item is None or not item.source or is_court == (item.source == DishonestyItem.Source.COURT):
        return
    yield Problem(field="item", message=f"严重失信行为：{item.code}只能由{item.get_source_display()}列入（三（二））")


def item_is_in_scope(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """The body needs a rule in force that names the item (S4.2.1, S4.2.2)."""
    table, item = table_of(circumstances), data["item"]
    if not table.has_rules:
        yield Problem(
            field="item", message=f"严重失信行为：{table.organisation}没有生效的黑名单认定规则，不能列入（四（二））"
        )
    elif table.list_rule(item) is None:
        allowed = "、".join(table.scope()) or "无"
        yield Problem(
            field="item",
            message=f"严重失信行为：{item}不在{table.organisation}的认定范围内（可用：{allowed}），四（二）",
        )


def term_is_allowed(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """A term by the rule for the item, from its least to its most months (S4.4.1)."""
    rule, typed = table_of(circumstances).term_rule(data["item"]), data["term_months"]
    if rule is None:
        yield Problem(field="item", message=f"严重失信行为：{data['item']}没有惩戒期限规则，不能列入（四（四））")
        return
    if not typed:
        return
    if not (typed.isascii() and typed.isdecimal()):
        yield Problem(field="term_months", message="惩戒期限（月）：须为月数，例如 24")
    elif not rule.min_months <= int(typed) <= rule.max_months:
        yield Problem(field="term_months", message=f"惩戒期限（月）：须为{rule.in_words()}，现为{int(typed)}个月")


def subject_may_be_listed(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """Organs of Party and state never (陕发改财金〔2016〕337号 第二条), minors never (S3.1.2, S3.2.5)."""
    code = data["counterparty_uscc"] or ""
    if table_of(circumstances).is_organ(code):
        yield Problem(
            field="counterparty_uscc",
            message="统一社会信用代码：党政机关不列入黑名单（陕发改财金〔2016〕337号第二条）",
        )
    if code and code.startswith("92") != (data["counterparty_kind"] == SubjectKind.BUSINESS):
        fitting = SubjectKind.BUSINESS if code.startswith("92") else SubjectKind.LEGAL
        yield Problem(field="counterparty_kind", message=f"主体类别：与代码前两位“{code[:2]}”不符，应为“{fitting}”")
    if _is_person(data) and _is_minor(data, on=circumstances.today):
        yield Problem(field="counterparty_id_number", message="证件号码：未成年人不列入黑名单")


def open_item_is_explained(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """等…: what else was done has to be said, and only there (S3.2.2)."""
    item = _item(data, circumstances)
    if item is None:
        return
    if item.is_open_ended and not data["other_behaviour"]:
        yield Problem(field="other_behaviour", message=f"其他行为：适用{item.code}须写明是什么行为，并须市信用办同意")
    if not item.is_open_ended and data["other_behaviour"]:
        yield Problem(field="other_behaviour", message=f"其他行为：{item.code}不是“其他”类，不填本栏")


def refusal_is_described(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """What was to be performed; and for refusing though able, the finding of ability (三（四）, S3.2.4)."""
    item = _item(data, circumstances)
    if item is None:
        return
    if item.category == "C" and not data["obligation"]:
        yield Problem(field="obligation", message=f"应履行的义务：适用{item.code}必填")
    if item.needs_ability_finding and not data["ability_finding"]:
        yield Problem(
            field="ability_finding",
            message=f"履行能力的认定：{item.code}以有履行能力为前提，须写明认定（三（二）三是）",
        )
    owed, paid = data["obligation_amount"], data["performed_amount"]
    if owed is not None and paid is not None and paid > owed:
        yield Problem(field="performed_amount", message=f"已履行金额（万元）：不能多于义务金额（{owed.normalize():f}）")


def somebody_answers(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """Listing an organisation names who answers for it (三（八）, S3.8.2); a trader's business names the trader."""
    if _is_person(data):
        return
    roles = _roles()
    named = data["persons"] or []
    for place, one in enumerate(named, start=1):
        role = roles[one["role"]]
        if not (role.is_recorded or role.loses_honours or role.is_barred):
            yield Problem(field="persons", message=f"责任人员：第{place}人：“{role}”不在责任人员范围内（三（八））")
    if data["persons_reason"]:
        return
    if not any(roles[one["role"]].is_recorded for one in named):
        yield Problem(
            field="persons",
            message="责任人员：列入单位须写明至少一名法定代表人、主要负责人或其他直接责任人员（三（八））；"
            "确未确定的，在“责任人员的说明”写明原因，并须市信用办同意",
        )
    elif data["counterparty_kind"] == SubjectKind.BUSINESS and not any(one["role"] == "经营者" for one in named):
        yield Problem(field="persons", message="责任人员：个体工商户须写明经营者，企业信用和个人信用一并记载")


def they_were_in_office(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    """The one in office on the day of the act answers: leaving later is no escape, coming later no burden (Q23)."""
    named, acted_on = data["persons"] or [], data["acted_on"]
    if not named or data["persons_reason"]:
        return
    history = _history(data["counterparty_uscc"], [_index(one) for one in named])
    for place, one in enumerate(named, start=1):
        typed = (_day(one["held_from"]), _day(one["held_until"]))
        on_record = history.get((_index(one), one["role"])) or [typed]
        if not _covers(typed, acted_on) or not any(_covers(term, acted_on) for term in on_record):
            yield Problem(
                field="persons",
                message=f"责任人员：第{place}人在行为发生日（{acted_on}）不任{one['role']}，以行为发生时任职的为准；"
                "确应记入的，在“责任人员的说明”写明理由（三（八））",
            )


CHECKS = (
    item_is_in_force,
    basis_holds,
    item_takes_subject,
    item_suits_source,
    item_is_in_scope,
    term_is_allowed,
    subject_may_be_listed,
    open_item_is_explained,
    refusal_is_described,
    somebody_answers,
    they_were_in_office,
)


def still_right(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """Every rule once more on the day of the listing: an item, a rule or a scope may have ended since the draft."""
    refused = {}
    for record in records:
        circumstances = Circumstances(organisation=record.organisation, today=act.today, door=Door.FORM)
        data = {item.name: editions.read(record, item) for item in record.specification}
        found = next(_all(data, circumstances), None)
        if found is not None:
            refused[record.pk] = found.message
    return refused


def _all(data: Values, circumstances: Circumstances) -> Iterator[Problem]:
    for check in CHECKS:
        yield from check(data, circumstances)


def names_who_answers(record: Record) -> bool:
    """Whether an entry about an organisation names anybody in whose file it is written."""
    roles = _roles()
    return any(roles[one["role"]].is_recorded for one in record.listing.persons)


def _item(data: Values, circumstances: Circumstances) -> DishonestyItem | None:
    return table_of(circumstances).items.get(data["item"])


def _is_person(data: Values) -> bool:
    return data["counterparty_kind"] == SubjectKind.NATURAL


def _is_minor(data: Values, *, on: date) -> bool:
    number = data["counterparty_id_number"]
    if isinstance(number, Person):
        return number.is_minor(on=on)
    is_resident = data["counterparty_document_type"] == DocumentType.RESIDENT_ID
    return is_resident and resident_id.is_minor(number, on=on)


def _roles() -> dict[str, PersonRole]:
    return PersonRole.objects.in_bulk()


def _index(one: Mapping[str, Any]) -> str:
    """What a named person is known by, as typed or as kept."""
    return one.get("index") or persons.number_index(one["number"])


def _history(code: str | None, indexes: Iterable[str]) -> dict[tuple[str, str], list[tuple[date | None, date | None]]]:
    """When each of these persons held which position there, as far as is on record."""
    held = Position.objects.filter(subject__uscc=code, person__number_index__in=list(indexes)) if code else ()
    found: dict[tuple[str, str], list[tuple[date | None, date | None]]] = {}
    for position in held.select_related("person") if code else ():
        key = (position.person.number_index, position.role_id)
        found.setdefault(key, []).append((position.held_from, position.held_until))
    return found


def _day(given: Any) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) and given else given or None


def _covers(term: tuple[date | None, date | None], day: date) -> bool:
    since, until = term
    return (since is None or since <= day) and (until is None or day <= until)
