"""The components of service, production, marketing and sales in pandas."""

from collections.abc import Iterator

import pandas as pd

from benchmarks.moment import Moment
from benchmarks.pandas_sums import Daily

TICKETS = [
    "deleted", "spam", "merged_into", "outbound", "status", "market", "channel", "team", "created_day",
    "response_day", "solve_day", "created_epoch", "first_reply_epoch", "resolved_epoch", "response_due_epoch",
    "settled_epoch", "repeat_window_epoch", "first_response_s", "first_response_working_s", "resolution_s",
    "resolution_working_s", "first_response_bin", "first_response_working_bin", "resolution_bin",
    "resolution_working_bin", "tiers", "reassignments", "reopens", "contacts",
]  # fmt: skip
EPISODES = [
    "deleted", "first_contact_day", "market", "channel", "team", "resolvable", "contacts", "escalated",
    "resolved_epoch", "window_closes_epoch",
]  # fmt: skip
SURVEYS = [
    "deleted", "answer_or_sent_day", "asked_day", "answer_due_day", "answered_day", "market", "channel", "team",
    "score", "scale", "internal", "satisfied",
]  # fmt: skip
RUNS = [
    "deleted", "produced_day", "line", "product", "shift", "planned_busy_s", "run_s", "produced", "scrap",
    "good_first", "ideal_us", "unit_cost_micros", "unit_cost_company_micros",
]  # fmt: skip
ADS = [
    "deleted", "spend_day", "settles_day", "market", "channel", "campaign", "clicks", "conversions",
    "acquisition", "spend_micros", "revenue_micros", "revenue_ordered_micros", "margin_micros",
    "spend_company_micros", "all_cost_company_micros", "revenue_company_micros",
    "revenue_ordered_company_micros", "margin_company_micros",
]  # fmt: skip
CUSTOMERS = [
    "deleted", "first_order_day", "horizon_day", "market", "channel", "margin_12m_micros", "without_margin",
]  # fmt: skip
SESSIONS = [
    "deleted", "session_day", "settles_day", "market", "channel", "device", "sessions", "purchase_sessions",
    "key_event_sessions",
]  # fmt: skip
CARTS = [
    "deleted", "created_day", "market", "channel", "device", "ordered_epoch", "window_closes_epoch",
]  # fmt: skip
Named = Iterator[tuple[str, pd.DataFrame]]
DESK, VISITS, SALES = ["market", "channel", "team"], ["market", "channel", "device"], ["market", "channel"]
NOTHING_MISSING = {"missing_value": 0}


def of_tickets(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & ~rows.spam & rows.merged_into.isna() & ~rows.outbound]
    yield "tickets_by_created_day_by_market_by_channel_by_team", _created(rows, moment, today)
    for day, end, reason, names in (
        ("response_day", "first_reply_epoch", "unanswered", ("first_response_time", "first_response")),
        ("solve_day", "resolved_epoch", "unsolved", ("resolution_time", "resolution")),
    ):
        done = rows[end] <= moment.epoch
        placed = rows.assign(counted_day=rows[day].where(done, rows.created_day))
        placed = placed[placed.counted_day <= today]
        yield from _durations(placed, day, reason, ~(placed[end] <= moment.epoch), names)


def _created(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> pd.DataFrame:
    rows = rows[rows.created_day <= today]
    daily = Daily(rows, "created_day", DESK)
    at_once = rows.status.isin(["solved", "closed"]) & (rows.reassignments == 0) & (rows.reopens == 0)
    for key, due_epoch, hit in (
        ("response_sla_rate", rows.response_due_epoch, rows.first_reply_epoch <= rows.response_due_epoch),
        ("escalation_rate", rows.settled_epoch, rows.tiers > 1),
        (
            "first_contact_resolution_by_ticket",
            rows.repeat_window_epoch,
            at_once & (rows.contacts.fillna(0) <= 1),
        ),
    ):
        due = due_epoch <= moment.epoch
        daily.add(key, due, hit, waits=~due, excluded=NOTHING_MISSING)
    return daily.grouped()


def _durations(
    rows: pd.DataFrame, day: str, reason: str, waiting: pd.Series, names: tuple[str, str]
) -> Named:
    key, column = names
    daily = Daily(rows, "counted_day", DESK)
    clocks = ((key, f"{column}_s"), (f"{key}_business", f"{column}_working_s"))
    counted = {}
    for name, stored in clocks:
        seconds = rows[stored]
        counted[name] = ~waiting & (seconds >= 0)
        daily.add(
            name,
            counted[name],
            seconds,
            excluded={
                reason: waiting,
                "no_calendar": ~waiting & seconds.isna(),
                "negative": ~waiting & (seconds < 0),
                "missing_value": 0,
            },
        )
        daily.durations(name, counted[name], seconds, waiting)
    oldest = {name: (waiting, rows.created_epoch) for name, _ in clocks}
    yield f"tickets_by_{day}_by_market_by_channel_by_team", daily.with_oldest(oldest)
    for name, stored in clocks:
        yield f"{name}_{day}", daily.bins(counted[name], rows[stored.replace("_s", "_bin")])


def of_episodes(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & (rows.first_contact_day <= today)]
    ripe, hopeless = rows.window_closes_epoch <= moment.epoch, ~rows.resolvable
    at_once = (rows.contacts == 1) & ~rows.escalated & (rows.resolved_epoch <= moment.epoch)
    daily = Daily(rows, "first_contact_day", DESK)
    daily.add("first_contact_resolution_rate", ripe, at_once, waits=~ripe, excluded=NOTHING_MISSING)
    daily.add(
        "first_contact_resolution_net_rate",
        ripe & ~hopeless,
        at_once,
        waits=~ripe & ~hopeless,
        excluded={"not_resolvable": hopeless, "missing_value": 0},
    )
    yield "contact_episodes_by_first_contact_day_by_market_by_channel_by_team", daily.grouped()


def of_surveys(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & ~rows.internal]
    answers = rows[rows.score.notna() & (rows.answer_or_sent_day <= today)]
    of_five, all_of_them = answers.scale == 5, answers.score.notna()
    daily = Daily(answers, "answer_or_sent_day", DESK)
    daily.add("csat_score", all_of_them, answers.satisfied.astype(bool), excluded=NOTHING_MISSING)
    daily.add(
        "csat_mean_score", of_five, answers.score, excluded={"other_scale": ~of_five, "missing_value": 0}
    )
    yield "surveys_by_answer_or_sent_day_by_market_by_channel_by_team", daily.grouped()
    asked = rows[rows.asked_day <= today]
    due = asked.answer_due_day <= today
    in_time = asked.score.notna() & (asked.answered_day <= asked.answer_due_day)
    daily = Daily(asked, "asked_day", DESK)
    daily.add("csat_response_rate", due, in_time, waits=~due, excluded=NOTHING_MISSING)
    yield "surveys_by_asked_day_by_market_by_channel_by_team", daily.grouped()


def of_runs(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & (rows.produced_day <= today)]
    cost, made = rows.unit_cost_company_micros, rows.produced
    has_ideal, has_good, has_scrap = rows.ideal_us.notna(), rows.good_first.notna(), rows.scrap.notna()
    all_rows, good, whole = made.notna(), rows.ideal_us * rows.good_first, rows.ideal_us * made
    judged = has_ideal & has_good
    no_rate, no_cost = cost.isna() & rows.unit_cost_micros.notna(), rows.unit_cost_micros.isna()
    no_ideal, priced = {"no_ideal": ~has_ideal}, ~no_rate & ~no_cost
    unjudged = no_ideal | {"missing_value": has_ideal & ~has_good}
    daily = Daily(rows, "produced_day", ["line", "product", "shift"])
    daily.add("oee", judged, good, rows.planned_busy_s * 1_000_000, excluded=unjudged)
    daily.add(
        "oee_availability", has_ideal, rows.run_s, rows.planned_busy_s, excluded=no_ideal | NOTHING_MISSING
    )
    daily.add(
        "oee_performance", has_ideal, whole, rows.run_s * 1_000_000, excluded=no_ideal | NOTHING_MISSING
    )
    daily.add("oee_quality", judged, good, whole, excluded=unjudged)
    daily.add(
        "scrap_rate", has_scrap, rows.scrap, made, excluded={"no_scrap": ~has_scrap, "missing_value": 0}
    )
    daily.add("cycle_time", all_rows, rows.run_s, made, excluded=NOTHING_MISSING)
    daily.add("first_pass_yield", has_good, rows.good_first, made, excluded={"missing_value": ~has_good})
    daily.add(
        "scrap_cost_rate",
        priced & has_scrap,
        rows.scrap * cost,
        made * cost,
        excluded={"no_rate": no_rate, "no_unit_cost": no_cost, "missing_value": priced & ~has_scrap},
    )
    yield "production_runs_by_produced_day_by_line_by_product_by_shift", daily.grouped()


def of_ads(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & (rows.spend_day <= today)]
    spend, cost = rows.spend_company_micros, rows.all_cost_company_micros
    revenue, margin = rows.revenue_company_micros, rows.margin_company_micros
    ordered, unsettled = rows.revenue_ordered_company_micros, rows.settles_day > today
    daily = Daily(rows, "spend_day", ["market", "channel", "campaign"])
    for key, top, bottom, needed, stored, provisional in (
        ("marketing_roi", margin - cost, cost, margin, rows.margin_micros, True),
        ("roas", revenue, spend, revenue, rows.revenue_micros, True),
        ("ad_click_conversion_rate", rows.conversions, rows.clicks, None, None, True),
        ("cost_per_conversion", spend, rows.conversions, spend, rows.spend_micros, True),
        ("roas_by_order_day", ordered, spend, ordered, rows.revenue_ordered_micros, False),
        ("roas_break_even", revenue, margin, revenue, rows.revenue_micros, True),
    ):
        whole = top.notna() & bottom.notna()
        left_out = {} if needed is None else {"no_rate": needed.isna() & stored.notna()}
        missing = ~whole & ~left_out["no_rate"] if left_out else ~whole
        daily.add(
            key,
            whole,
            top,
            bottom,
            waits=whole & unsettled if provisional else 0,
            excluded=left_out | {"missing_value": missing},
        )
    yield "ad_spend_by_spend_day_by_market_by_channel_by_campaign", daily.grouped()
    won = rows[rows.acquisition]
    cost, no_rate = won.all_cost_company_micros, won.spend_company_micros.isna() & won.spend_micros.notna()
    daily = Daily(won, "spend_day", SALES)
    missing = ~no_rate & cost.isna()
    daily.add(
        "customer_acquisition_cost",
        ~no_rate & ~missing,
        cost,
        0,
        excluded={"no_rate": no_rate, "missing_value": missing},
        last=False,
    )
    yield "ad_spend_by_spend_day_by_market_by_channel", daily.grouped()


def of_customers(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & (rows.first_order_day <= today)]
    no_margin, ripe = rows.without_margin, rows.horizon_day <= today
    missing = ~no_margin & rows.margin_12m_micros.isna()
    usable = ~no_margin & ~missing
    daily = Daily(rows, "first_order_day", SALES)
    daily.add("customer_acquisition_cost", ~rows.deleted, 0, excluded=NOTHING_MISSING)
    daily.add(
        "customer_lifetime_value",
        usable & ripe,
        rows.margin_12m_micros,
        waits=usable & ~ripe,
        excluded={"no_margin": no_margin, "missing_value": missing},
    )
    yield "customer_values_by_first_order_day_by_market_by_channel", daily.grouped()


def of_sessions(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & (rows.session_day <= today)]
    tracked = rows.key_event_sessions.notna()
    daily = Daily(rows, "session_day", VISITS)
    daily.add(
        "conversion_rate",
        ~rows.deleted,
        rows.purchase_sessions,
        rows.sessions,
        waits=rows.settles_day > today,
        excluded=NOTHING_MISSING,
    )
    daily.add(
        "key_event_conversion_rate",
        tracked,
        rows.key_event_sessions,
        rows.sessions,
        excluded={"not_tracked": ~tracked, "missing_value": 0},
    )
    yield "web_sessions_by_session_day_by_market_by_channel_by_device", daily.grouped()


def of_carts(rows: pd.DataFrame, moment: Moment, today: pd.Timestamp) -> Named:
    rows = rows[~rows.deleted & (rows.created_day <= today)]
    ripe = rows.window_closes_epoch <= moment.epoch
    abandoned = ~(rows.ordered_epoch <= rows.window_closes_epoch)
    daily = Daily(rows, "created_day", VISITS)
    daily.add("cart_abandonment_rate", ripe, abandoned, waits=~ripe, excluded=NOTHING_MISSING)
    yield "carts_by_created_day_by_market_by_channel_by_device", daily.grouped()
