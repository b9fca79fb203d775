"""What the adherence page shows at this moment: whose, of which days, market, department, procedure and step."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote_plus

from kpi.standing import Coverage
from pages.adherence.load import Asked, load_followed, shelves, step_titles, title_of
from pages.parts.filters import Filters
from pages.parts.viewer import Viewer
from sop.adherence import Followed


@dataclass(frozen=True, eq=False)
class Shown:
    """The choices of the link and who made them."""

    viewer: Viewer
    covered: Coverage
    filters: Filters
    asked: Asked
    ever: bool
    today: date
    currency: str
    department: str = ""
    sop: str = ""
    step: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What everything made of these choices is kept by."""
        return (self.asked, self.department, self.sop, self.step, self.filters.link)

    def link(self, sop: str, step: str = "") -> str:
        """The address of a procedure or step with the choices made."""
        more = f"&step={quote_plus(step)}" if step else ""
        more += "&days=all" if self.ever else ""
        return f"adherence?sop={quote_plus(sop)}{more}{self.filters.link}"

    def title(self, sop: str, step: str = "") -> str:
        """What a procedure, or a step of one, is called; else its key."""
        if not step:
            return title_of(self.viewer, sop)
        return step_titles(self.viewer, sop).get(step, step)

    def followed(self, *, steps: bool = False) -> tuple[Followed, ...]:
        """The procedures of the department, or the steps of what is shown."""
        found = load_followed(self.viewer, self.asked.span, self.asked.market, self.sop, steps=steps)
        return tuple(each for each in found if self.department in ("", self.department_of(each.sop)))

    def before(self, *, steps: bool = False) -> dict[object, Followed]:
        """The same of the days they are compared with, by procedure and step."""
        if self.asked.before is None:
            return {}
        found = load_followed(self.viewer, self.asked.before, self.asked.market, self.sop, steps=steps)
        return {(each.sop, each.step): each for each in found}

    def department_of(self, sop: str) -> str:
        """Of a procedure in the library, else none."""
        shelf = shelves(self.viewer).get(sop)
        return shelf.shown("").department if shelf else ""
