"""The one tap on a step of a run that says it is unclear, outdated, slow, wrong, or that there is a better way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpi.words import say
from sop.feedback import flag, kind_told
from store.home import Store
from store.scope import Principal
from store.state import FlagKind, WrongEntry
from store.state.run_records import ProcedureRun


@dataclass(frozen=True)
class Tapped:
    """What was said of a step; `key` is the device's own name for it."""

    step: str
    kind: str
    key: str
    text: str = ""


def kinds() -> Mapping[str, str]:
    """What can be said, in the reader's language."""
    return {each.value: kind_told(each) for each in FlagKind}


def keep_flag(store: Store, principal: Principal, run: ProcedureRun, tapped: Tapped, today: date) -> None:
    """Hand it to whoever looks after the procedure. Raises WrongEntry, NotAllowed."""
    if tapped.kind not in set(FlagKind):
        raise WrongEntry(say("'{kind}' cannot be said of a step.", kind=tapped.kind[:40]))
    flag(
        store.state, principal, run.sop, run.number, tapped.step, FlagKind(tapped.kind), tapped.text, today=today,
        run=str(run.id), key=f"flag-{tapped.key}",
    )  # fmt: skip
