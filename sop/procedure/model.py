"""A procedure as a whole: why there is one, whom it is for, its steps and the KPIs it is meant to move."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from sop.procedure.steps import Step
from sop.procedure.text import ProcedureError, block, line, name, names, require_key, web_address
from sop.procedure.version import Version

OWN_HEADINGS = ("why", "before you start", "steps")
MOST_STEPS = 200
_DIGEST = 64  # hexadecimal digits of SHA-256


class Direction(StrEnum):
    """Where a KPI goes when a procedure is followed."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class KpiLink:
    """
    A KPI the procedure drives (its key), where to, and after how many days it shows. The `outcome` is the one by
    which the procedure is judged.
    """

    kpi: str
    moves: Direction
    lag_days: int = 0
    outcome: bool = False

    def __post_init__(self) -> None:
        require_key(self.kpi)
        if not 0 <= self.lag_days <= 365:
            raise ProcedureError(f"A lag of {self.lag_days} days is not among 0 to 365.")


@dataclass(frozen=True)
class Scope:
    """Whom a procedure is for; empty means all markets, all products, all roles."""

    markets: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for each in ("markets", "products", "roles"):
            object.__setattr__(self, each, names(getattr(self, each)))


@dataclass(frozen=True)
class Section:
    """More of a procedure under a heading of its own, in Markdown: definitions, records, references."""

    heading: str
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading", line(self.heading))
        object.__setattr__(self, "text", block(self.text))
        if not self.heading or self.heading.casefold() in OWN_HEADINGS:
            raise ProcedureError(
                f"'{self.heading}' cannot be the heading of a further section; choose another."
            )


@dataclass(frozen=True)
class Link:
    """A procedure kept elsewhere (Notion, Confluence, Google): its address, and the SHA-256 of the text seen there."""

    address: str
    sha256: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", web_address(self.address))
        digest = self.sha256.strip().lower()
        if not self.address or len(digest) != _DIGEST or set(digest) - set("0123456789abcdef"):
            raise ProcedureError(
                "A link needs the address and the SHA-256 of the text: 64 hexadecimal digits."
            )
        object.__setattr__(self, "sha256", digest)


@dataclass(frozen=True)
class Procedure:
    """
    One version of one procedure in one language.

    `purpose` says why. `preparation` is what is needed before the first step. `contributors` were asked when it was
    written. `cases` says what `Rule`s of steps look at, such as `orders from ordered_at to delivered_at within 30 d`
    (see sop.rules). A translation has the key of its source and names in `translates` the version it was made from.
    Whatever is missing may be missing in a draft; `unsound` lists it.
    """

    key: str
    title: str = ""
    purpose: str = ""
    department: str = ""
    owner: str = ""
    version: Version = field(default_factory=Version)
    language: str = "en"
    translates: Version | None = None
    scope: Scope = field(default_factory=Scope)
    contributors: tuple[str, ...] = ()
    kpis: tuple[KpiLink, ...] = ()
    review_months: int = 12
    preparation: str = ""
    cases: str = ""
    steps: tuple[Step, ...] = ()
    sections: tuple[Section, ...] = ()
    video: str = ""
    link: Link | None = None

    def __post_init__(self) -> None:
        require_key(self.key)
        for each in ("title", "department", "language", "cases"):
            object.__setattr__(self, each, line(getattr(self, each)))
        for each in ("purpose", "preparation"):
            object.__setattr__(self, each, block(getattr(self, each)))
        object.__setattr__(self, "owner", name(self.owner))
        object.__setattr__(self, "contributors", names(self.contributors))
        object.__setattr__(self, "video", web_address(self.video))
        _require_once("step", [each.key for each in self.steps])
        _require_once("KPI", [each.kpi for each in self.kpis])
        _require_once("section", [each.heading for each in self.sections])
        if len(self.steps) > MOST_STEPS:
            raise ProcedureError(f"{len(self.steps)} steps are more than {MOST_STEPS}; divide the procedure.")

    @property
    def outcome(self) -> KpiLink | None:
        """The KPI by which it is judged."""
        return next((each for each in self.kpis if each.outcome), None)

    def step(self, key: str) -> Step | None:
        """The step of that key."""
        return next((each for each in self.steps if each.key == key), None)


def _require_once(what: str, keys: list[str]) -> None:
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise ProcedureError(f"The {what} '{twice[0]}' is there twice; every {what} needs a name of its own.")
