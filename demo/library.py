"""The library of the made-up firm with its past: who wrote each version, who approved it, and from which day."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from demo.procedures import LIBRARY, SECOND, TRANSLATED, Procedure, Version, written
from demo.targets import owner_of
from sop import procedure as sop
from store.state.procedure_past import Past

DRAFTED, SUBMITTED, NOTICE = 40, 30, 21  # days before a version counts
DRAFT_SUBMITTED = -9  # of the version in review, from the last day of the first load
AUTHORS: Mapping[str, str] = {
    "shipping": "Yusuf Demir", "service": "Freya Holmgren", "manufacturing": "Chen Jiayi", "marketing": "Paulo Mendes",
    "planning": "Anouk Visser", "procedures": "Dara Okello",
}  # fmt: skip
TRANSLATOR = "Lin Meixin"
ROLES: tuple[str, ...] = (
    "Shipping lead", "Shift lead", "Picker", "Packer", "Order clerk", "Customs clerk", "Carrier desk clerk",
    "Returns clerk", "Customer service lead", "Service team lead", "Service agent", "Production lead", "Line lead",
    "Line operator", "Maintenance technician", "Production planner", "Quality inspector", "Marketing lead",
    "Campaign manager", "Marketing analyst", "Web shop editor", "Translator", "Product manager", "Planning lead",
    "Planner", "Stock controller", "Buyer", "Quality manager", "Procedure owner", "Trainer", "Mentor",
    "Finance controller", "Safety officer", "Customs broker",
)  # fmt: skip
NEWS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("customs_paperwork", "3.0"): (
        "Six digits of the commodity code are not enough: completed for the country of arrival, read by two people, "
        "digits counted on the invoice. Papers to the UK and Canada had been held for want of it.",
        "Tried on ten old shipments; all ten codes were found.",
    ),
    ("inquiries", "3.0"): (
        "Social media has a promise of its own, and in peak weeks the oldest come first.",
        "Only with a refresher before Black Friday.",
    ),
    ("packaging_labelling", "3.0"): (
        "The leaflet in the language of the country is a step of its own: eleven complaints since summer.",
        "From the day the new leaflets are on the shelf.",
    ),
    ("tax_calculation", "3.0"): (
        "EU: 3 EUR for each tariff heading on parcels up to 150 EUR since 1 July 2026, shown at the checkout.", "",
    ),
    ("order_fulfilment", "2.2"): ("Manifest 20 minutes before the cut-off; worked examples.", ""),
    ("order_fulfilment", "2.1"): ("The screen names the box.", ""),
    ("inquiries", "2.1"): ("Reviewed with the three desks; an example of a half answer.", ""),
    ("tax_calculation", "2.1"): ("All limits in one place.", ""),
}  # fmt: skip


def past_of_library(last: date) -> Iterator[tuple[sop.Procedure, Past]]:
    """Every version of every procedure and translation, each procedure's from the oldest; `last`: of the first load."""
    for procedure in LIBRARY:
        for version in procedure.versions:
            text = procedure.text_of(version)
            yield text, _past(procedure, version, last)
            if TRANSLATED.get(procedure.key) == version.name:
                yield written(procedure.key, "zh"), _translated(text, version, last)


def _past(procedure: Procedure, version: Version, last: date) -> Past:
    text = procedure.written
    change, remark = NEWS.get((procedure.key, version.name), (_change(procedure, version), ""))
    author = AUTHORS[text.department]
    if version.effective is None:
        day = last + timedelta(days=DRAFT_SUBMITTED)
        return Past(author, change, _at(day, 7, 8), _at(day, 0, 15))
    since = version.since(last)
    return Past(
        author, change, _at(since, DRAFTED, 8), _at(since, SUBMITTED, 14), owner_of(text.department),
        _at(since, NOTICE, 10), remark, since,
    )  # fmt: skip


def _translated(source: sop.Procedure, version: Version, last: date) -> Past:
    """Written when the source was approved, and in force on the same day."""
    since = version.since(last)
    return Past(
        TRANSLATOR, f"Translation of {version.name}.", _at(since, NOTICE - 2, 3), _at(since, NOTICE - 6, 6),
        AUTHORS[source.department], _at(since, NOTICE - 9, 7), effective_on=since,
    )  # fmt: skip


def _change(procedure: Procedure, version: Version) -> str:
    """What a version without a story brought."""
    if came := procedure.came.get(version.name):
        titles = {each.key: each.title for each in procedure.written.steps}
        return f"New: {', '.join(titles[each] for each in came)}."
    return (
        "Reviewed with those who do it; a worked example."
        if version.number > SECOND.number
        else "Written down."
    )


def _at(day: date, before: int, hour: int) -> datetime:
    return datetime.combine(day - timedelta(days=before), time(hour), UTC)
