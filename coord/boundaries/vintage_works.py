"""The long work on boundary files: the first look, the check, the keeping."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from coord.audit.operations import record
from coord.boundaries.contacts import ContactResult, find_contacts, perimeter_m
from coord.boundaries.datum import Datum
from coord.boundaries.effects import Side, build_effects
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.report import build_report
from coord.boundaries.source_columns import layout_of
from coord.boundaries.sources import SourceUnits, list_layers, read_units
from coord.boundaries.studio_models import BoundaryImport
from coord.boundaries.vintage_operations import end_import, staged_path
from coord.boundaries.vintage_queries import groups_in_use, present_side, report_of
from coord.boundaries.vintage_storing import prepare_vintage, store_vintage
from coord.boundaries.works import Asked, Progress, Saving
from coord.db import db, unit_of_work
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.errors import Refused
from coord.kernel.text import N_

READING = N_("正在读取“%(name)s”")
CONTACTS = N_("正在找出%(count)s个区县之间的跨市边界")
COMPARING = N_("正在与现行版本比较")
EFFECTS = N_("正在计算对联动组和方案的影响")
STORING = N_("正在载入%(count)s个区县和%(contacts)s段跨市边界")

#: What degrees a stored vintage came from, in no language.
DATUM_NAMES: Mapping[str | None, str] = {
    None: "CGCS2000",
    Datum.CGCS2000: "CGCS2000",
    Datum.WGS84: "WGS-84 → CGCS2000",
    Datum.GCJ02: "GCJ-02 → CGCS2000",
}


@dataclass(frozen=True)
class _Brought:
    """What the work needs of an import, free of the database."""

    id: int
    path: Path
    name: str
    sha256: str
    described: Mapping[str, Any]
    choice: Mapping[str, Any]
    report: Mapping[str, Any]


def check_import(asked: Asked, progress: Progress) -> Saving:
    """Look at the file's layers and columns, or check it under the choice made."""
    brought = _brought(asked)
    if asked.asked["stage"] == "check":
        return _check(brought, asked, progress)
    progress.step(0.02, READING, name=brought.name)
    return _look(brought)


def _brought(asked: Asked) -> _Brought:
    with unit_of_work(writing=False):
        row = db.session.get_one(BoundaryImport, asked.asked["import_id"])
        if row.over_at is not None:
            raise Refused(N_("这次导入已经结束。"))
        return _Brought(
            row.id,
            staged_path(row),
            row.original_name,
            row.sha256,
            dict(row.described),
            dict(row.choice),
            report_of(row) or {},
        )


def _look(brought: _Brought) -> Saving:
    layouts = [asdict(layout_of(one)) for one in list_layers(brought.path, name=brought.name)]

    def save(_now: datetime) -> dict[str, Any]:
        db.session.get_one(BoundaryImport, brought.id).layouts = layouts
        return {"path": f"/boundaries/imports/{brought.id}"}

    return save


@dataclass(frozen=True)
class Examined:
    """A file read and held against the vintage in use, with the report as JSON holds it."""

    source: SourceUnits
    found: ContactResult
    report: dict[str, Any]


#: Told the share done, what is being done now, and its parameters.
Step = Callable[..., None]


def read_file(
    path: Path, name: str, described: Mapping[str, Any], choice: Mapping[str, Any], step: Step
) -> tuple[SourceUnits, ContactResult]:
    """The units of a file under a choice, and their contacts."""
    step(0.02, READING, name=name)
    chosen = dict(choice)
    chosen["datum"] = Datum(chosen["datum"]) if chosen.get("datum") else None
    source = read_units(path, name=name, **chosen)
    step(0.2, CONTACTS, count=len(source.units))
    found = find_contacts(
        source.units,
        tolerance_m=described["tolerance_m"],
        min_length_m=described["min_length_m"],
    )
    return source, found


def examine(
    path: Path, name: str, described: Mapping[str, Any], choice: Mapping[str, Any], step: Step
) -> Examined:
    """Everything that a coordinator must know before he keeps the file."""
    source, found = read_file(path, name, described, choice, step)
    step(0.6, COMPARING)
    with unit_of_work(writing=False):
        now = present_side()
        groups = groups_in_use()
    report = build_report(source, found, now[0] if now is not None else None)
    names = {unit.code: unit.name for unit in source.units}
    answer: dict[str, Any] = {**report.as_data(), "names": names}
    if now is not None:
        step(0.8, EFFECTS)
        answer["names"] = {**now[1].names, **names}
        effects = build_effects(
            now[1], side_of(source, found), report.counties, report.contacts, groups
        )
        answer["effects"] = effects.as_data()
    return Examined(source, found, answer)


def _check(brought: _Brought, asked: Asked, progress: Progress) -> Saving:
    examined = examine(brought.path, brought.name, brought.described, brought.choice, progress.step)

    def save(_now: datetime) -> dict[str, Any]:
        row = db.session.get_one(BoundaryImport, brought.id, with_for_update=True)
        if row.choice != brought.choice or row.over_at is not None:
            raise Refused(N_("检查期间又改了列的选择,请重新检查。"))
        row.check_work_id = asked.id
        return {
            "path": f"/boundaries/imports/{brought.id}/preview",
            "report": examined.report,
        }

    return save


def side_of(source: SourceUnits, found: ContactResult) -> Side:
    """A file as one side of a comparison."""
    shapes = {unit.code: unit.geometry for unit in source.units}
    return Side(
        names={unit.code: unit.name for unit in source.units},
        parties={unit.code: unit.party for unit in source.units},
        perimeters={unit.code: perimeter_m(unit.geometry) for unit in source.units},
        contacts=found.contacts,
        shapes=lambda codes: {code: shapes[code] for code in codes if code in shapes},
    )


def keep_import(asked: Asked, progress: Progress) -> Saving:
    """Make the checked file a vintage that is not yet in use."""
    brought = _brought(asked)
    source, found = read_file(
        brought.path, brought.name, brought.described, brought.choice, progress.step
    )
    prepared = prepare_vintage(source.units, found)
    progress.step(0.9, STORING, count=len(source.units), contacts=len(found.contacts))

    def save(now: datetime) -> dict[str, Any]:
        row = db.session.get_one(BoundaryImport, brought.id, with_for_update=True)
        if row.over_at is not None:
            raise Refused(N_("这次导入已经结束。"))
        vintage = store_vintage(
            columns_of(
                brought.described, brought.sha256, brought.choice, brought.report, asked.actor
            ),
            prepared,
            now=now,
        )
        row.vintage_id = vintage.id
        end_import(row, now=now)
        record(
            "boundaries.kept",
            vintage,
            actor=asked.actor,
            now=now,
            units=len(prepared.counties),
            contacts=len(prepared.contacts),
        )
        return {"path": f"/boundaries/vintages/{vintage.id}"}

    return save


def columns_of(
    described: Mapping[str, Any],
    sha256: str,
    choice: Mapping[str, Any],
    report: Mapping[str, Any],
    actor: Actor,
) -> dict[str, Any]:
    """A vintage's own columns, from what a person said, how he chose and what was found."""
    how = {"choice": dict(choice), "tolerance_m": described["tolerance_m"]}
    kept = {key: value for key, value in report.items() if key not in {"effects", "names"}}
    return {
        "name": described["name"],
        "source": described["source"],
        "datum": DATUM_NAMES[choice.get("datum") or None],
        "vintage": described["vintage"],
        "licence": described["licence"],
        "map_approval_number": described["map_approval_number"] or None,
        "accuracy_m": described["accuracy_m"],
        "sha256": _free_digest(sha256, how),
        "loaded_by": actor.name if actor == SYSTEM else f"{actor.name}({actor.organisation_name})",
        "report": {**kept, **how, "file_sha256": sha256},
    }


def _free_digest(sha256: str, how: Mapping[str, Any]) -> str:
    """The file's hash, or one of file and settings where the file came in before otherwise."""
    rows = db.session.scalars(select(BoundaryVintage).options(undefer(BoundaryVintage.report)))
    same_file = [
        one for one in rows if sha256 in {one.sha256, (one.report or {}).get("file_sha256")}
    ]
    for one in same_file:
        choice = one.report.get("choice")
        if one.tolerance_m == how["tolerance_m"] and choice in (None, how["choice"]):
            raise Refused(N_("这个文件已按同样的设置载入为“%(name)s”,不必再载入。"), name=one.name)
    if not same_file:
        return sha256
    canonical = json.dumps([sha256, how], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
