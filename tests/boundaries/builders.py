"""Boundaries and rosters for tests; the shipped file is read once per run."""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache

from coord.boundaries import atlas, operations, solving
from coord.boundaries.contacts import Unit
from coord.boundaries.models import BoundaryVintage, Roster
from coord.boundaries.scenarios import Scenario
from coord.boundaries.sources import SHIPPED, read_shipped
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor
from tests.factories import NOW

START = date(2026, 1, 1)


@cache
def shipped_units() -> tuple[Unit, ...]:
    return read_shipped().units


def load_boundaries(units: Sequence[Unit] | None = None) -> BoundaryVintage:
    """The shipped boundaries as the current vintage, without reading the file again."""
    described = json.loads(SHIPPED.with_suffix(".meta.json").read_text(encoding="utf-8"))
    vintage = operations.load_vintage(described, units or shipped_units(), actor=SYSTEM, now=NOW)
    db.session.commit()
    return vintage


def adopt(
    actor: Actor,
    *,
    scenario: Scenario = Scenario.PLAN,
    day: date = START,
    name: str = "测试名单",
) -> Roster:
    """A roster in force from `day`."""
    roster = operations.adopt_scenario(
        scenario, name=name, effective_from=day, actor=actor, now=NOW
    )
    db.session.commit()
    return roster


def forget_drawn() -> None:
    """Empty the process's caches: another test's database has the same vintage and revision."""
    for module in (atlas, solving):
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear") and thing.__module__ == module.__name__:
                thing.cache_clear()
