"""Procedures for tests: a small one that is sound, and any at all."""

from decimal import Decimal

from hypothesis import strategies as st

from sop.procedure import (
    Check,
    CheckKind,
    Condition,
    Direction,
    KpiLink,
    Link,
    Picture,
    Procedure,
    Raci,
    Scope,
    Section,
    Step,
    Version,
)

LABEL = Step(
    "print_label",
    "Print the label",
    "Print it only **after** the address is verified.",
    Raci("Packer", responsible=("Packer", "Trainee")),
    critical=True,
    minutes=120,
)
WEIGH = Step(
    "weigh",
    "Weigh the parcel",
    "Put it on the scale.",
    Raci("Packer", backup="Shift lead"),
    Check(CheckKind.VALUE, Decimal("0.1"), Decimal(30), "kg"),
    Condition(markets=("DE",)),
)
PACKING = Procedure(
    key="packing",
    title="Packing a parcel",
    purpose="A wrong label sends the parcel to somebody else.",
    department="shipping",
    owner="Shipping lead",
    scope=Scope(markets=("DE", "FR"), roles=("Packer",)),
    kpis=(KpiLink("return_rate", Direction.DOWN, 14, outcome=True),),
    steps=(LABEL, WEIGH),
)

ANY = st.text(alphabet=st.characters(), max_size=12)
# what could be taken for the form itself
MARKED = st.sampled_from(
    [
        "# Title",
        "## Steps",
        "### 1. x {#y}",
        "- Accountable: x",
        "\\# x",
        "---",
        "![a](b)",
        "no",
        "a: b",
        "#",
        "```",
    ]
)
BLOCKS = st.lists(ANY | MARKED, max_size=4).map("\n".join)
LINES = ANY | MARKED
NAME = LINES.map(lambda text: text.replace(",", ""))
NAMES = st.lists(NAME, max_size=3).map(tuple)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
FILES = st.from_regex(r"[a-z0-9]{1,5}(/[a-z0-9][a-z0-9\-]{0,4}\.png)?", fullmatch=True)
WEB = st.sampled_from(["", "https://example.com/watch?v=1&t=2"])
NUMBERS = st.none() | st.decimals(
    allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999
)
CHECKS = st.builds(
    Check, st.sampled_from([kind for kind in CheckKind if kind is not CheckKind.VALUE])
) | st.builds(Check, st.just(CheckKind.VALUE), NUMBERS, NUMBERS, LINES)
STEPS = st.builds(
    Step,
    KEYS,
    LINES,
    BLOCKS,
    st.builds(Raci, NAME, NAME, NAMES, NAMES, NAMES),
    CHECKS,
    st.builds(Condition, NAMES, NAMES),
    st.booleans(),
    st.none() | st.integers(1, 10_000),
    st.integers(0, 1000),
    LINES,
    BLOCKS,
    st.lists(st.builds(Picture, FILES, LINES), max_size=2).map(tuple),
    WEB,
)
SECTIONS = st.builds(lambda heading, text: Section(f"x{heading}", text), LINES, BLOCKS)
KPIS = st.builds(KpiLink, KEYS, st.sampled_from(Direction), st.integers(0, 365), st.booleans())
VERSIONS = st.builds(Version, st.integers(0, 99), st.integers(0, 99))
PROCEDURES = st.builds(
    Procedure,
    key=KEYS,
    title=LINES,
    purpose=BLOCKS,
    department=NAME,
    owner=NAME,
    version=VERSIONS,
    language=st.sampled_from(["en", "zh", "de-AT"]),
    translates=st.none() | VERSIONS,
    scope=st.builds(Scope, NAMES, NAMES, NAMES),
    contributors=NAMES,
    kpis=st.lists(KPIS, max_size=2, unique_by=lambda each: each.kpi).map(tuple),
    review_months=st.integers(1, 12),
    preparation=BLOCKS,
    cases=LINES,
    steps=st.lists(STEPS, max_size=3, unique_by=lambda each: each.key).map(tuple),
    sections=st.lists(SECTIONS, max_size=2, unique_by=lambda each: each.heading).map(tuple),
    video=WEB,
    link=st.none() | st.builds(Link, st.just("https://example.com/a"), st.just("ab" * 32)),
)
