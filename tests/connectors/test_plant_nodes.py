"""Messages of a node that come again: whatever was kept when the listener was killed, nothing is lost or a gap."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.plant.journal import Said, What
from connectors.plant.nodes import Message, Nodes
from connectors.plant.reading import Machine
from connectors.plant.sparkplug import BD_SEQ, Metric, Payload

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
FILLER = Machine(name="Filler", device="Bottling/Gateway/Filler", state="State", count="Count")


def message(number: int, at: datetime, *, again: bool = False) -> Message:
    """The number-th word of a node since its birth: 0 is its own birth, 1 that of its device, then it counts."""
    kind, device = {0: ("NBIRTH", ""), 1: ("DBIRTH", "Filler")}.get(number, ("DDATA", "Filler"))
    told = Metric("Count", None, None, str(number)) if number else Metric(BD_SEQ, None, None, "7")
    payload = Payload(at, number % 256, (told,))
    return Message(kind, "Bottling/Gateway", device, payload, at, is_sure=True, is_again=again)


def counts(said: list[Said]) -> list[str]:
    return [each.said for each in said if each.what is What.COUNT]


def killed(nodes: Nodes) -> Nodes:
    """As they are read after a kill."""
    return Nodes.of([FILLER], json.loads(json.dumps(nodes.kept())))


def test_births_of_one_instant_are_told_apart_by_their_numbers() -> None:
    """Killed between the births of node and device, both of 08:00: that of the device comes again, and is heard."""
    nodes = Nodes.of([FILLER], {})
    nodes.hear(message(0, EIGHT))
    nodes = killed(nodes)
    assert counts(nodes.hear(message(1, EIGHT, again=True))) == ["1"]
    assert [each.what for each in nodes.hear(message(2, EIGHT + timedelta(minutes=1)))] == [What.COUNT]
    assert nodes.unborn == set()


@given(
    steps=st.lists(st.integers(0, 2), min_size=2, max_size=300),
    kills=st.lists(st.tuples(st.integers(1, 299), st.integers(0, 20)), max_size=4),
)
def test_no_kill_loses_a_message_or_makes_a_gap(steps: list[int], kills: list[tuple[int, int]]) -> None:
    """
    Messages follow each other by 0, 1 or 2 s. At each kill, up to 20 that were kept were not acknowledged yet: they
    come again, and all after them for the first time or again. Every count is told, and nothing is a gap.
    """
    times = [EIGHT + timedelta(seconds=sum(steps[:number])) for number in range(len(steps))]
    nodes, said = Nodes.of([FILLER], {}), list[Said]()
    begin = 0
    for upto, unsure in [*sorted(kills), (len(steps), 0)]:
        for number in range(begin, min(upto, len(steps))):
            said += nodes.hear(message(number, times[number], again=number < begin + 20))
        nodes, begin = killed(nodes), max(begin, min(upto, len(steps)) - unsure)
    assert [each for each in said if each.what is What.GAP] == []
    assert set(counts(said)) == {str(number) for number in range(1, len(steps))}
    assert nodes.unborn == set()
