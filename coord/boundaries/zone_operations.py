"""Functional zones: named, drawn, verified, ended, carved from their parents."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from coord.audit.operations import record
from coord.boundaries.carving import SLIVER_M2, Carving, ZoneShape, carve
from coord.boundaries.contacts import area_m2, find_contacts
from coord.boundaries.enums import Verification
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.policy import may_carve, may_zone
from coord.boundaries.queries import get_vintage
from coord.boundaries.studio_models import FunctionalZone
from coord.boundaries.vintage_storing import prepare_vintage, store_vintage
from coord.boundaries.zone_queries import all_keys, units_by_code
from coord.boundaries.zone_shapes import as_geojson, checked, cut, fit, snapped
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.regions import party_of
from coord.kernel.text import N_

#: Zones that are commonly known, with their parents as commonly known; no geometry.
SEEDS = Path(__file__).resolve().parents[2] / "geodata" / "zones.json"

SEED_SOURCE = N_("常识(GK级),未见正式文件;图形待绘制或上传")

#: Where the vintage does not state its accuracy, metres.
USUAL_ACCURACY_M = 100.0

#: The farthest that corners may be drawn to a border, metres.
FARTHEST_SNAP_M = 1000.0

NOT_YOURS = N_("只有功能区所在城市的市级联动联络员可以办理。")


@dataclass(frozen=True)
class ZoneFacts:
    """What a coordinator states of a zone."""

    name: str
    parent_codes: tuple[str, ...]
    source: str
    from_on: date | None


def next_key(party: str, taken: set[str]) -> str:
    """The party's next free key: 5101A1 … 5101A9, 5101B1 …."""
    for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ":
        for digit in "123456789":
            if (key := f"{party}{letter}{digit}") not in taken:
                return key
    raise Refused(N_("本市的功能区标识已用完。"))


def seed_zones(*, now: datetime) -> int:
    """Name the zones that are commonly known, once each; how many were new."""
    taken = all_keys()
    known = units_by_code()
    added = 0
    for seed in json.loads(SEEDS.read_text(encoding="utf-8")):
        if seed["key"] in taken or not set(seed["parents"]) <= set(known):
            continue
        db.session.add(
            FunctionalZone(
                key=seed["key"],
                name=seed["name"],
                party=party_of(seed["key"]),
                parent_codes=seed["parents"],
                source=SEED_SOURCE,
                verification=Verification.UNVERIFIED,
                made_by=SYSTEM.name,
                made_at=now,
            )
        )
        added += 1
    if added:
        db.session.flush()
        record("zones.seeded", "functional_zone", actor=SYSTEM, now=now, zones=added)
    return added


def add_zone(facts: ZoneFacts, *, actor: Actor, now: datetime) -> FunctionalZone:
    """A zone of the actor's own city, 未核实, without a polygon."""
    if not may_zone(actor):
        raise NotAllowed(NOT_YOURS)
    _check_facts(facts, actor.party)
    zone = FunctionalZone(
        key=next_key(actor.party, all_keys() | set(units_by_code())),
        name=facts.name.strip(),
        party=actor.party,
        parent_codes=sorted(facts.parent_codes),
        source=facts.source.strip(),
        verification=Verification.UNVERIFIED,
        from_on=facts.from_on,
        made_by=f"{actor.name}({actor.organisation_name})",
        made_at=now,
    )
    db.session.add(zone)
    record("zone.added", zone, actor=actor, now=now, key=zone.key, parents=zone.parent_codes)
    return zone


def _check_facts(facts: ZoneFacts, party: str) -> None:
    if not facts.name.strip():
        raise Invalid(N_("请填写功能区名称。"))
    known = units_by_code()
    wrong = [code for code in facts.parent_codes if code not in known]
    if wrong or not facts.parent_codes:
        raise Invalid(N_("请至少选择一个所在区县。"))
    others = sorted(code for code in facts.parent_codes if party_of(code) != party)
    if others:
        raise Invalid(N_("所在区县须属于同一城市:%(codes)s不是。"), codes="、".join(others))


def edit_zone(
    zone: FunctionalZone, facts: ZoneFacts, *, actor: Actor, now: datetime
) -> FunctionalZone:
    """Change what is stated of a zone; a verified one falls back to 未核实."""
    _check_open(zone, actor)
    _check_facts(facts, zone.party)
    zone.name = facts.name.strip()
    zone.parent_codes = sorted(facts.parent_codes)
    zone.source = facts.source.strip()
    zone.from_on = facts.from_on
    zone.verification = Verification.UNVERIFIED
    record("zone.edited", zone, actor=actor, now=now, parents=zone.parent_codes)
    return zone


def draw_zone(
    zone: FunctionalZone,
    polygon: BaseGeometry,
    *,
    cut_outside: bool,
    snap_m: float,
    actor: Actor,
    now: datetime,
) -> FunctionalZone:
    """Give the zone its ground (degrees, CGCS2000); a verified one falls back to 未核实.

    Invalid where it lies outside its parents by more than the boundaries are inaccurate and
    the person did not ask to cut that off.
    """
    _check_open(zone, actor)
    if not 0 <= snap_m <= FARTHEST_SNAP_M:
        raise Invalid(N_("贴合距离应在0至%(most)s米之间。"), most=round(FARTHEST_SNAP_M))
    parents = _grounds_of(zone)
    drawn = snapped(checked(polygon), parents, snap_m)
    drawn = cut(drawn, parents) if cut_outside else _within(drawn, parents)
    zone.polygon = as_geojson(drawn)
    zone.area_m2 = area_m2(drawn)
    zone.verification = Verification.UNVERIFIED
    record("zone.drawn", zone, actor=actor, now=now, area_m2=round(zone.area_m2))
    return zone


def _grounds_of(zone: FunctionalZone) -> list[BaseGeometry]:
    known = units_by_code()
    missing = [code for code in zone.parent_codes if code not in known]
    if missing:
        raise Refused(N_("现行边界数据中没有所在区县:%(codes)s。"), codes="、".join(missing))
    return [known[code].geometry for code in zone.parent_codes]


def _within(polygon: BaseGeometry, parents: Sequence[BaseGeometry]) -> BaseGeometry:
    """The polygon itself; Invalid where it lies outside by more than the lines are inaccurate."""
    accuracy = get_vintage().accuracy_m
    found = fit(polygon, parents, USUAL_ACCURACY_M if accuracy is None else accuracy)
    if found.beyond_m2 >= SLIVER_M2 and found.outside_at is not None:
        raise Invalid(
            N_(
                "图形有%(km2)s平方公里在所选区县之外(约在%(place)s)。"
                "请调整图形或所在区县,或勾选“截去区县以外的部分”。"
            ),
            km2=f"{found.outside_m2 / 1e6:.3f}",
            place=f"{found.outside_at[0]:.4f},{found.outside_at[1]:.4f}",
        )
    return polygon


def erase_zone(zone: FunctionalZone, *, actor: Actor, now: datetime) -> FunctionalZone:
    """Take the zone's polygon back."""
    _check_open(zone, actor)
    zone.polygon, zone.area_m2, zone.is_carved = None, None, False
    zone.verification = Verification.UNVERIFIED
    record("zone.drawn", zone, actor=actor, now=now, area_m2=0)
    return zone


def verify_zone(
    zone: FunctionalZone, *, document: str, actor: Actor, now: datetime
) -> FunctionalZone:
    """Record the official document that says so: 未核实 → 已核实."""
    _check_open(zone, actor)
    if zone.verification is Verification.VERIFIED:
        raise Refused(N_("该功能区已经核实。"))
    if not document.strip():
        raise Invalid(N_("请写明据以核实的正式文件(文号、标题、日期)。"))
    zone.source = document.strip()
    zone.verification = Verification.VERIFIED
    record("zone.verified", zone, actor=actor, now=now)
    return zone


def end_zone(
    zone: FunctionalZone, *, last_day: date, actor: Actor, now: datetime
) -> FunctionalZone:
    """The zone exists no longer after that day; it stays in the list."""
    _check_open(zone, actor)
    if zone.from_on is not None and last_day < zone.from_on:
        raise Invalid(N_("撤销日期不能早于设立日期%(day)s。"), day=zone.from_on.isoformat())
    zone.to_on = last_day
    zone.is_carved = False
    record("zone.ended", zone, actor=actor, now=now, last_day=last_day.isoformat())
    return zone


def _check_open(zone: FunctionalZone, actor: Actor) -> None:
    if not may_zone(actor, zone):
        raise NotAllowed(NOT_YOURS)
    if zone.to_on is not None:
        raise Refused(N_("该功能区已撤销,不能再更改。"))


@dataclass(frozen=True)
class CarvedVintage:
    """The vintage that came of carving, and what happened on the way."""

    vintage: BoundaryVintage
    carving: Carving


def carve_zones(zones: Sequence[FunctionalZone], *, actor: Actor, now: datetime) -> CarvedVintage:
    """Keep a vintage like the one in use whose zones are units of their own; not put in use.

    Refused where the vintage in use was itself carved, or the same carving is kept already.
    """
    if not may_carve(actor):
        raise NotAllowed(N_("只有五市的市级联动联络员可以划出功能区。"))
    if not zones:
        raise Invalid(N_("请选择至少一个有图形的功能区。"))
    base = get_vintage()
    if base.parent_id is not None:
        raise Refused(
            N_("现行边界“%(name)s”已是划出功能区后的版本。请先启用原来的边界,再重新划出。"),
            name=base.name,
        )
    shapes = [
        ZoneShape(zone.key, zone.name, zone.party, tuple(zone.parent_codes), shape(zone.polygon))
        for zone in zones
    ]
    carving = carve(list(units_by_code().values()), shapes)
    digest = _digest(base, zones)
    if db.session.query(BoundaryVintage.id).filter_by(sha256=digest).first() is not None:
        raise Refused(N_("同样的划出结果已经保存,请在边界版本中查看。"))
    vintage = _keep(base, zones, carving, digest, actor=actor, now=now)
    for zone in zones:
        zone.is_carved = True
    record(
        "zones.carved",
        vintage,
        actor=actor,
        now=now,
        zones=[zone.key for zone in zones],
        parent=base.id,
        vanished=list(carving.vanished),
    )
    return CarvedVintage(vintage, carving)


def _digest(base: BoundaryVintage, zones: Sequence[FunctionalZone]) -> str:
    """SHA-256 of the base's own and of the zones' keys and polygons, in order of key."""
    parts = [base.sha256]
    for zone in sorted(zones, key=lambda one: one.key):
        polygon = shape(zone.polygon).normalize()
        parts += [zone.key, ",".join(zone.parent_codes), polygon.wkb_hex]
    return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()


def _keep(
    base: BoundaryVintage,
    zones: Sequence[FunctionalZone],
    carving: Carving,
    digest: str,
    *,
    actor: Actor,
    now: datetime,
) -> BoundaryVintage:
    found = find_contacts(
        carving.units, tolerance_m=base.tolerance_m, min_length_m=base.min_length_m or None
    )
    described = {
        "name": f"{base.name}+{'、'.join(zone.name for zone in zones)}"[:200],
        "source": base.source,
        "datum": base.datum,
        "vintage": base.vintage,
        "licence": base.licence,
        "map_approval_number": None,
        "accuracy_m": base.accuracy_m,
        "sha256": digest,
        "parent_id": base.id,
        "loaded_by": f"{actor.name}({actor.organisation_name})",
        "report": _report(carving),
    }
    return store_vintage(described, prepare_vintage(carving.units, found), now=now)


def _report(carving: Carving) -> dict[str, object]:
    return {
        "carving": {
            "zones": [
                {
                    "key": one.key,
                    "area_m2": round(one.area_m2),
                    "from": {code: round(taken) for code, taken in one.from_parents.items()},
                    "outside_m2": round(one.outside_m2),
                }
                for one in carving.zones
            ],
            "vanished": list(carving.vanished),
            "slivers": [
                {
                    "from": one.source,
                    "to": one.target,
                    "area_m2": round(one.area_m2, 3),
                    "lon": round(one.lon, 6),
                    "lat": round(one.lat, 6),
                }
                for one in carving.slivers
            ],
        }
    }
