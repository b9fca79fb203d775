"""The agreed golden cases: which go through the engine, which through the score, which belong to later issues."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.engine import AsOf

FILE = Path(__file__).parent.parent / "golden" / "golden.json"
PASSES = {"ok", "on_target", "at_risk", "off_target"}  # the cases say `ok` for a value that can be judged

RECORDS = {
    "cs_fcr_window", "cs_frt_business_hours", "cs_frt_dst", "cs_frt_distribution_nulls", "cs_frt_rollup",
    "cs_csat_top2_published", "cs_csat_zero_responses", "cs_escalation_rate", "mf_oee_single", "mf_oee_rollup",
    "mf_oee_no_planned_time", "mf_oee_performance_over_100", "mf_scrap_rate", "mf_cycle_time", "mk_roi_roas",
    "mk_roas_attribution_date", "mk_cac_new_customers", "mk_conversion_session", "mk_cart_abandonment",
    "mk_aov_exclusions", "mk_aov_mixed_currency_weekend", "mk_aov_no_orders", "mk_clv_observed_cohort",
    "sh_otd_timezone", "sh_otd_open_and_cancelled", "sh_otif_levels", "sh_order_accuracy",
    "sh_transport_cost_allocation", "sh_fulfilment_time", "sh_return_rate_cohort", "sh_return_rate_immature",
    "mf_rolled_throughput_yield", "so_plan_attainment",
    "ru_distinct_customers", "sh_customs", "sh_document_errors",
    "sop_rollup", "sop_training_completion", "sop_refresher_overdue", "sop_review_overdue",
    "sop_corrective_action_on_time",
    "so_stockout_sku_days", "so_fill_rates", "so_inventory_turns", "ru_semi_additive_inventory",
    "sh_perfect_order_joint", "sh_transit_within_n", "sh_first_attempt", "sh_tracking_visibility", "sh_cancellation",
}  # fmt: skip
SUMS = {
    "cs_fcr_gross_net", "cs_csat_rollup_ci", "ru_ratio_of_sums", "ru_null_segment", "st_wilson_published",
    "st_wilson_empty", "st_difference_of_rates", "st_ratio_estimator_ci", "spc_xmr_frozen_baseline", "spc_xmr_gap",
    "spc_xmr_viscosity", "spc_p_chart_published", "spc_u_chart_published", "spc_laney_p_prime",
    "spc_rules_western_electric", "spc_weekday_adjustment", "spc_assurance", "spc_adaptive_p", "spc_i_prime",
    "al_state_machine", "al_stale_threshold", "al_dedup_group_inhibit", "sop_adherence_score",
    "sop_all_na", "sop_critical_fail", "sop_aql_plan", "sop_adherence_outcome_quadrant",
    "sop_training_vs_accountability",
    "so_days_of_cover_forward", "so_wape_bias_fva", "so_wape_zero_actuals", "so_wape_level",
    "so_mase", "so_safety_stock", "so_safety_stock_fill_rate", "so_croston_tsb", "so_demand_class", "so_abc_xyz",
    "so_rolling_origin", "sh_perfect_order_index_published", "sh_promise_working_days_cn", "sh_promise_cutoff_timezone",
}  # fmt: skip
MOVES = {
    "mk_conversion_simpson", "dc_mix_rate_new_and_gone", "dc_numerator_denominator",
    "dc_multiplicative_lmdi_shapley", "dc_multiplicative_zero", "tg_status_hysteresis", "tg_mtd_pacing",
    "tg_required_rate", "tg_event_aligned_comparison", "tg_unequal_periods",
}  # fmt: skip
SUMS |= MOVES | {
    "mk_clv_bgnbd_published",
    "mk_clv_gamma_gamma_published",
    "fx_customs_rate_date",
    "fx_oss_period_end",
}
RECORDS |= {"fx_constant_currency"}
LATER: dict[str, set[str]] = {}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One golden case; `close` compares with its own tolerance."""

    id: str
    inputs: Mapping[str, Any]
    params: Mapping[str, Any]
    expected: Mapping[str, Any]
    tolerance: float
    wrong: Mapping[str, Any]

    def close(self, value: object) -> Any:
        return pytest.approx(value, abs=self.tolerance)

    def refuses(self, **found: object) -> None:
        """Each wrong result of the case is named here, and none of them is what we found."""
        assert found.keys() == self.wrong.keys()
        for name, value in found.items():
            assert value != self.close(self.wrong[name]), name

    @property
    def as_of(self) -> AsOf:
        """A day is meant up to its end, an instant as it is."""
        return as_of(self.params["as_of"])


def as_of(text: str) -> AsOf:
    from made_facts import instant_of

    return AsOf.at(instant_of(text)) if "T" in text else AsOf.end_of(date.fromisoformat(text))


def all_cases() -> dict[str, Case]:
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        case["id"]: Case(
            case["id"],
            case["inputs"],
            case["params"],
            case["expected"],
            case["tolerance"],
            case.get("must_not_equal", {}),
        )
        for case in read
    }


CASES = all_cases()


def printed(value: float) -> float:
    """The value with the twelve digits the file writes its numbers with."""
    return float(f"{value:.12g}")


def only(rows: pl.DataFrame) -> dict[str, Any]:
    """The one row of a total."""
    assert rows.height == 1
    return rows.row(0, named=True)


def status_of(row: Mapping[str, Any]) -> str:
    return "ok" if row["status"] in PASSES else str(row["status"])


def by(rows: pl.DataFrame, name: str, what: str = "value") -> dict[Any, Any]:
    return dict(rows.select(name, what).iter_rows())
