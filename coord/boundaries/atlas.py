"""What never changes about a boundary vintage, read once per process.

A vintage is only ever loaded; all that is altered afterwards is which contacts people add or
strike out, and each such edit raises its revision. So its names, contacts, groupings, index
of points and drawings are kept under its identity, the hash of its file and the revision.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.orm import undefer

from coord.boundaries.contacts import Contact, Unit
from coord.boundaries.drawing import Drawing, Label, Shape, draw
from coord.boundaries.grouping import Grouping
from coord.boundaries.locate import Gazetteer
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit
from coord.boundaries.names import short_name
from coord.boundaries.rules import Clash, Infeasible
from coord.boundaries.scenarios import Scenario, scenario_rules, solve_checked
from coord.db import db
from coord.kernel.errors import Refused
from coord.kernel.regions import CHONGQING, FIVE_CITIES, party_name
from coord.kernel.text import N_

#: Identity of a vintage, SHA-256 of its file, revision of its contacts.
Key = tuple[int, str, int]

_MEMO = "boundary_vintage"


def find_key() -> Key | None:
    """The current vintage, asked of the database once per session; None where none is loaded."""
    memo: dict[Any, Any] = db.session.info
    if _MEMO not in memo:
        row = db.session.execute(
            select(BoundaryVintage.id, BoundaryVintage.sha256, BoundaryVintage.revision).where(
                BoundaryVintage.is_current.is_(True)
            )
        ).first()
        if row is None:
            return None
        memo[_MEMO] = (row.id, row.sha256, row.revision)
    key: Key = memo[_MEMO]
    return key


def get_key() -> Key:
    """The current vintage; Refused where none is loaded."""
    key = find_key()
    if key is None:
        raise Refused(N_("尚未载入边界数据:请系统管理员在服务器上运行 coord prepare。"))
    return key


def forget_key() -> None:
    """After another vintage became the current one, or its contacts were edited."""
    db.session.info.pop(_MEMO, None)


class _Names(Mapping[str, str]):
    """Names by code. A code that only earlier vintages have, and perhaps a roster, is still
    called by its name when asked for; it is not among the keys."""

    def __init__(self, now: dict[str, str], former: dict[str, str]) -> None:
        self._now, self._former = now, former

    def __getitem__(self, code: str) -> str:
        return self._now[code] if code in self._now else self._former[code]

    def __contains__(self, code: object) -> bool:
        return code in self._now

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)


@lru_cache(maxsize=4)
def names(key: Key) -> Mapping[str, str]:
    """Code → name."""
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.name, CountyUnit.vintage_id).order_by(
            CountyUnit.vintage_id, CountyUnit.code
        )
    ).all()
    return _Names(
        {row.code: row.name for row in rows if row.vintage_id == key[0]},
        {row.code: row.name for row in rows},
    )


def named_clash(key: Key, refusal: Infeasible) -> Infeasible:
    """The refusal with the names of its counties and cities."""
    parties = db.session.scalars(
        select(CountyUnit.party).where(CountyUnit.vintage_id == key[0]).distinct()
    )
    cities = {party: party_name(party) for party in (*FIVE_CITIES, *parties)}
    return refusal.renamed(cities).renamed(names(key))


def _counties(key: Key, parties: Sequence[str] | None = None) -> list[CountyUnit]:
    """Counties with their shapes, of all parties or of some."""
    statement = select(CountyUnit).where(CountyUnit.vintage_id == key[0])
    if parties is not None:
        statement = statement.where(CountyUnit.party.in_(parties))
    return list(
        db.session.scalars(
            statement.order_by(CountyUnit.code).options(undefer(CountyUnit.geometry))
        )
    )


def _borders(key: Key, codes: Collection[str] | None = None) -> list[BorderContact]:
    """Contacts that count with their lines, all or those between some counties."""
    statement = select(BorderContact).where(
        BorderContact.vintage_id == key[0], BorderContact.struck_by_id.is_(None)
    )
    if codes is not None:
        statement = statement.where(BorderContact.a.in_(codes), BorderContact.b.in_(codes))
    ordered = statement.order_by(BorderContact.a, BorderContact.b)
    return list(db.session.scalars(ordered.options(undefer(BorderContact.line))))


@lru_cache(maxsize=4)
def contacts(key: Key) -> tuple[Contact, ...]:
    """Every contact of the vintage with its line, by codes."""
    return tuple(
        Contact(row.a, row.b, row.length_m, shape(row.line), row.parts) for row in _borders(key)
    )


def grouping(key: Key, scenario: Scenario) -> Grouping:
    """The proven best grouping of the five cities under a scenario; Infeasible if there is none."""
    return grouping_or_clash(_scenario_outcome(key, scenario))


def grouping_or_clash(outcome: Grouping | Clash) -> Grouping:
    """The grouping; the clash is raised."""
    if isinstance(outcome, Clash):
        raise Infeasible(outcome)
    return outcome


# That rules clash takes longer to find out than groups do, so it is kept as well.
@lru_cache(maxsize=16)
def _scenario_outcome(key: Key, scenario: Scenario) -> Grouping | Clash:
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.party, CountyUnit.perimeter_m).where(
            CountyUnit.vintage_id == key[0], CountyUnit.party.in_(FIVE_CITIES)
        )
    ).all()
    parties = {code: party for code, party, _perimeter in rows}
    perimeters = {code: perimeter for code, _party, perimeter in rows}
    own = [one for one in contacts(key) if one.a in parties and one.b in parties]
    try:
        return solve_checked(own, parties, perimeters, scenario_rules(scenario, own))
    except Infeasible as refusal:
        return named_clash(key, refusal).clash


@lru_cache(maxsize=2)
def units(key: Key) -> tuple[Unit, ...]:
    """Every county with its polygon, by code."""
    return tuple(
        Unit(county.code, county.name, county.party, shape(county.geometry))
        for county in _counties(key)
    )


def gazetteer(key: Key) -> Gazetteer:
    """The index that says in which county a point lies, with the vintage's stated accuracy."""
    return _gazetteer(
        key,
        db.session.scalar(select(BoundaryVintage.accuracy_m).where(BoundaryVintage.id == key[0])),
    )


@lru_cache(maxsize=2)
def _gazetteer(key: Key, accuracy_m: float | None) -> Gazetteer:
    return Gazetteer(units(key), contacts(key), accuracy_m=accuracy_m)


@lru_cache(maxsize=4)
def drawing(key: Key, parties: tuple[str, ...]) -> Drawing:
    """The counties of some parties, their contacts, and labels where they fit."""
    counties = _counties(key, parties)
    borders = _borders(key, {county.code for county in counties})
    touching = {code for row in borders for code in (row.a, row.b)}
    return draw(
        [Shape(county.code, county.geometry) for county in counties],
        [Shape(f"{row.a}-{row.b}", row.line) for row in borders],
        [
            Label(
                county.code,
                short_name(county.name),
                county.label_lon,
                county.label_lat,
                # Counties with a city border first, then the larger ones.
                rank=(0.0 if county.code in touching else 1e12) - county.area_m2,
            )
            for county in counties
        ],
    )


@lru_cache(maxsize=2)
def map_body(key: Key) -> tuple[bytes, str]:
    """The map's JSON (`counties` and `contacts`, two FeatureCollections) and its ETag.

    Of the six cities that the map shows; a vintage may hold the whole country.
    """
    called = names(key)
    shown = _counties(key, (*FIVE_CITIES, CHONGQING))
    counties = [
        _feature(
            county.geometry,
            code=county.code,
            name=county.name,
            short=short_name(county.name),
            party=county.party,
            area_km2=round(county.area_m2 / 1e6),
            label=[county.label_lat, county.label_lon],
        )
        for county in shown
    ]
    borders = [
        _feature(
            row.line,
            a=row.a,
            b=row.b,
            title=f"{called[row.a]}–{called[row.b]}",
            km=round(row.length_m / 1000, 1),
            manual=row.added_by_id is not None,
        )
        for row in _borders(key, {county.code for county in shown})
    ]
    document = {"counties": _collection(counties), "contacts": _collection(borders)}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return body, hashlib.sha256(body).hexdigest()[:32]


def _feature(geometry: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
