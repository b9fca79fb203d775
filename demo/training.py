"""Who packs at the made-up firm, what they read and were trained on, and a quiz; its reader is one of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from demo.library import AUTHORS
from sop.procedure import Procedure
from sop.procedure.digests import digest_of
from sop.procedure.markdown import read
from store.permits import Role
from store.scope import Principal
from store.state import Edition, State
from store.state.editions import in_force
from store.state.posts import Post
from store.state.quiz_records import Question
from store.state.readings import Answer
from store.state.training_past import PastReading, PastTraining, bring_training_along
from store.state.trainings import BY_MENTOR, How

HOST = "hansa-pearl.example"
PEOPLE = ("flora.meier", "nora.lind", "tom.adeyemi", "lucia.rossi", "sven.dahl", "aylin.kaya")
ROLE, TEAM, LEAD = "Packer", "Hamburg warehouse", f"shift.lead@{HOST}"
LONG_AGO, NEW = timedelta(days=400), timedelta(days=9)
SIGNED: Mapping[str, tuple[int, ...]] = {  # the days of shown, done together, alone
    "address_verification": (0, 1, 2), "sorting": (1, 3, 4), "packaging_labelling": (4, 6, 7), "order_fulfilment": (4,),
}  # fmt: skip
ASKED: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "weight_within_the_range": (
        "The scale shows more than the range. What now?",
        (
            "*Open the box and compare with the order",
            "Send it, the carrier weighs again",
            "Take a larger box",
        ),
        "A wrong weight is most often a wrong item.",
    ),
    "label_matches_the_order": (
        "What is compared before the label goes on?",
        ("*Order number", "*Country", "Colour of the box"),
        "A parcel with another order's label goes to somebody else.",
    ),
    "battery_mark_on_the_box": (
        "When does the battery mark go on?",
        ("*Whenever the screen asks for it", "Only by air", "Only outside the EU"),
        "Carriers refuse the whole cage for one box without it.",
    ),
}


def train(state: State, principal: Principal, last: date) -> None:
    """Enters all of it once, dated before the last day of the first load."""
    grouped = groupby(state.procedures.rows(principal), key=lambda each: each.key)
    counting = [in_force([each for each in editions if not each.translates], last) for _, editions in grouped]
    editions = [each for each in counting if each is not None and ROLE in (each.roles or ())]
    entered = bring_training_along(
        state.engines, principal, _posts(principal, last), _readings(principal, editions, last),
        [*_trainings(editions, last), *_signed_off(principal, editions, last)],
    )  # fmt: skip
    for edition in editions if entered else []:
        if edition.key == "order_fulfilment":
            _ask(state, edition, read(state.procedures.text(principal, edition.id)))


def _posts(principal: Principal, last: date) -> Iterator[Post]:
    for name in PEOPLE:
        yield Post(f"{name}@{HOST}", ROLE, "shipping", last - LONG_AGO, TEAM)
    yield Post(principal.name, ROLE, "shipping", last - NEW, TEAM, mentor=f"{PEOPLE[0]}@{HOST}")


def _readings(principal: Principal, editions: Sequence[Edition], last: date) -> Iterator[PastReading]:
    """Everybody read all of it, but for the last two on one procedure; the newcomer has read one."""
    for place, edition in enumerate(editions):
        since = max(edition.effective_on or last, last - LONG_AGO)
        for nth, name in enumerate(PEOPLE):
            if place or nth < len(PEOPLE) - 2:
                yield PastReading(f"{name}@{HOST}", edition, min(since + timedelta(days=nth), last))
            elif nth == len(PEOPLE) - 1:
                yield PastReading(f"{name}@{HOST}", edition, last, Answer.DECLINED, "Not on my station.")
    for edition in editions[-1:]:
        yield PastReading(principal.name, edition, last - timedelta(days=2))


def _trainings(editions: Sequence[Edition], last: date) -> Iterator[PastTraining]:
    """A huddle five weeks ago, where two were missing whose last one is longer ago than a quarter."""
    for edition in editions:
        for nth, name in enumerate(PEOPLE):
            ago = timedelta(days=35 if nth < len(PEOPLE) - 2 else 110)
            yield PastTraining(f"{name}@{HOST}", edition, last - ago, How.HUDDLE, LEAD)


def _signed_off(principal: Principal, editions: Sequence[Edition], last: date) -> Iterator[PastTraining]:
    """What the mentor walks the newcomer through, each procedure alone at last."""
    for edition in editions:
        for how, day in zip(BY_MENTOR, SIGNED.get(edition.key, ()), strict=False):
            on = last - NEW + timedelta(days=day)
            yield PastTraining(principal.name, edition, on, how, f"{PEOPLE[0]}@{HOST}")


def _ask(state: State, edition: Edition, text: Procedure) -> None:
    """The questions of one procedure, by who wrote it."""
    author = Principal(AUTHORS[edition.department], role=Role.SOP_OWNER)
    for key, (asked, choices, why) in ASKED.items():
        step = text.step(key)
        if step is None:
            continue
        right = tuple(place for place, each in enumerate(choices) if each.startswith("*"))
        made = Question(
            edition.key, key, edition.department, edition.major, edition.minor, digest_of(step), asked,
            tuple(each.removeprefix("*") for each in choices), right, why,
        )  # fmt: skip
        state.quizzes.write(author, made)
