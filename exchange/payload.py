"""What one message says, version 1 of the contract.

An item names key, version, operation and state, and carries a payload under its digest. The payload is rendered
from the edition that the event published, at the moment it is sent. Document numbers stand in it as masks; where
a catalogue item demands them, they travel beside it in `id_numbers`: so they are stored nowhere, not even as a
digest from which eighteen digits could be guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from exchange import envelope
from registry.audit.encryption import Undecryptable
from registry.models import Delivery, Person, Record, RecordEdition
from registry.records import kinds
from registry.records.fields import FieldSpec
from registry.records.kinds import Kind
from registry.records.statuses import Operation

PROVINCE_CHANNEL, WEBSITE_CHANNEL = "省平台", "信用陕西"
# New and converted codes are published by both (安政发〔2017〕8号 一（一）); of all else only the platform hears.
CHANNELS: Mapping[str, tuple[str, ...]] = {"code-event": (PROVINCE_CHANNEL, WEBSITE_CHANNEL)}


class Unrenderable(Exception):
    """The message cannot be written, now or later; the text says what is missing, and nothing personal."""


@dataclass(frozen=True)
class Message:
    """A delivery in the form it leaves in."""

    delivery: Delivery
    item: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        return self.item["payload_sha256"]


def render(
    deliveries: Sequence[Delivery],
) -> tuple[list[Message], dict[int, str]]:
    """The messages of these deliveries, and why some cannot be written (by the delivery's key).

    Their records must come with organisation, onboarding and item version.
    """
    editions = _editions(deliveries)
    persons = _persons_to_name(deliveries, editions)
    messages, hopeless = [], {}
    for delivery in deliveries:
        try:
            messages.append(Message(delivery, _item(delivery, editions, persons)))
        except Unrenderable as problem:
            hopeless[delivery.pk] = str(problem)
        except ImproperlyConfigured:
            hopeless[delivery.pk] = "目录信息项的数据项定义有误"
    return messages, hopeless


def _item(delivery: Delivery, editions: Mapping[tuple[int, int], Any], persons: Mapping[int, Person]) -> dict[str, Any]:
    record = delivery.record
    if not kinds.known(record.kind):
        raise Unrenderable(f"未知的信息种类：{record.kind}")
    data = editions.get((record.pk, delivery.edition))
    if data is None:
        raise Unrenderable(f"缺少第{delivery.edition}版内容")
    payload = _payload(delivery, data)
    item = {
        "msg_id": str(delivery.message_id),
        "key": record.uid.hex,
        "version": delivery.seq,
        "op": delivery.operation,
        "state": delivery.state_code,
        "organisation": record.organisation.uscc,
        # Not in the payload: a port may change between two attempts, what was sent may not.
        "port": record.organisation.onboarding.port_number,
        "payload_sha256": envelope.sha256(envelope.canonical(payload)),
        "payload": payload,
    }
    if _names_persons(delivery):
        item["id_numbers"] = dict(_id_numbers(record, data, persons))
    return item


def _payload(delivery: Delivery, data: Mapping[str, Any]) -> dict[str, Any]:
    record, kind = delivery.record, delivery.record.the_kind
    payload: dict[str, Any] = {
        "kind": kind.code,
        "organisation": record.organisation.uscc,
        "edition": delivery.edition,
        "channels": list(CHANNELS.get(kind.code, (PROVINCE_CHANNEL,))),
    }
    if delivery.operation == Operation.WITHDRAW:
        # What is taken back is not said again.
        return payload | {"reason": delivery.event.get_action_display()}
    fields = _sent(kind, kind.spec(record.item_version))
    return payload | {"fields": {name: _masked(data.get(field.name)) for name, field in fields.items()}}


def _sent(kind: Kind, spec: Iterable[FieldSpec]) -> dict[str, FieldSpec]:
    """The fields by the name they have upstream.

    Where a kind follows the exchange standard, a field of its own without a code is this portal's and goes nowhere.
    """
    own = kind.fields if any(field.code for field in kind.fields) else ()
    return {field.code or field.name: field for field in spec if field.code or field not in own}


def _masked(value: Any) -> Any:
    if isinstance(value, list):  # who answers for the act: by mask, as everybody else
        return [{"name": one["name"], "mask": one["mask"], "role": one["role"]} for one in value]
    return value["mask"] if isinstance(value, dict) else value


def _names_persons(delivery: Delivery) -> bool:
    return delivery.operation != Operation.WITHDRAW and delivery.record.item_version.sends_id_numbers


def _id_numbers(record: Record, data: Mapping[str, Any], persons: Mapping[int, Person]) -> Iterator[tuple[str, str]]:
    for name, field in _sent(record.the_kind, record.specification).items():
        value = data.get(field.name)
        if field.is_personal and value is not None:
            try:
                yield name, persons[value["person"]].number()
            except (KeyError, Undecryptable):
                raise Unrenderable(f"{field.label}无法读取") from None


def _editions(deliveries: Sequence[Delivery]) -> dict[tuple[int, int], Any]:
    rows = RecordEdition.objects.filter(record__in={delivery.record_id for delivery in deliveries})
    return {(record, edition): data for record, edition, data in rows.values_list("record_id", "edition", "data")}


def _persons_to_name(
    deliveries: Sequence[Delivery], editions: Mapping[tuple[int, int], Mapping[str, Any]]
) -> dict[int, Person]:
    keys = {
        value["person"]
        for delivery in deliveries
        if _names_persons(delivery)
        for value in editions.get((delivery.record_id, delivery.edition), {}).values()
        if isinstance(value, dict)
    }
    return Person.objects.in_bulk(keys) if keys else {}
