"""Golden cases of a change divided among segments and factors."""

from math import prod

import polars as pl
import pytest
from golden_cases import CASES, printed

from kpi.why import lmdi, mix_and_rate, numerator_and_denominator, ranked, shapley
from kpi.why.contributions import ratio_before_and_after

SUMS = {"purchases_before": "n0", "sessions_before": "d0", "purchases_after": "n1", "sessions_after": "d1"}


@pytest.mark.parametrize("name", ["mk_conversion_simpson", "dc_mix_rate_new_and_gone"])
def test_a_ratio_moves_by_mix_and_rate(name: str) -> None:
    """
    Both devices convert better and the total falls: all of it is mix. Lanes that come and go are mix, too.
    """
    case = CASES[name]
    segments = pl.DataFrame(case.inputs["segments"]).rename(SUMS, strict=False)

    before, after = ratio_before_and_after(segments)
    found = mix_and_rate(segments)

    assert (before, after) == case.close((case.expected["before"], case.expected["after"]))
    assert found["total"].sum() == case.close(case.expected["change"])
    for row, wanted in zip(found.rows(named=True), case.expected["contributions"], strict=True):
        assert row["segment"] == wanted["segment"]
        assert [row["mix"], row["rate"], row["total"]] == case.close(
            [wanted["mix"], wanted["rate"], wanted["total"]]
        )
    assert ranked(found)["segment"].to_list() == case.expected.get(
        "ranking",
        [row["segment"] for row in sorted(case.expected["contributions"], key=lambda r: r["total"])],
    )


def test_spend_without_customers_moves_the_numerator() -> None:
    """
    Display costs 300 and wins nobody: acquisition costs 3.66 more for it.
    """
    case = CASES["dc_numerator_denominator"]
    segments = pl.DataFrame(case.inputs["segments"])

    found = numerator_and_denominator(segments)

    before, after = ratio_before_and_after(segments)
    assert (before, printed(after)) == case.close((case.expected["before"], case.expected["after"]))
    assert printed(found["total"].sum()) == case.close(case.expected["change"])
    names = ["segment", "numerator_effect", "denominator_effect", "total"]
    for row, wanted in zip(found.select(names).rows(), case.expected["contributions"], strict=True):
        assert row[0] == wanted["segment"]
        assert [printed(each) for each in row[1:]] == case.close([wanted[name] for name in names[1:]])


def test_sales_move_by_sessions_conversion_and_order_value() -> None:
    """
    120,000 become 133,920; both methods add up to 13,920 and differ a little.
    """
    case = CASES["dc_multiplicative_lmdi_shapley"]
    (before,), (after,) = case.inputs["before"], case.inputs["after"]

    assert (prod(before.values()), prod(after.values())) == case.close(
        (case.expected["before"], case.expected["after"])
    )
    assert lmdi(before, after) == case.close(case.expected["lmdi"])
    assert shapley(before, after) == case.close(case.expected["shapley"])
    assert sum(lmdi(before, after).values()) == case.close(case.expected["change"])


def test_without_conversion_shapley_answers() -> None:
    """
    Nobody buys any more: the logarithm of zero does not exist, the mean over all orders does.
    """
    case = CASES["dc_multiplicative_zero"]
    (before,), (after,) = case.inputs["before"], case.inputs["after"]

    found = shapley(before, after)

    assert found == case.close(case.expected["shapley"])
    assert sum(found.values()) == case.close(case.expected["change"])
    with pytest.raises(ValueError, match="conversion is not"):
        lmdi(before, after)
