"""Payloads of Sparkplug B: the parts of the published schema that states and counts need, by Google's protobuf."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Kind
from google.protobuf.message import DecodeError

from connectors.plant.words import UNAVAILABLE

METRIC = {
    "name": (1, Kind.TYPE_STRING), "alias": (2, Kind.TYPE_UINT64), "timestamp": (3, Kind.TYPE_UINT64),
    "datatype": (4, Kind.TYPE_UINT32), "is_null": (7, Kind.TYPE_BOOL), "int_value": (10, Kind.TYPE_UINT32),
    "long_value": (11, Kind.TYPE_UINT64), "float_value": (12, Kind.TYPE_FLOAT),
    "double_value": (13, Kind.TYPE_DOUBLE), "boolean_value": (14, Kind.TYPE_BOOL),
    "string_value": (15, Kind.TYPE_STRING),
}  # fmt: skip
PAYLOAD = {"timestamp": (1, Kind.TYPE_UINT64), "seq": (3, Kind.TYPE_UINT64)}
METRICS = 2
VALUES = [name for name in METRIC if name.endswith("_value")]
SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}  # data types Int8 to Int64 are written as if they had no sign
REBIRTH = "Node Control/Rebirth"
BD_SEQ = "bdSeq"


class NoPayload(Exception):
    """Bytes that are no payload of Sparkplug B."""


@dataclass(frozen=True)
class Metric:
    """A value by name (in a birth) or by alias."""

    name: str
    alias: int | None
    at: datetime | None
    value: str


@dataclass(frozen=True)
class Payload:
    """What a message says, when, and as which one since the birth."""

    at: datetime | None
    seq: int | None
    metrics: tuple[Metric, ...]

    def number(self, name: str) -> int | None:
        """A metric of that name as a number; None where there is none."""
        found = next((metric.value for metric in self.metrics if metric.name == name), "")
        return int(found) if found.isascii() and found.isdigit() else None


def _schema() -> Any:
    """The class of payloads, made of the fields above."""
    file = descriptor_pb2.FileDescriptorProto(
        name="fairlead/sparkplug.proto", package="sparkplug", syntax="proto2"
    )
    for message, fields in (("Metric", METRIC), ("Payload", PAYLOAD)):
        told = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            told.field.add(name=name, number=number, type=kind, label=Kind.LABEL_OPTIONAL)
    file.message_type[1].field.add(
        name="metrics",
        number=METRICS,
        type=Kind.TYPE_MESSAGE,
        type_name=".sparkplug.Metric",
        label=Kind.LABEL_REPEATED,
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("sparkplug.Payload"))


Wire = _schema()


def payload_of(content: bytes) -> Payload:
    """The payload in the bytes of a message. Raises NoPayload."""
    wire = Wire()
    try:
        wire.ParseFromString(content)
        return Payload(
            _moment(wire, "timestamp"),
            wire.seq if wire.HasField("seq") else None,
            tuple(map(_metric, wire.metrics)),
        )
    except (DecodeError, OverflowError, ValueError, OSError):
        raise NoPayload from None


def rebirth(now: datetime) -> bytes:
    """The command that asks a node to tell everything anew."""
    wire = Wire(timestamp=int(now.timestamp() * 1000))
    wire.metrics.add(name=REBIRTH, datatype=11, boolean_value=True)
    return bytes(wire.SerializeToString())


def _metric(wire: Any) -> Metric:
    alias = wire.alias if wire.HasField("alias") else None
    return Metric(wire.name, alias, _moment(wire, "timestamp"), _value(wire))


def _value(wire: Any) -> str:
    told = next((name for name in VALUES if wire.HasField(name)), None)
    if told is None or wire.is_null:
        return UNAVAILABLE
    value = getattr(wire, told)
    if told == "boolean_value":
        return "true" if value else "false"
    bits = SIGNED.get(wire.datatype, 0)
    if bits and told in ("int_value", "long_value") and value >> (bits - 1) & 1:
        return str((value & ((1 << bits) - 1)) - (1 << bits))
    return str(value)


def _moment(wire: Any, name: str) -> datetime | None:
    return datetime.fromtimestamp(getattr(wire, name) / 1000, UTC) if wire.HasField(name) else None
