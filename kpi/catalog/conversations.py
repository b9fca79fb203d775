"""Conversations: how many do orders cause, how well are they led, and what do customers say of them?"""

import narwhals as nw

from kpi.catalog.carrying import NOT_AN_ORDER
from kpi.catalog.service import COUNTS, DESK, INBOUND, OWNER, answered, happened, one_if
from kpi.model import Better, Department, Kpi, Ratio, Rows, Unit
from store.facts import OrderOutcomes, QaReviews, Surveys, Tickets
from store.facts.service import WISMO

CONTACTS = "kpi-domain 1.1"
CAUSE_LESS = "Leave customers satisfied"
about_orders = nw.col("reason") == WISMO
delivered = Rows(
    OrderOutcomes, day="delivered_day", belongs=~NOT_AN_ORDER & ~nw.col("delivered_day").is_null()
)
judged = nw.col("applicable").fill_null(True)

contact_rate = Ratio(
    key="contact_rate",
    name="Contact rate",
    department=Department.SERVICE,
    rows=Rows(Tickets, day="created_day", belongs=COUNTS),
    numerator=nw.lit(1),
    over=delivered,
    dimensions=("market",),
    unit=Unit.PER_HUNDRED,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Conversations that customers began in the period, for each 100 orders delivered in it.",
    formula="inbound conversations / orders delivered x 100, each by its own day",
    source=CONTACTS,
    sops=("inquiries", "tracking"),
    goal=CAUSE_LESS,
)
wismo_rate = Ratio(
    key="wismo_contact_rate",
    name="Where is my order?",
    department=Department.SERVICE,
    rows=Rows(Tickets, day="created_day", belongs=COUNTS, excluded={"no_reason": nw.col("reason").is_null()}),
    numerator=one_if(about_orders),
    over=delivered,
    dimensions=("market",),
    unit=Unit.PER_HUNDRED,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Conversations that ask where an order is, for each 100 orders delivered in the period.",
    formula="inbound conversations about the whereabouts of an order / orders delivered x 100",
    source=CONTACTS,
    variant_of="contact_rate",
    sops=("tracking", "inquiries"),
    goal=CAUSE_LESS,
)
settled = Rows(
    OrderOutcomes,
    day="delivered_day",
    belongs=~NOT_AN_ORDER & ~nw.col("delivered_day").is_null(),
    due="returns_close_day",
)


def by_order(key: str, name: str, what: str, counted: str, variant_of: str) -> Ratio:
    """Conversations counted on the order they name, over the orders of one cohort of deliveries."""
    return Ratio(
        key=key,
        name=name,
        department=Department.SERVICE,
        rows=settled,
        numerator=nw.col(counted),
        dimensions=("market", "channel"),
        unit=Unit.PER_HUNDRED,
        better=Better.LOWER,
        owner=OWNER,
        meaning=f"{what} that name an order, for each 100 orders delivered; only where conversations name orders.",
        formula="conversations up to 30 days after delivery / orders delivered at least 30 days ago x 100",
        source=CONTACTS,
        variant_of=variant_of,
        sops=("inquiries", "tracking"),
        goal=CAUSE_LESS,
    )


contacts_by_order = by_order(
    "contact_rate_by_order", "Contact rate, by order", "Conversations", "contacts", "contact_rate"
)
wismo_by_order = by_order(
    "wismo_contact_rate_by_order",
    "Where is my order?, by order",
    "Conversations about whereabouts",
    "wismo_contacts",
    "wismo_contact_rate",
)
bot_resolution = Ratio(
    key="bot_resolution_rate",
    name="Resolved by the bot",
    department=Department.SERVICE,
    rows=Rows(
        Tickets, day="created_day", belongs=INBOUND, due="repeat_window_epoch", edges=("resolved_epoch",)
    ),
    numerator=one_if(
        nw.col("bot_only")
        & nw.col("status").is_in(["solved", "closed"])
        & happened("resolved_epoch", nw.lit(True))
    ),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Conversations that a bot alone solved, out of all inbound ones; no other service KPI counts them.",
    formula="conversations solved with a bot only / inbound conversations older than seven days",
    source=CONTACTS,
    sops=("inquiries",),
    goal="Solve it the first time",
)
first_contact_said = Ratio(
    key="first_contact_resolution_survey_rate",
    name="First contact resolution, as customers say",
    department=Department.SERVICE,
    rows=Rows(
        Surveys,
        day="answer_or_sent_day",
        belongs=~nw.col("solved_first").is_null() & ~nw.col("internal").fill_null(False),
    ),
    numerator=one_if(nw.col("solved_first")),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Customers who say that the first contact solved it; never one line with the measured rate.",
    formula="answers yes / answers to the question whether the first contact solved it",
    source="SQM; kpi-domain 1.1",
    variant_of="first_contact_resolution_rate",
    sops=("inquiries", "escalation"),
    goal="Solve it the first time",
)
top_box = Ratio(
    key="csat_top_box_rate",
    name="Customer satisfaction, top box",
    department=Department.SERVICE,
    rows=Rows(
        Surveys,
        day="answer_or_sent_day",
        belongs=answered.belongs,
        excluded={"other_scale": nw.col("scale") != 5},
    ),
    numerator=one_if(nw.col("score") == 5),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Answers of 5 on a scale of five; stricter than the satisfaction score.",
    formula="answers of 5 / valid answers on the scale of five",
    source="SQM; kpi-domain 1.1",
    variant_of="csat_score",
    sops=("service_quality",),
    goal="Leave customers satisfied",
)
by_survey_day = Ratio(
    key="csat_score_by_survey_day",
    name="Customer satisfaction, by day of the survey",
    department=Department.SERVICE,
    rows=Rows(
        Surveys,
        day="asked_day",
        belongs=answered.belongs,
        excluded={"late_answer": nw.col("answered_day") > nw.col("answer_due_day")},
        due="answer_due_day",
    ),
    numerator=one_if(nw.col("satisfied")),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Satisfied answers within seven days, on the day the survey was sent rather than answered.",
    formula="satisfied answers / valid answers within seven days, by day of the survey",
    source="kpi-domain 1.1",
    variant_of="csat_score",
    sops=("service_quality",),
    goal="Leave customers satisfied",
)
qa_score = Ratio(
    key="qa_score",
    name="Conversation quality",
    department=Department.SERVICE,
    rows=Rows(QaReviews, day="contact_day", belongs=judged),
    numerator=nw.col("earned"),
    denominator=nw.col("possible"),
    dimensions=("market", "team", "criterion"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Weighted points of reviewed conversations, out of those there are; what does not apply is left out.",
    formula="sum of weight x points / sum of weight x most points, over criteria that apply; no answer earns nothing",
    source="kpi-domain 1.1, 1.6",
    sops=("service_quality", "escalation"),
    goal="Leave customers satisfied",
)
critical_errors = Ratio(
    key="qa_critical_error_rate",
    name="Critical errors in conversations",
    department=Department.SERVICE,
    rows=Rows(QaReviews, day="contact_day", belongs=judged & nw.col("critical").fill_null(False)),
    numerator=one_if(nw.col("earned") == 0),
    dimensions=("market", "team", "criterion"),
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Critical criteria that earned nothing, out of the critical criteria judged.",
    formula="critical criteria without points / critical criteria that apply",
    source="kpi-domain 1.1, 1.6",
    variant_of="qa_score",
    sops=("service_quality", "escalation"),
    goal="Leave customers satisfied",
)

CONVERSATIONS: tuple[Kpi, ...] = (
    contact_rate, wismo_rate, qa_score, bot_resolution, contacts_by_order, wismo_by_order, first_contact_said,
    top_box, by_survey_day, critical_errors,
)  # fmt: skip
