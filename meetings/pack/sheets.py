"""The pack as sheets of a workbook: one a table, with full numbers, and charts a spreadsheet can change."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from kpi.catalog import KPIS
from kpi.exports.label import instant
from kpi.exports.sheet import Column, LineChart, Look, Sheet, look_of_unit
from kpi.score import Status
from kpi.words import say
from meetings.pack.document import CHANGED
from meetings.pack.frozen import Frozen
from meetings.pack.proof import unknown
from meetings.promises import TOLD
from meetings.told import VERDICTS, because_told, name_told, segment_told, speaks, whose

Rows = Sequence[Mapping[str, Any]]
TEXT, NUMBER, WHOLE, DAY, MOMENT = pl.String(), pl.Float64(), pl.Int64(), pl.Date(), pl.Datetime("us", "UTC")


def sheets_of(frozen: Frozen) -> list[Sheet]:
    """One sheet a table of the pack, in its order."""
    return [
        _actions(frozen), _off(frozen), _commented(frozen), _followed(frozen), _spreads(frozen), _decided(frozen),
        _trends(frozen), _scores(frozen), _unknown(frozen), _restated(frozen), _sources(frozen), _meanings(frozen),
    ]  # fmt: skip


def label_of(frozen: Frozen) -> list[tuple[str, str]]:
    """Which meeting it is, who was there, and how to check the figures."""
    meeting, agenda = frozen.meeting, frozen.agenda
    told = [
        (say("Company"), agenda.company), (say("Department"), whose(meeting)),
        (say("For"), segment_told(meeting.segment)),
        (say("Month"), f"{meeting.month:%Y-%m}") if meeting.is_monthly else (say("Week of"), str(meeting.week)),
        (say("Evaluated"), str(agenda.as_of or "")), (say("Who was there"), ", ".join(meeting.present)),
        (say("Notes"), meeting.notes), (say("Opened by"), meeting.opened_by), (say("Closed by"), meeting.closed_by),
        (say("Frozen"), instant(frozen.made_at)), (say("SHA-256 of the figures"), frozen.digest),
        (say("Money"), agenda.currency),
    ]  # fmt: skip
    return told if frozen.genuine else [*told, (say("Notice"), say(CHANGED))]


def _sheet(title: str, columns: Sequence[tuple[Column, pl.DataType]], rows: Rows) -> Sheet:
    schema = {column.name: kind for column, kind in columns}
    return Sheet(title, tuple(column for column, _ in columns), pl.DataFrame(rows, schema=schema))


def _look(kpi: str) -> Look:
    return look_of_unit(KPIS[kpi].unit) if kpi in KPIS else Look.FINE


def _units(kpis: Sequence[str]) -> tuple[Look, ...]:
    return tuple(map(_look, kpis))


def _actions(frozen: Frozen) -> Sheet:
    columns = [
        (Column("made", say("Promised")), TEXT), (Column("kept", say("What became of it")), TEXT),
        (Column("text", say("What")), TEXT), (Column("kpi", say("KPI")), TEXT), (Column("owner", say("Who")), TEXT),
        (Column("due", say("Until"), Look.DAY), DAY),
        (Column("percent", say("Promised effect, %"), Look.WHOLE), WHOLE),
        (Column("weeks", say("Weeks"), Look.WHOLE), WHOLE),
    ]  # fmt: skip
    rows = [
        {
            "made": say("in this meeting") if now else say("before"), "kept": say(TOLD[each.kept]),
            "text": each.text, "kpi": name_told(each.kpi), "owner": each.owner, "due": each.due,
            "percent": each.percent or None, "weeks": each.weeks,
        }
        for now, found in ((False, frozen.promised), (True, frozen.actions)) for each in found
    ]  # fmt: skip
    return _sheet(say("Promises and actions"), columns, rows)


def _off(frozen: Frozen) -> Sheet:
    items = frozen.agenda.items
    units = _units([each.kpi for each in items])
    columns = [
        (Column("kpi", say("KPI")), TEXT), (Column("status", say("Status")), TEXT),
        (Column("value", say("Value"), looks=units), NUMBER), (Column("target", say("Target"), looks=units), NUMBER),
        (Column("since", say("Since"), Look.DAY), DAY), (Column("period", say("Period from"), Look.DAY), DAY),
        (Column("rows", say("Records beyond"), Look.WHOLE), WHOLE), (Column("n", say("Rows"), Look.WHOLE), WHOLE),
        (Column("dimension", say("Dimension")), TEXT), (Column("segment", say("Segment")), TEXT),
        (Column("before", say("Segment before"), looks=units), NUMBER),
        (Column("after", say("Segment since"), looks=units), NUMBER),
        (Column("also", say("Also")), TEXT),
    ]  # fmt: skip
    rows = [
        {
            "kpi": name_told(each.kpi), "value": each.value, "target": each.target, "since": each.since,
            "status": say(Status(each.status).word) if each.off_target else speaks(each),
            "period": each.period, "rows": each.rows, "n": each.n,
            "dimension": each.reason.dimension if each.reason else None,
            "segment": each.reason.segment if each.reason else None,
            "before": each.reason.before if each.reason else None,
            "after": each.reason.after if each.reason else None,
            "also": ", ".join(map(name_told, each.also)),
        }
        for each in items
    ]  # fmt: skip
    return _sheet(say("What is off"), columns, rows)


def _commented(frozen: Frozen) -> Sheet:
    names = (
        ("kpi", say("KPI")), ("what", say("What happened")), ("why", say("Why")), ("then", say("What is next")),
        ("who", say("Who")),
    )  # fmt: skip
    rows = [
        {"kpi": name_told(kpi)}
        | ({"what": said.what, "why": said.why, "then": said.then, "who": said.made_by} if said else {})
        for kpi, said in frozen.commented
    ]
    whole = [{name: row.get(name) for name, _ in names} for row in rows]
    return _sheet(say("What owners say"), [(Column(name, heading), TEXT) for name, heading in names], whole)


def _followed(frozen: Frozen) -> Sheet:
    shares = (
        ("followed", say("Followed")), ("low", say("Followed, lower bound")),
        ("high", say("Followed, upper bound")), ("failed_followed", say("Failed although followed")),
        ("failed_missed", say("Failed with missed steps")),
    )  # fmt: skip
    columns = [
        (Column("sop", say("SOP")), TEXT), (Column("kpi", say("KPI")), TEXT),
        (Column("verdict", say("Verdict")), TEXT),
        *((Column(name, heading, Look.SHARE), NUMBER) for name, heading in shares),
        (Column("records", say("Records"), Look.WHOLE), WHOLE),
        (Column("missing", say("Records missing"), Look.WHOLE), WHOLE),
    ]  # fmt: skip
    rows = [
        {
            "sop": frozen.titles.get(each.sop, each.sop), "kpi": name_told(item.kpi),
            "verdict": each.verdict.heading, "records": each.records, "missing": each.missing,
            **{name: getattr(each, name) for name, _ in shares},
        }
        for item in frozen.agenda.items for each in item.behind
    ]  # fmt: skip
    return _sheet(say("Were the SOPs followed"), columns, rows)


def _spreads(frozen: Frozen) -> Sheet:
    counts = (
        ("people", say("People")), ("read", say("Have read it")), ("trained", say("Are trained")),
        ("worked", say("Checks and runs by it")), ("checks", say("Of")),
    )  # fmt: skip
    columns = [
        (Column("sop", say("SOP")), TEXT), (Column("version", say("Version")), TEXT),
        (Column("since", say("Counts from"), Look.DAY), DAY),
        *((Column(name, heading, Look.WHOLE), WHOLE) for name, heading in counts),
    ]  # fmt: skip
    rows = [
        {"sop": frozen.titles.get(each.sop, each.sop), "version": each.version, "since": each.since}
        | {name: getattr(each, name) for name, _ in counts}
        for each in frozen.agenda.spreads
    ]
    return _sheet(say("New versions after four weeks"), columns, rows)


def _decided(frozen: Frozen) -> Sheet:
    columns = [
        (Column("kpi", say("KPI")), TEXT), (Column("verdict", say("What was found")), TEXT),
        (Column("text", say("What was decided, and why")), TEXT), (Column("sop", say("SOP")), TEXT),
        (Column("who", say("Who")), TEXT),
    ]  # fmt: skip
    rows = [
        {
            "kpi": name_told(each.kpi) if each.kpi else None, "verdict": say(VERDICTS[each.verdict]),
            "text": each.text, "sop": frozen.titles.get(each.sop, each.sop), "who": each.made_by,
        }
        for each in frozen.decisions
    ]  # fmt: skip
    return _sheet(say("Decided"), columns, rows)


def _trends(frozen: Frozen) -> Sheet:
    """The periods of every KPI that is off under each other, with a chart a KPI beside them."""
    rows: list[dict[str, object]] = []
    charts: list[LineChart] = []
    for item in frozen.agenda.items:
        if item.trend:
            span = (len(rows), len(rows) + len(item.trend) - 1)
            charts.append(LineChart(name_told(item.kpi), "period", ("value", "target"), span))
            rows += [
                {
                    "kpi": name_told(item.kpi),
                    "key": item.kpi,
                    "period": each.start,
                    "value": each.value,
                    "target": each.target,
                }
                for each in item.trend
            ]
    units = _units([str(each["key"]) for each in rows])
    columns = [
        (Column("kpi", say("KPI")), TEXT), (Column("key", say("Key")), TEXT),
        (Column("period", say("Period from"), Look.DAY), DAY),
        (Column("value", say("Value"), looks=units), NUMBER), (Column("target", say("Target"), looks=units), NUMBER),
    ]  # fmt: skip
    made = _sheet(say("Figures behind it"), columns, rows)
    return Sheet(made.title, made.columns, made.rows, tuple(charts))


def _scores(frozen: Frozen) -> Sheet:
    scores = frozen.agenda.scores
    units = _units([each.kpi for each in scores])
    columns = [
        (Column("kpi", say("KPI")), TEXT), (Column("key", say("Key")), TEXT), (Column("status", say("Status")), TEXT),
        (Column("value", say("Value"), looks=units), NUMBER), (Column("target", say("Target"), looks=units), NUMBER),
        (Column("period", say("Period from"), Look.DAY), DAY), (Column("n", say("Rows"), Look.WHOLE), WHOLE),
    ]  # fmt: skip
    rows = [
        {
            "kpi": name_told(each.kpi, each.name), "key": each.kpi, "status": say(Status(each.status).word),
            "value": each.value, "target": each.target, "period": each.period, "n": each.n,
        }
        for each in scores
    ]  # fmt: skip
    return _sheet(say("All KPIs"), columns, rows)


def _unknown(frozen: Frozen) -> Sheet:
    columns = [(Column("what", say("What")), TEXT), (Column("why", say("Why it is not known")), TEXT)]
    rows = [{"what": what, "why": why} for what, why in unknown(frozen)]
    return _sheet(say("What is not known"), columns, rows)


def _restated(frozen: Frozen) -> Sheet:
    found = frozen.agenda.restated
    units = _units([each.kpi for each in found])
    columns = [
        (Column("kpi", say("KPI")), TEXT), (Column("period", say("Period from"), Look.DAY), DAY),
        (Column("before", say("Then"), looks=units), NUMBER), (Column("after", say("Now"), looks=units), NUMBER),
        (Column("why", say("Why")), TEXT),
    ]  # fmt: skip
    rows = [
        {
            "kpi": name_told(each.kpi), "period": each.period, "before": each.before, "after": each.after,
            "why": because_told(each),
        }
        for each in found
    ]  # fmt: skip
    return _sheet(say("Restated"), columns, rows)


def _sources(frozen: Frozen) -> Sheet:
    columns = [
        (Column("source", say("Source")), TEXT), (Column("read", say("Last read"), Look.INSTANT), MOMENT),
        (Column("data", say("Data of"), Look.INSTANT), MOMENT), (Column("late", say("In time")), TEXT),
    ]  # fmt: skip
    rows = [
        {
            "source": each.name, "read": each.read_at, "data": each.data_time,
            "late": say("late") if each.late else say("yes"),
        }
        for each in frozen.agenda.sources
    ]  # fmt: skip
    return _sheet(say("Data behind it"), columns, rows)


def _meanings(frozen: Frozen) -> Sheet:
    names = (
        ("name", say("KPI")), ("meaning", say("Meaning")), ("formula", say("Formula")), ("unit", say("Unit")),
    )  # fmt: skip
    columns = [
        *((Column(name, heading), TEXT) for name, heading in names),
        (Column("version", say("Version"), Look.WHOLE), WHOLE),
    ]
    rows = [
        {**{name: say(str(getattr(each, name))) for name, _ in names}, "version": each.version}
        for each in frozen.agenda.meanings
    ]
    return _sheet(say("What the figures mean"), columns, rows)
