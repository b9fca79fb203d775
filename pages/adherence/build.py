"""What the adherence page shows of figures: tables and sentences, both accounts side by side, and how sure they are."""

from collections.abc import Callable, Mapping, Sequence

from kpi.score import Status
from kpi.words import say, say_many
from pages.parts.format import ABSENT, MINUS, count, decimal, share
from pages.parts.tables import Bar, Cell, Column, Grid, Link, Marked
from sop.adherence import Followed, Measured, Told
from sop.adherence.model import FEWEST
from sop.systems import AuditDemand

MOST = 10
Name = Callable[[Followed], str | Link]
Titles = Callable[[str, str], str]


def percent(part: float | None) -> str:
    """A share with one decimal; two below ten per cent."""
    return ABSENT if part is None else share(part, 2 if abs(part) < 0.09995 else 1)


def points(part: float) -> str:
    """A difference of shares in percentage points with its sign."""
    told = decimal(abs(part) * 100, 1)
    sign = "±" if not told.strip("0.,") else "+" if part > 0 else MINUS
    return f"{sign}{told} {say('pp')}"


def figure(found: Measured | None) -> Cell:
    """The share, or how many rows are missing until there is one."""
    if found is None or found.value is None:
        return ABSENT
    if found.missing:
        told = say_many("Not enough evidence, {n} more", "Not enough evidence, {n} more", found.missing,
                        n=count(found.missing))  # fmt: skip
        return Marked(told, Status.SMALL_SAMPLE)
    return percent(found.value)


def between(found: Measured | None) -> str:
    """The 95 % bounds."""
    if found is None or found.low is None or found.high is None or found.missing:
        return ABSENT
    return f"{percent(found.low)} – {percent(found.high)}"


def rows_of(found: Measured | None) -> str:
    """How many rows it stands on."""
    return ABSENT if found is None else count(found.n)


def both(
    heading: str, label: str, found: Sequence[Followed], name: Name, before: Mapping[object, Followed]
) -> Grid:
    """Systems and checklists side by side, with the change of the first since the days before where they are known."""
    done = any(each.done is not None and each.systems and each.done.n != each.systems.n for each in found)
    columns = [
        Column(heading), Column(say("From systems"), "r"), Column(say("Picture")),
        *([Column(say("Of those done at all"), "r")] if done else []), Column(say("Steps judged"), "r"),
        Column(say("From checklists"), "r"), Column(say("95 % sure between"), "r"), Column(say("Answers"), "r"),
        *([Column(say("Change"), "r")] if before else []),
    ]  # fmt: skip
    return Grid(columns, [_both(each, name, before, done) for each in found], label)


def _both(each: Followed, name: Name, before: Mapping[object, Followed], done: bool) -> list[Cell]:
    told = each.systems or each.checked
    bar = Bar(max(0.0, told.value or 0.0) if told else 0.0, None, Status.OK, *_sure(told))
    return [
        name(each), figure(each.systems), bar, *([percent(_value(each.done))] if done else []), rows_of(each.systems),
        figure(each.checked), between(each.checked), rows_of(each.checked),
        *([change(each, before.get((each.sop, each.step)))] if before else []),
    ]  # fmt: skip


def _sure(found: Measured | None) -> tuple[float | None, float | None]:
    return (None, None) if found is None or found.missing else (found.low, found.high)


def _value(found: Measured | None) -> float | None:
    return found.value if found is not None else None


def change(now: Followed, before: Followed | None) -> str:
    """By how many points the account that leads moved; nothing where one side stands on few rows."""
    if before is None:
        return ABSENT
    pairs = ((now.systems, before.systems), (now.checked, before.checked))
    told = next(((a, b) for a, b in pairs if a is not None and b is not None), None)
    if told is None or any(each.missing or each.value is None for each in told):
        return ABSENT
    return points((told[0].value or 0.0) - (told[1].value or 0.0))


def broken(found: Sequence[Followed], titles: Titles, link: Callable[[Followed], str]) -> Grid:
    """The steps most often not done as agreed, by the account that says less; those on few rows are left out."""
    worst = [(each, each.worst) for each in found]
    ordered = sorted(
        ((each, told) for each, told in worst if told is not None and told.lost > 0),
        key=lambda pair: (pair[1].value or 0.0, -pair[1].lost, pair[0].sop, pair[0].step),
    )
    columns = [
        Column(say("Step")), Column(say("SOP")), Column(say("Missed"), "r"), Column(say("Missed or lost"), "r"),
        Column(say("Of"), "r"), Column(say("Told by")),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            Link(titles(each.sop, each.step), link(each)), titles(each.sop, ""),
            percent(1 - (told.value or 0.0)), count(told.lost), count(told.possible),
            say("systems") if told is each.systems else say("checklists"),
        ]
        for each, told in ordered[:MOST]
    ]  # fmt: skip
    return Grid(columns, rows, say("Steps most broken"))


def order(found: Mapping[Told, Measured]) -> list[tuple[str, str]]:
    """Whole cases: every step followed, exactly the expected order, all main steps in whatever order."""
    names = {
        Told.CASES: say("Cases with every step followed"), Told.EXACT: say("Cases in exactly the expected order"),
        Told.MAIN: say("Cases with all main steps"),
    }  # fmt: skip
    return [(name, whole(found[told])) for told, name in names.items() if told in found]


def whole(found: Measured) -> str:
    """`49.7% of 1,434 (47.1% – 52.3%)`."""
    told = say("{share} of {n}", share=percent(found.value), n=count(found.n))
    if found.missing:
        return say("{told}: not enough evidence", told=told)
    return told if found.low is None else f"{told} ({between(found)})"


def parts(found: Mapping[str, Measured], heading: str, label: str) -> Grid:
    """One account by market, team or version, the lowest first; parts of few rows last."""
    ordered = sorted(found.items(), key=lambda pair: (bool(pair[1].missing), pair[1].value or 0.0, pair[0]))
    columns = [
        Column(heading), Column(say("Followed"), "r"), Column(say("Picture")),
        Column(say("95 % sure between"), "r"), Column(say("Rows"), "r"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [name, figure(each), Bar(max(0.0, each.value or 0.0), None, Status.OK, *_sure(each)), between(each),
         count(each.n)]
        for name, each in ordered
    ]  # fmt: skip
    return Grid(columns, rows, label)


def demands(found: Sequence[AuditDemand], titles: Titles) -> Grid:
    """Steps that checklists tell otherwise than systems, each with the audit it asks for."""
    columns = [Column(say("Step")), Column(say("SOP")), Column(say("Apart"), "r"), Column(say("What to do"))]
    rows = [
        [titles(each.sop, each.step), titles(each.sop, ""), points(each.points / 100), each.reason]
        for each in found
    ]
    return Grid(columns, rows, say("Checklists and systems disagree"))


def headline(found: Sequence[Followed]) -> str:
    """All steps of what is shown, in one sentence an account."""
    told = []
    for own, text in (
        (_sum([each.systems for each in found]), "systems"), (_sum([each.checked for each in found]), "checks"),
    ):  # fmt: skip
        if own.value is None:
            continue
        values = {"share": percent(own.value), "n": count(own.n)}
        told.append(
            say("Systems saw {share} of {n} steps followed, in all cases.", **values)
            if text == "systems"
            else say("Checklists and random checks say {share}, from {n} answers.", **values)
        )
    return " ".join(told) or say("Nothing was judged or checked in these days.")


def _sum(found: Sequence[Measured | None]) -> Measured:
    known = [each for each in found if each is not None]
    return Measured(
        sum(each.earned for each in known),
        sum(each.possible for each in known),
        sum(each.n for each in known),
    )


def few(found: Sequence[Followed]) -> str:
    """What few rows are."""
    told = [each for one in found for each in (one.systems, one.checked) if each is not None and each.missing]
    return (
        say("Fewer than {n} rows are not enough evidence; how many are missing is said.", n=FEWEST)
        if told
        else ""
    )
