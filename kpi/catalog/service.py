"""Customer service: how fast and how well are customers answered?"""

import narwhals as nw

from kpi.model import AS_OF_EPOCH, Better, Department, Distribution, Kpi, Ratio, Rows, Target, Unit
from store.facts import ContactEpisodes, Surveys, Tickets

OWNER = "Customer service lead"
DESK = ("market", "channel", "team")
INBOUND = (
    ~nw.col("spam").fill_null(False) & nw.col("merged_into").is_null() & ~nw.col("outbound").fill_null(False)
)
COUNTS = INBOUND & ~nw.col("bot_only").fill_null(False)


def one_if(condition: nw.Expr) -> nw.Expr:
    """1 where the condition holds, else 0; unknown is 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def happened(epoch: str, counted: nw.Expr) -> nw.Expr:
    """By the moment of evaluation; a source that tells how often but not when is taken as it stands today."""
    return nw.when(nw.col(epoch).is_null()).then(counted).otherwise(nw.col(epoch) <= AS_OF_EPOCH)


first_contact = Ratio(
    key="first_contact_resolution_rate",
    name="First contact resolution",
    department=Department.SERVICE,
    rows=Rows(ContactEpisodes, day="first_contact_day", due="window_closes_epoch", edges=("resolved_epoch",)),
    numerator=one_if(
        (nw.col("contacts") == 1) & ~nw.col("escalated") & (nw.col("resolved_epoch") <= AS_OF_EPOCH)
    ),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.75, warn=0.70),
    owner=OWNER,
    meaning="Customer issues resolved by one contact, without escalation and without a repeat within seven days.",
    formula="issues resolved by a single contact / issues whose seven days are over",
    source="MetricNet, SQM; kpi-domain 1.1",
    sops=("inquiries", "escalation"),
    goal="Solve it the first time",
)
first_contact_net = Ratio(
    key="first_contact_resolution_net_rate",
    name="First contact resolution, net",
    department=Department.SERVICE,
    rows=Rows(
        ContactEpisodes,
        day="first_contact_day",
        excluded={"not_resolvable": ~nw.col("resolvable")},
        due="window_closes_epoch",
        edges=("resolved_epoch",),
    ),
    numerator=first_contact.numerator,
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="First contact resolution without the issues that level 1 cannot solve.",
    formula="as first contact resolution, over issues that level 1 can resolve",
    source="MetricNet; kpi-domain 1.1",
    sops=("inquiries", "escalation"),
    goal="Solve it the first time",
    variant_of="first_contact_resolution_rate",
)
first_contact_by_ticket = Ratio(
    key="first_contact_resolution_by_ticket",
    name="First contact resolution, by ticket",
    department=Department.SERVICE,
    rows=Rows(
        Tickets,
        day="created_day",
        belongs=COUNTS,
        due="repeat_window_epoch",
        edges=("resolved_epoch", "reassigned_epoch", "reopened_epoch"),
    ),
    numerator=one_if(
        nw.col("status").is_in(["solved", "closed"])
        & happened("resolved_epoch", nw.lit(True))
        & ~happened("reassigned_epoch", nw.col("reassignments").fill_null(0) > 0)
        & ~happened("reopened_epoch", nw.col("reopens").fill_null(0) > 0)
        & (nw.col("contacts").is_null() | (nw.col("contacts") <= 1))
    ),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Tickets solved without another contact, a reassignment or a reopening.",
    formula="tickets solved and never reassigned, reopened or followed up / tickets older than seven days",
    source="Freshservice; kpi-domain 1.1",
    sops=("inquiries", "escalation"),
    goal="Solve it the first time",
    variant_of="first_contact_resolution_rate",
)

unanswered = nw.col("first_reply_epoch").is_null() | (nw.col("first_reply_epoch") > AS_OF_EPOCH)
unsolved = nw.col("resolved_epoch").is_null() | (nw.col("resolved_epoch") > AS_OF_EPOCH)


def reply(key: str, name: str, seconds: str, clock: str, target: Target | None) -> Distribution:
    """First response on one clock: around the clock, or within working hours."""
    return Distribution(
        key=key,
        name=name,
        department=Department.SERVICE,
        rows=Rows(
            Tickets,
            day="response_day",
            belongs=COUNTS,
            excluded={
                "unanswered": unanswered,
                "no_calendar": nw.col(seconds).is_null(),
                "negative": nw.col(seconds) < 0,
            },
            edges=("first_reply_epoch",),
            waiting_day="created_day",
        ),
        seconds=seconds,
        bin=seconds.removesuffix("_s") + "_bin",
        open=unanswered,
        started="created_epoch",
        dimensions=DESK,
        unit=Unit.MINUTES,
        better=Better.LOWER,
        target=target,
        owner=OWNER,
        meaning=f"Minutes from the beginning of a conversation to the first reply by a person, {clock}.",
        formula="mean of first public reply minus creation, over conversations answered in the period",
        source="Zendesk; kpi-domain 1.1",
        variant_of="" if target else "first_response_time",
        sops=("inquiries",),
        goal="Answer quickly",
    )


def solve(key: str, name: str, seconds: str, clock: str, target: Target | None) -> Distribution:
    """Resolution on one clock, ending at the last solve."""
    return Distribution(
        key=key,
        name=name,
        department=Department.SERVICE,
        rows=Rows(
            Tickets,
            day="solve_day",
            belongs=COUNTS,
            excluded={
                "unsolved": unsolved,
                "no_calendar": nw.col(seconds).is_null(),
                "negative": nw.col(seconds) < 0,
            },
            edges=("resolved_epoch",),
            waiting_day="created_day",
        ),
        seconds=seconds,
        bin=seconds.removesuffix("_s") + "_bin",
        open=unsolved,
        started="created_epoch",
        dimensions=DESK,
        unit=Unit.HOURS,
        better=Better.LOWER,
        target=target,
        owner=OWNER,
        meaning=f"Hours from the beginning of a conversation to its last solve, {clock}.",
        formula="mean of last solve minus creation, over conversations solved in the period",
        source="kpi-domain 1.1",
        variant_of="" if target else "resolution_time",
        sops=("inquiries", "escalation"),
        goal="Solve it the first time",
    )


around, working = "around the clock", "within working hours"
response = reply("first_response_time", "First response time", "first_response_s", around, Target(180, 240))
response_working = reply(
    "first_response_time_business",
    "First response time, working hours",
    "first_response_working_s",
    working,
    None,
)
resolution = solve("resolution_time", "Resolution time", "resolution_s", around, Target(30, 40))
resolution_working = solve(
    "resolution_time_business", "Resolution time, working hours", "resolution_working_s", working, None
)
response_in_time = Ratio(
    key="response_sla_rate",
    name="Answered in time",
    department=Department.SERVICE,
    rows=Rows(Tickets, day="created_day", belongs=COUNTS, due="response_due_epoch"),
    numerator=one_if(nw.col("first_reply_epoch") <= nw.col("response_due_epoch")),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.90, warn=0.85),
    owner=OWNER,
    meaning="Conversations answered within the promised time, out of all whose time is up, answered or not.",
    formula="conversations answered within the limit / conversations older than the limit",
    source="kpi-domain 1.1",
    sops=("inquiries",),
    goal="Answer quickly",
)
answered = Rows(
    Surveys,
    day="answer_or_sent_day",
    belongs=~nw.col("score").is_null() & ~nw.col("internal").fill_null(False),
)
csat = Ratio(
    key="csat_score",
    name="Customer satisfaction",
    department=Department.SERVICE,
    rows=answered,
    numerator=one_if(nw.col("satisfied")),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.85, warn=0.80),
    owner=OWNER,
    meaning="Answers of 4 or 5 on a scale of five, out of all answers.",
    formula="top-two answers / valid answers, by day of answer",
    source="Delighted, KiCue; kpi-domain 1.1",
    sops=("service_quality", "inquiries", "escalation", "translation"),
    goal="Leave customers satisfied",
)
csat_mean = Ratio(
    key="csat_mean_score",
    name="Mean survey score",
    department=Department.SERVICE,
    rows=Rows(
        Surveys,
        day="answer_or_sent_day",
        belongs=answered.belongs,
        excluded={"other_scale": nw.col("scale") != 5},
    ),
    numerator=nw.col("score"),
    dimensions=DESK,
    unit=Unit.POINTS,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Mean answer on the scale of five; not the satisfaction score.",
    formula="sum of the answers / answers, on the scale of five",
    source="Delighted; kpi-domain 1.1",
    sops=("service_quality",),
    goal="Leave customers satisfied",
    variant_of="csat_score",
)
csat_response = Ratio(
    key="csat_response_rate",
    name="Survey response rate",
    department=Department.SERVICE,
    rows=Rows(Surveys, day="asked_day", belongs=~nw.col("internal").fill_null(False), due="answer_due_day"),
    numerator=one_if(~nw.col("score").is_null() & (nw.col("answered_day") <= nw.col("answer_due_day"))),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.20, warn=0.15),
    owner=OWNER,
    meaning="Surveys answered within seven days, out of the surveys delivered.",
    formula="surveys answered within seven days / surveys delivered at least seven days ago",
    source="kpi-domain 1.1",
    sops=("service_quality", "inquiries"),
    goal="Leave customers satisfied",
)
escalation = Ratio(
    key="escalation_rate",
    name="Escalation rate",
    department=Department.SERVICE,
    rows=Rows(Tickets, day="created_day", belongs=COUNTS, due="settled_epoch", edges=("escalated_epoch",)),
    numerator=one_if(happened("escalated_epoch", nw.col("tiers").fill_null(1) > 1)),
    dimensions=DESK,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    target=Target(at=0.10, warn=0.13),
    owner=OWNER,
    meaning="Tickets handled by more than one level of support, out of all tickets closed or older than 14 days.",
    formula="tickets with more than one level / tickets settled",
    source="kpi-domain 1.1",
    sops=("escalation",),
    goal="Solve it the first time",
)

SERVICE: tuple[Kpi, ...] = (
    first_contact, response, response_in_time, resolution, csat, csat_response, escalation,
    first_contact_net, first_contact_by_ticket, response_working, resolution_working,
    csat_mean,
)  # fmt: skip
