"""When a shipment left each stage, from whatever moments are known: no gap, no overlap, nothing made up unsaid."""

from collections.abc import Callable

import polars as pl

from kpi.flow.stages import PROMISED, stage_of

LAST = len(PROMISED)
NUMBERS = tuple(range(1, LAST + 1))
COLUMNS = (
    "started_epoch", "ended_epoch", "route", *(f"reached_{n}" for n in NUMBERS[:-1]),
    *(f"stage_{n}_s" for n in NUMBERS), "unattributed_s", "inferred", "disordered",
)  # fmt: skip


def with_times(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add started_epoch, ended_epoch, route, reached_1..6, stage_1_s..stage_7_s, unattributed_s, inferred, disordered.

    Needs `at_0` (ordered) to `at_7` (delivered) in seconds since 1970, null where unknown, `international`, `tracked`
    (both may be null) and `scans`. The durations and the unattributed time of an ended shipment add up to its end
    minus its start. A moment before the start or after the end is left out; one earlier than a moment before it in
    the order of stages counts as that one; both are counted as disordered. One missing moment between two known ones
    is inferred by the usual shares of the stages around it where the shipment is scanned at all; time between known
    moments further apart stays unattributed. At home there is no departure, customs or sorting; a shipment nobody
    scans ends its way in transit.
    """
    return (
        _routed(rows)
        .pipe(_ordered)
        .pipe(_inferred)
        .pipe(_closed)
        .with_columns(*_durations())
        .with_columns(_unattributed())
    )


def _routed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Which stages the shipment passes, and from when to when."""
    seen_abroad = pl.any_horizontal(pl.col(f"at_{n}").is_not_null() for n in (3, 4, 5))
    abroad = pl.col("international").fill_null(False) | seen_abroad
    door = pl.col("at_6").is_not_null() | (pl.col("scans") > 0) | pl.col("tracked").is_not_null()
    home, far = ("12", "4", "7"), ("12", "3456", "7")
    start = pl.coalesce(f"at_{n}" for n in range(LAST + 1))
    return rows.with_columns(
        abroad.alias("abroad"),
        door.alias("door"),
        start.alias("started_epoch"),
        pl.when(pl.col(f"at_{LAST}") >= start).then(pl.col(f"at_{LAST}")).alias("ended_epoch"),
    ).with_columns(
        pl.concat_str(
            pl.lit(home[0]),
            pl.when("abroad").then(pl.lit(far[1])).otherwise(pl.lit(home[1])),
            pl.when("door").then(pl.lit(home[2])).otherwise(pl.lit("")),
        ).alias("route")
    )


def _ordered(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`k_n`: the known moments in order; `m_n`: the latest of them up to n; `disordered`."""
    start, end = pl.col("started_epoch"), pl.col("ended_epoch")
    inside = {}
    for n in NUMBERS:
        at = pl.col(f"at_{n}")
        inside[n] = pl.when((at >= start) & (end.is_null() | (at <= end))).then(at)
    before: dict[int, pl.Expr] = {0: start}
    for n in NUMBERS:
        before[n] = pl.max_horizontal(before[n - 1], inside[n])
    out = [pl.col(f"at_{n}").is_not_null() & inside[n].is_null() for n in NUMBERS]
    back = [inside[n] < before[n - 1] for n in NUMBERS]
    wrong = [each.fill_null(False).cast(pl.Int64) for each in (*out, *back)]
    return rows.with_columns(
        *(before[n].alias(f"m_{n}") for n in (0, *NUMBERS)),
        *(pl.when(inside[n].is_not_null()).then(before[n]).alias(f"k_{n}") for n in NUMBERS),
        pl.sum_horizontal(wrong).alias("disordered"),
    )


def _expected() -> dict[int, pl.Expr]:
    """Whether each moment is one to wait for; the first only where it is known when the order was placed."""
    abroad = pl.col("abroad")
    first, always = pl.col("at_0").is_not_null(), pl.lit(True)
    return {1: first, 2: always, 3: abroad, 4: abroad, 5: abroad, 6: pl.col("door"), LAST: always}


def _weights() -> dict[int, pl.Expr]:
    """The usual share of the way up to the end of each stage of the route."""
    total, told = pl.lit(0, pl.Int64), {0: pl.lit(0, pl.Int64)}
    for n in NUMBERS:
        passed = pl.col("route").str.contains(str(n), literal=True).cast(pl.Int64)
        total = total + passed * stage_of(n).weight
        told[n] = total
    return told


def _inferred(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`t_n`: the moments, the inferred ones among them; `inferred` counts these."""
    expected, weights = _expected(), _weights()
    known = {n: pl.col(f"k_{n}").is_not_null() for n in NUMBERS}
    missing = {n: (~known[n] & expected[n]).cast(pl.Int64) for n in NUMBERS}

    def carried(
        order: tuple[int, ...], value: Callable[[int], pl.Expr], first: pl.Expr
    ) -> dict[int, pl.Expr]:
        """Down the order: the value of the last known moment before each."""
        last, found = first, {}
        for n in order:
            found[n] = last
            last = pl.when(known[n]).then(value(n)).otherwise(last)
        return found

    nothing = pl.lit(None, pl.Int64)
    weight_before = carried(NUMBERS, weights.__getitem__, pl.lit(0, pl.Int64))
    weight_after = carried(NUMBERS[::-1], weights.__getitem__, nothing)
    next_at = carried(NUMBERS[::-1], lambda n: pl.col(f"k_{n}"), nothing)
    begun = carried(NUMBERS, lambda _: pl.lit(True), pl.col("at_0").is_not_null())
    run = _runs(known, missing)
    told, count = [], []
    for n in NUMBERS[:-1]:
        earlier = pl.col(f"m_{n}")
        share = (weights[n] - weight_before[n], weight_after[n] - weight_before[n])
        single = (missing[n] == 1) & (run[n] == 1) & (pl.col("scans") > 0)
        alone = single & begun[n] & next_at[n].is_not_null() & (share[1] > 0)
        placed = earlier + (next_at[n] - earlier) * share[0] // share[1]
        told.append(pl.when(known[n]).then(pl.col(f"k_{n}")).when(alone).then(placed).alias(f"t_{n}"))
        count.append((~known[n] & alone.fill_null(False)).cast(pl.Int64))
    return rows.with_columns(
        *told, pl.col("ended_epoch").alias(f"t_{LAST}"), pl.sum_horizontal(count).alias("inferred")
    )


def _runs(known: dict[int, pl.Expr], missing: dict[int, pl.Expr]) -> dict[int, pl.Expr]:
    """How many expected moments are missing in a row around each."""

    def one_way(order: tuple[int, ...]) -> dict[int, pl.Expr]:
        last, found = pl.lit(0, pl.Int64), {}
        for n in order:
            last = pl.when(known[n]).then(0).otherwise(last + missing[n])
            found[n] = last
        return found

    down, up = one_way(NUMBERS), one_way(NUMBERS[::-1])
    return {n: down[n] + up[n] - missing[n] for n in NUMBERS}


def _closed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Stages the route does not pass take no time: `t_n` and `reached_n` with these put on their neighbours."""
    door, abroad = pl.col("door"), pl.col("abroad")
    six = pl.when(door).then(pl.col("t_6")).otherwise(pl.col("t_7"))
    told = {
        6: six,
        5: pl.when(abroad).then(pl.col("t_5")).otherwise(six),
        4: pl.when(abroad).then(pl.col("t_4")).otherwise(six),
        3: pl.when(abroad).then(pl.col("t_3")).otherwise(pl.col("t_2")),
    }
    moved = rows.with_columns(*(each.alias(f"t_{n}") for n, each in told.items()))
    return moved.with_columns(pl.col(f"t_{n}").alias(f"reached_{n}") for n in NUMBERS[:-1])


def _durations() -> list[pl.Expr]:
    """The time of each stage of the route whose both ends are known."""
    begins = {1: pl.col("at_0"), **{n: pl.col(f"t_{n - 1}") for n in NUMBERS[1:]}}
    return [
        pl.when(pl.col("route").str.contains(str(n), literal=True))
        .then(pl.col(f"t_{n}") - begins[n])
        .alias(f"stage_{n}_s")
        for n in NUMBERS
    ]


def _unattributed() -> pl.Expr:
    """What no stage explains, up to the end or, while under way, to the last known moment."""
    until = pl.coalesce("ended_epoch", f"m_{LAST}")
    told = pl.sum_horizontal(pl.col(f"stage_{n}_s").fill_null(0) for n in NUMBERS)
    return (until - pl.col("started_epoch") - told).alias("unattributed_s")
