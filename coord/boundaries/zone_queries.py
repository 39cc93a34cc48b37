"""The readers of functional zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from coord.boundaries import atlas
from coord.boundaries.contacts import Unit
from coord.boundaries.models import BoundaryVintage, CountyUnit
from coord.boundaries.policy import visible_zones
from coord.boundaries.studio_models import FunctionalZone
from coord.db import db
from coord.kernel.actor import Actor


@dataclass(frozen=True)
class ZoneLine:
    """A zone in the list: itself, and whether the vintage in use has it as a unit."""

    zone: FunctionalZone
    is_unit: bool

    @property
    def has_polygon(self) -> bool:
        """Whether a polygon was drawn or uploaded."""
        return self.zone.area_m2 is not None


def list_zones(actor: Actor) -> list[ZoneLine]:
    """The zones that an actor may know of, by key; ended ones last."""
    known = atlas.names(key) if (key := atlas.find_key()) is not None else {}
    rows = db.session.scalars(
        visible_zones(actor).order_by(FunctionalZone.to_on.is_not(None), FunctionalZone.key)
    )
    return [ZoneLine(row, row.key in known) for row in rows]


def find_visible_zone(actor: Actor, zone_id: int) -> FunctionalZone | None:
    """A zone with its polygon, if the actor may know of it."""
    return db.session.scalar(
        visible_zones(actor)
        .where(FunctionalZone.id == zone_id)
        .options(undefer(FunctionalZone.polygon))
    )


def zones_of(actor: Actor, code: str, day: date) -> list[FunctionalZone]:
    """The zones on a county's ground on a day, by key."""
    rows = db.session.scalars(visible_zones(actor).where(_lasts(day)).order_by(FunctionalZone.key))
    return [row for row in rows if code in row.parent_codes]


def _lasts(day: date) -> Any:
    return or_(FunctionalZone.to_on.is_(None), FunctionalZone.to_on >= day)


def zone_features(actor: Actor, day: date) -> list[dict[str, Any]]:
    """The outlines of the zones on a day as GeoJSON features, for the map."""
    rows = db.session.scalars(
        visible_zones(actor)
        .where(_lasts(day), FunctionalZone.polygon.is_not(None))
        .order_by(FunctionalZone.key)
        .options(undefer(FunctionalZone.polygon))
    )
    return [
        {
            "type": "Feature",
            "properties": {"id": row.id, "key": row.key, "name": row.name, "party": row.party},
            "geometry": row.polygon,
        }
        for row in rows
    ]


def carvable(actor: Actor, ids: Sequence[int]) -> list[FunctionalZone]:
    """The zones of these ids that have a polygon and have not ended, by key."""
    rows = db.session.scalars(
        visible_zones(actor)
        .where(
            FunctionalZone.id.in_(ids),
            FunctionalZone.polygon.is_not(None),
            FunctionalZone.to_on.is_(None),
        )
        .order_by(FunctionalZone.key)
        .options(undefer(FunctionalZone.polygon))
    )
    return list(rows)


def units_by_code() -> Mapping[str, Unit]:
    """The counties of the vintage in use, by code."""
    return {unit.code: unit for unit in atlas.units(atlas.get_key())}


def all_keys() -> set[str]:
    """Every key that was ever given."""
    return set(db.session.scalars(select(FunctionalZone.key)))


def find_carved(vintage_id: int) -> BoundaryVintage | None:
    """A vintage that came of carving, with its report."""
    return db.session.scalar(
        select(BoundaryVintage)
        .where(BoundaryVintage.id == vintage_id, BoundaryVintage.parent_id.is_not(None))
        .options(undefer(BoundaryVintage.report))
    )


def find_base(vintage: BoundaryVintage) -> BoundaryVintage:
    """The vintage from which another was carved."""
    return db.session.get_one(BoundaryVintage, vintage.parent_id)


def names_in(vintage: BoundaryVintage) -> Mapping[str, str]:
    """Names of the counties of the base, by code; those that vanished have one there alone."""
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.name).where(CountyUnit.vintage_id == vintage.parent_id)
    )
    return {row.code: row.name for row in rows}
