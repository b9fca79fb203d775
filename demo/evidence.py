"""All evidence of procedures at the made-up firm for a span of days."""

from collections.abc import Iterator

import polars as pl

from demo import checking, governance, staff
from demo.dice import Days
from demo.world import World
from store.contract import Table


def evidence(world: World, days: Days) -> Iterator[tuple[type[Table], pl.DataFrame]]:
    """One frame a table: procedures, people and trainings, checks, actions and what systems recorded."""
    yield governance.sop_versions(world, days)
    yield governance.sop_reviews(world, days)
    yield staff.roster(world, days)
    held = staff.sessions(world, days)
    yield staff.training_records(world, held)
    yield staff.quiz_attempts(world, held)
    plans = checking.plan_checks(world, days)
    yield checking.planned_checks(world, plans)
    yield checking.run_steps(world, plans)
    yield checking.process_events(world, days)
    yield governance.corrective_actions(world, days)
