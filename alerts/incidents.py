"""Which open episodes are one incident, and which of them speaks for the others."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kpi.catalog import KPIS
from store.state.episode_records import Episode

TOGETHER = timedelta(days=28)  # episodes of one place that begin within this of another are one incident


@dataclass(frozen=True)
class Placed:
    """The incident an episode belongs to; `explained`: another one of it is told instead."""

    incident: str
    explained: bool


def incidents(
    episodes: Sequence[Episode], sources: Mapping[str, Collection[str]] | None = None
) -> dict[int, Placed]:
    """
    The incident of each open episode by number. The root is proposed by what they share: a stale source (`sources`:
    those each KPI reads, by its key), else the segment, else the goal of the KPIs.

    A KPI as a whole belongs to its only segment in trouble; of several, they belong to it. Within an incident one
    episode of each owner is told; a KPI as a whole explains its segments, a stale source every KPI that reads it.
    """
    stale = {name for each in episodes if each.active and (name := each.pairs.get("source"))}
    roots = {each.id: _by_source(each, stale, sources or {}) for each in episodes}
    alone = _segments(each for each in episodes if not roots[each.id])
    left: dict[str, list[Episode]] = defaultdict(list)
    for each in episodes:
        if not roots[each.id]:
            left[_shared(each, alone)].append(each)
    for shared, members in left.items():
        roots |= _named(shared, members)
    groups: dict[str, list[Episode]] = defaultdict(list)
    for each in episodes:
        groups[roots[each.id]].append(each)
    return {number: placed for root, members in groups.items() for number, placed in _speaking(root, members)}


def _by_source(episode: Episode, stale: Collection[str], sources: Mapping[str, Collection[str]]) -> str:
    own = episode.pairs.get("source")
    if own:
        return f"source={own}"
    late = sorted(set(stale) & set(sources.get(episode.kpi, ())))
    return f"source={late[0]}" if late else ""


def _segments(episodes: Iterable[Episode]) -> dict[str, str]:
    """Of each KPI that is in trouble as a whole its only segment that is, too; empty where there is none or several."""
    parts: dict[str, set[str]] = defaultdict(set)
    for each in episodes:
        if each.kpi:
            parts[each.kpi].add(each.segment)
    whole = {kpi: found - {""} for kpi, found in parts.items() if "" in found}
    return {kpi: next(iter(found)) if len(found) == 1 else "" for kpi, found in whole.items()}


def _shared(episode: Episode, alone: Mapping[str, str]) -> str:
    """What an episode may share with others: its segment, unless all of the KPI is in trouble; its goal; itself."""
    segment = alone.get(episode.kpi, episode.segment)
    kpi = KPIS.get(episode.kpi)
    if segment:
        return segment
    return f"goal={kpi.department.value}: {kpi.goal}" if kpi and kpi.goal else episode.key


def _named(shared: str, members: Sequence[Episode]) -> dict[int, str]:
    """Members that begin close to each other get one name; whoever shares it with nobody keeps its own."""
    named: dict[int, str] = {}
    chain: list[Episode] = []
    for each in sorted(members, key=lambda one: (one.since, one.id)):
        if chain and each.since - chain[-1].since > TOGETHER:
            chain = []
        chain.append(each)
        root = f"{shared}@{chain[0].since}" if len(chain) > 1 else each.key
        named |= {one.id: root for one in chain}
    return named


def _speaking(root: str, members: Sequence[Episode]) -> list[tuple[int, Placed]]:
    """Who was told already speaks on, else a source, else a KPI as a whole, else the oldest."""
    cause = any(f"source={each.pairs.get('source')}" == root for each in members)
    spoken: set[str] = set()
    whole = {each.kpi for each in members if each.kpi and not each.segment}
    placed: list[tuple[int, Placed]] = []
    for each in sorted(members, key=lambda one: (one.told_on is None, bool(one.segment), one.since, one.id)):
        owner = each.owner or each.department
        explained = owner in spoken or (bool(each.segment) and each.kpi in whole)
        if cause:
            explained = "source" not in each.pairs
        if not explained:
            spoken.add(owner)
        placed.append((each.id, Placed(root, explained)))
    return placed
