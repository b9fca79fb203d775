"""Golden cases that give sums: they go through the score."""

import polars as pl
from golden_cases import CASES, by, only, status_of
from made_facts import component_rows

from kpi.catalog import find
from kpi.interval import wilson
from kpi.score import Judgement, score

NO_MINIMUM = Judgement(minimum=0)


def test_first_contact_resolution_gross_and_net() -> None:
    """
    620 of 1,000 issues are resolved at once; 150 could not be, so net it is 620 of 850.
    """
    case = CASES["cs_fcr_gross_net"]
    (total,) = case.inputs["totals"]
    contacts, hits, out = total["contacts"], total["resolved_first"], total["not_resolvable_level1"]
    gross, net = find("first_contact_resolution_rate"), find("first_contact_resolution_net_rate")

    of_gross = only(score(gross, component_rows(gross, [{"num": hits, "den": contacts, "n": contacts}])))
    some = contacts - out
    of_net = only(
        score(net, component_rows(net, [{"num": hits, "den": some, "n": some, "x_not_resolvable": out}]))
    )

    assert of_gross["value"] == case.close(case.expected["gross"])
    assert of_net["value"] == case.close(case.expected["net"])
    assert of_net["excluded_not_resolvable"] == 150


def test_satisfaction_divides_sums_and_says_how_sure_it_is() -> None:
    """
    168 of 253 answers are good, whatever the teams' own rates; three answers are a small sample.
    """
    case = CASES["cs_csat_rollup_ci"]
    segments = case.inputs["segments"]
    csat, response = find("csat_score"), find("csat_response_rate")
    answers = component_rows(
        csat,
        [
            {"channel": s["segment"], "num": s["satisfied"], "den": s["responses"], "n": s["responses"]}
            for s in segments
        ],
    )
    sent = component_rows(
        response, [{"num": s["responses"], "den": s["sent"], "n": s["sent"]} for s in segments]
    )

    total = only(score(csat, answers))
    teams = score(csat, answers, ("channel",))
    phone = only(teams.filter(pl.col("channel") == "phone"))

    assert total["value"] == case.close(case.expected["value"])
    assert [total["low"], total["high"]] == case.close(case.expected["wilson_total"])
    assert [phone["low"], phone["high"]] == case.close(case.expected["wilson_phone"])
    assert phone["status"] == case.expected["phone_status"]
    assert only(score(response, sent))["value"] == case.close(case.expected["response_rate"])
    case.refuses(mean_of_rates=total["value"])
    assert teams["value"].mean() == case.close(case.wrong["mean_of_rates"])


def test_a_rate_of_lanes_is_the_ratio_of_their_sums() -> None:
    """
    540 of 1,000 shipments are on time; a lane with nothing due has no value.
    """
    case = CASES["ru_ratio_of_sums"]
    kpi = find("on_time_delivery_rate")
    lanes = component_rows(
        kpi,
        [
            {"carrier": s["lane"], "num": s["on_time"], "den": s["due"], "n": s["due"]}
            for s in case.inputs["segments"]
        ],
    )

    total = only(score(kpi, lanes, judgement=NO_MINIMUM))

    assert total["value"] == case.close(case.expected["value"])
    assert by(score(kpi, lanes, ("carrier",)), "carrier") == case.close(case.expected["by_lane"])
    case.refuses(mean_of_ratios=total["value"], mean_with_null_as_zero=total["value"])


def test_unknown_segments_stay_under_their_own_name() -> None:
    """
    14 of 20 are on time, five of them on a lane nobody knows; dropping those would make it 13 of 15.
    """
    case = CASES["ru_null_segment"]
    kpi = find("on_time_delivery_rate")
    lanes = component_rows(
        kpi,
        [
            {"carrier": r["lane"] or "(unknown)", "num": r["on_time"], "den": r["due"], "n": r["due"]}
            for r in case.inputs["rows"]
        ],
    )

    total = only(score(kpi, lanes, judgement=NO_MINIMUM))

    assert status_of(total) == "ok"
    assert total["value"] == case.close(case.expected["value"])
    assert by(score(kpi, lanes, ("carrier",)), "carrier") == case.close(case.expected["by_lane"])
    case.refuses(total_after_dropping_null=total["value"])


def test_wilson_interval_equals_the_published_values() -> None:
    """
    81 of 263 is 25.5 % to 36.6 %; none of 20 is still up to 16.1 %.
    """
    case = CASES["st_wilson_published"]
    rows = pl.DataFrame(case.inputs["rows"])

    low, high = wilson(pl.col("x"), pl.col("n"), case.params["confidence"])
    found = rows.select(low.alias("low"), high.alias("high")).rows()

    assert [list(row) for row in found] == [case.close(row) for row in case.expected["rows"]]


def test_wilson_interval_of_nothing_is_nothing() -> None:
    """
    No rows, no interval.
    """
    case = CASES["st_wilson_empty"]
    rows = pl.DataFrame(case.inputs["rows"])

    low, high = wilson(pl.col("x"), pl.col("n"))

    assert [list(row) for row in rows.select(low.alias("a"), high.alias("b")).rows()] == case.expected["rows"]
