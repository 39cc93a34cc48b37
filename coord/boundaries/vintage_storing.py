"""How a vintage gets into the database: rows made ready first, then written in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from shapely import union_all
from shapely.geometry import mapping
from sqlalchemy import insert

from coord.boundaries.contacts import (
    Contact,
    ContactResult,
    Unit,
    area_m2,
    distance_m,
    perimeter_m,
)
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit, PartyDistance
from coord.db import db
from coord.kernel.regions import PARTY_NAMES

#: With more parties than this, only those of the agreements have their distances measured.
FEW_PARTIES = 12

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class PreparedVintage:
    """Rows of a vintage, all but its number; and with which lengths contacts were found."""

    counties: Rows
    contacts: Rows
    distances: Rows
    tolerance_m: float
    min_length_m: float


def prepare_vintage(units: Sequence[Unit], found: ContactResult) -> PreparedVintage:
    """Everything that takes time, without the database."""
    return PreparedVintage(
        counties=[_county(unit) for unit in units],
        contacts=[_contact(one) for one in found.contacts],
        distances=_distances(units),
        tolerance_m=found.tolerance_m,
        min_length_m=found.min_length_m,
    )


def _county(unit: Unit) -> dict[str, Any]:
    label = unit.geometry.representative_point()
    return {
        "code": unit.code,
        "name": unit.name,
        "party": unit.party,
        "geometry": mapping(unit.geometry),
        "label_lon": label.x,
        "label_lat": label.y,
        "perimeter_m": perimeter_m(unit.geometry),
        "area_m2": area_m2(unit.geometry),
    }


def _contact(one: Contact) -> dict[str, Any]:
    return {
        "a": one.a,
        "b": one.b,
        "length_m": one.length_m,
        "parts": one.parts,
        "line": mapping(one.line),
    }


def _distances(units: Sequence[Unit]) -> Rows:
    parties = sorted({unit.party for unit in units})
    if len(parties) > FEW_PARTIES:
        parties = [party for party in parties if party in PARTY_NAMES]
    outlines = {
        party: union_all([unit.geometry for unit in units if unit.party == party])
        for party in parties
    }
    return [
        {"a": a, "b": b, "distance_m": distance_m(outlines[a], outlines[b])}
        for a, b in combinations(parties, 2)
    ]


def store_vintage(
    described: Mapping[str, Any], prepared: PreparedVintage, *, now: datetime
) -> BoundaryVintage:
    """Write a vintage that is not the current one. `described` fills the vintage's own columns."""
    vintage = BoundaryVintage(
        **described,
        is_current=False,
        loaded_at=now,
        tolerance_m=prepared.tolerance_m,
        min_length_m=prepared.min_length_m,
        revision=0,
    )
    db.session.add(vintage)
    db.session.flush()
    for model, rows in (
        (CountyUnit, prepared.counties),
        (BorderContact, prepared.contacts),
        (PartyDistance, prepared.distances),
    ):
        if rows:
            # One statement for all rows: a national file has some ten thousand.
            db.session.execute(insert(model), [{"vintage_id": vintage.id, **row} for row in rows])
    return vintage
