"""The home folder of a deployment: the lake, the state database, the secret and the locks."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from store.company import Company
from store.contract import polars_schema
from store.facts.rates import FxRates
from store.lake import Lake
from store.money import Rates
from store.normalise import Context
from store.permits import Role
from store.personal.limits import load_retention
from store.private_files import NotPrivate, require_private, write_private
from store.redaction import learn
from store.scope import Principal
from store.state import State
from store.state.workdays import CalendarError, CalendarPlan
from store.working_time import WorkingTime

SECRET_BYTES = 32
PLANTS = "plant"  # the folder of what machines said
SYSTEM = Principal("fairlead", role=Role.ADMIN)


class SecretError(Exception):
    """The secret of the deployment is unusable; without the right one customers would be counted twice."""


@dataclass(frozen=True)
class Store:
    """Everything a deployment keeps under its home folder."""

    home: Path
    lake: Lake
    state: State

    @property
    def secret(self) -> bytes:
        """The key customer ids are hashed with."""
        return _secret(self.home / "secret")

    @property
    def locks(self) -> Path:
        """Where processes keep their lock files."""
        return self.home / "locks"

    def close(self) -> None:
        self.state.close()


def open_store(
    home: Path, database_url: str | None = None, departments: Mapping[str, str] | None = None
) -> Store:
    """Open the store under `home`, made on first use: folders, secret, a whole lake, a migrated state.

    `departments`: the one of each KPI (see `State.open`).

    Raises SecretError, StateError when the database cannot be used, LakeDamaged when a backup is needed.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)  # a new one is for its owner only; who opens it to others means to
    for folder in (home / "lake", home / "locks"):
        folder.mkdir(exist_ok=True)
    _secret(home / "secret")
    lake = Lake(home / "lake")
    lake.recover()
    url = database_url or f"sqlite:///{home / 'state.db'}"
    return Store(home, lake, State.open(url, departments=departments))


def load_context(store: Store, company: Company) -> Context:
    """What intake needs to know, as it stands in the store: rates, working calendars and the secret."""
    rates, erasures = load_rates(store, company), store.state.erasures
    limits = load_retention(store.home).limits(date.today())
    retired = erasures.retired() if limits else frozenset()
    calendars = _calendars(store, company)
    return Context(company, calendars, rates, store.secret, erasures.digests(), retired, limits)


def load_rates(store: Store, company: Company) -> Rates:
    """The exchange rates of the lake towards the company's currency."""
    facts = store.lake.read(
        FxRates.name,
        polars_schema(FxRates),
        lambda rows: (
            rows.filter(~pl.col("deleted")).sort("seen_at").select("base", "currency", "rate_day", "rate")
        ),
    )
    return Rates.of(facts, company.currency)


def fill_calendars(store: Store, company: Company, years: Iterable[int] | None = None) -> list[str]:
    """Fill the calendars of markets that have none yet from the holidays of the country they are named after.

    Returns the calendars nothing is known about, which are left out: office hours without holidays count.
    """
    known = {plan.id for plan in store.state.calendars.rows(SYSTEM)}
    wanted = {market.calendar: market for market in company.markets.values() if market.calendar}
    spelt_out = list(years or range(2015, date.today().year + 3))
    unknown = []
    for name, market in wanted.items():
        if name in known:
            continue
        try:
            plan = CalendarPlan(id=name, zone=market.timezone, country=name, name=name)
            store.state.calendars.fill_calendar(SYSTEM, plan, spelt_out)
        except CalendarError:
            unknown.append(name)
    return unknown


def _calendars(store: Store, company: Company) -> dict[str, WorkingTime]:
    used = {market.calendar for market in company.markets.values()} | {company.calendar_of(None)}
    return {
        plan.id: WorkingTime.from_table(plan.id, plan.zone, store.state.calendars.table(SYSTEM, plan.id))
        for plan in store.state.calendars.rows(SYSTEM)
        if plan.id in used
    }


def _secret(file: Path) -> bytes:
    """The secret, made on first use, readable by its owner only. Raises SecretError."""
    if not file.exists():
        write_private(
            file, secrets.token_hex(SECRET_BYTES), anew=False
        )  # two that start at once agree on one
    return _read_secret(file)


def _read_secret(file: Path) -> bytes:
    try:
        require_private(file)
        secret = bytes.fromhex(learn(file.read_text(encoding="ascii").strip()))
    except NotPrivate as open_to_all:
        raise SecretError(str(open_to_all)) from None
    except (OSError, ValueError) as cause:
        raise SecretError(
            f"The secret in {file} cannot be read ({cause}); restore it from a backup."
        ) from cause
    if len(secret) < SECRET_BYTES:
        raise SecretError(f"The secret in {file} is too short; restore it from a backup.")
    return secret
