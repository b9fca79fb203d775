"""Power cuts and kills at random moments of append, merge, compaction, vacuum and checkpoint."""

from pathlib import Path
from random import Random

import pytest
from lives import Lives
from power import Cut, Disk

CUTS = 9
KINDS = [Cut(pages, names) for pages in (0.0, 0.5, 0.9, 0.97, 1.0) for names in (0.0, 0.5, 1.0)]


def disk(folder: Path) -> Disk:
    """A folder `lake` whose unsynced bytes and names can be lost."""
    (folder / "lake").mkdir()
    return Disk(folder / "lake", folder / "memory")


def suffer(folder: Path, syncs: str, random: Random, cuts: int, kinds: list[Cut]) -> Lives:
    """Write, pull the plug, start again, over and over on one lake."""
    platter = disk(folder)
    lives = Lives(folder / "lake", folder / "memory", syncs)
    for number in range(cuts):
        lives.live(boot=f"start {number}", kill_after=random.random() ** 2 * 2.5)
        platter.cut(random.choice(kinds), random)
    lives.live(boot="the last start", steps=2)
    return lives


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(7))
def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path, seed: int) -> None:
    """
    Nine cuts in a row: after each, the lake opens, holds every acknowledged step once, and its change feed
    tells the same rows.
    """
    lives = suffer(tmp_path, "all", Random(seed), CUTS, KINDS)

    assert lives.acknowledged >= 1


@pytest.mark.faults
@pytest.mark.parametrize("syncs", ["none", "files"])
def test_the_power_cut_is_one(tmp_path: Path, syncs: str) -> None:
    """
    The same cuts break a lake that does not sync, or syncs files and not the folders that name them.
    """
    with pytest.raises(AssertionError, match=r"does not come back|was acknowledged"):
        suffer(tmp_path, syncs, Random(1), CUTS, [Cut(0.0, 0.0)])


def killed(folder: Path, times: int) -> Lives:
    """Write, be killed, start again on one lake, while the machine stays up."""
    random = Random(times)
    lives = Lives(folder / "lake")
    for _ in range(times):
        lives.live(boot="one start", kill_after=random.random() ** 2 * 1.5)
    lives.live(boot="one start", steps=2)
    return lives


@pytest.mark.faults
def test_fifty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """
    What was written but not yet acknowledged is whole, as the machine stayed up: it is kept, nothing is dropped.
    """
    lives = killed(tmp_path, 50)

    assert lives.dropped == 0
    assert lives.kept > 0
    assert lives.acknowledged > 10


def test_five_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """
    The same with five kills, for every day.
    """
    lives = killed(tmp_path, 5)

    assert lives.dropped == 0
    assert lives.acknowledged >= 1
