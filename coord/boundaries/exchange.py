"""A grouping with all that went into it as one JSON document that anybody can replay. Pure.

The document holds the rules, the borders with their lengths, the counties' parties and
perimeters, how they came about, and the groups. Nothing else is needed to solve again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shapely.geometry import MultiLineString

from coord.boundaries.contacts import Contact
from coord.boundaries.reading import Place, parse
from coord.boundaries.rules import Grouping, LeftOut, Objective, Rules, RunnerUp
from coord.boundaries.scenarios import solve_checked
from coord.kernel.errors import Invalid
from coord.kernel.text import N_

FORMAT = "coord-border-groups"
VERSION = 1

#: The whole country with every border is under 2 MB.
MAX_BYTES = 16 * 1024 * 1024

#: Largest count of groups or counties, and of counties in a group, that a file may ask for.
MOST = 100_000


@dataclass(frozen=True)
class Edit:
    """A border added or struck out by hand; already part of the document's contacts."""

    a: str
    b: str
    #: enums.ContactChange as text.
    change: str
    #: Metres; None where a border was struck out.
    length_m: float | None
    reason: str
    made_by: str
    #: ISO 8601.
    made_at: str


@dataclass(frozen=True)
class Document:
    """Everything that a grouping came from, and the grouping."""

    name: str
    contacts: tuple[Contact, ...]
    #: By code, of every code of the contacts.
    parties: Mapping[str, str]
    #: Metres, by code.
    perimeters: Mapping[str, float]
    names: Mapping[str, str]
    #: name, source, datum, vintage, licence, sha256 … of the boundaries, as text.
    vintage: Mapping[str, str]
    tolerance_m: float
    edits: tuple[Edit, ...]
    result: Grouping


@dataclass(frozen=True)
class Replay:
    """What solving again gave, and whether the groups are those of the document."""

    grouping: Grouping
    same: bool


def replay(document: Document, *, time_limit_s: float | None = None) -> Replay:
    """Solve again from the document; raises what `scenarios.solve_checked` raises."""
    grouping = solve_checked(
        document.contacts,
        document.parties,
        document.perimeters,
        document.result.rules,
        time_limit_s=time_limit_s,
    )
    return Replay(grouping, grouping.groups == document.result.groups)


def input_digest(
    contacts: Sequence[Contact], parties: Mapping[str, str], perimeters: Mapping[str, float]
) -> str:
    """SHA-256 of what a grouping is computed from; the same in any order of the input."""
    codes = sorted({code for one in contacts for code in (one.a, one.b)})
    return _digest(
        {
            "contacts": sorted([one.a, one.b, float(one.length_m)] for one in contacts),
            "units": [[code, parties[code], float(perimeters[code])] for code in codes],
        }
    )


def _digest(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def write_document(document: Document) -> str:
    """The document as JSON text; equal documents give equal texts."""
    codes = sorted({code for one in document.contacts for code in (one.a, one.b)})
    ordered = sorted(document.contacts, key=lambda one: (one.a, one.b, one.length_m))
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "name": document.name,
        "vintage": dict(sorted(document.vintage.items())),
        "tolerance_m": document.tolerance_m,
        "units": [
            {
                "code": code,
                "name": document.names.get(code, code),
                "party": document.parties[code],
                "perimeter_m": float(document.perimeters[code]),
            }
            for code in codes
        ],
        "contacts": [
            {"a": one.a, "b": one.b, "length_m": float(one.length_m), "parts": one.parts}
            for one in ordered
        ],
        "edits": [asdict(edit) for edit in document.edits],
        "result": grouping_to_data(document.result),
        "input_sha256": input_digest(document.contacts, document.parties, document.perimeters),
    }
    data["sha256"] = _digest(data)
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_document(text: str | bytes) -> Document:
    """The document of a JSON text; Invalid names what is wrong with it."""
    data = parse(text, MAX_BYTES)
    top = Place(data, "")
    if top.get("format").raw != FORMAT:
        raise Invalid(N_("这不是 Coord 的编组文件:缺少 format = %(format)s。"), format=FORMAT)
    version = top.get("version").whole(0, 1_000_000)
    if version != VERSION:
        raise Invalid(
            N_("编组文件的版本是 %(version)s,本系统只认识 %(known)s。"),
            version=version,
            known=VERSION,
        )
    document = _document(top)
    stated = top.get("sha256").text(64)
    if _digest({key: value for key, value in data.items() if key != "sha256"}) != stated:
        raise Invalid(N_("编组文件与其校验值不符:文件写出后被改动过。"))
    digest = input_digest(document.contacts, document.parties, document.perimeters)
    if digest != top.get("input_sha256").text(64):
        raise Invalid(N_("编组文件与其校验值不符:文件写出后被改动过。"))
    return document


def _document(top: Place) -> Document:
    units = top.get("units").items()
    codes = [unit.get("code").code() for unit in units]
    seen: set[str] = set()
    for unit, code in zip(units, codes, strict=True):
        if code in seen:
            raise unit.get("code").wrong(N_("代码重复"))
        seen.add(code)
    return Document(
        name=top.get("name").text(200),
        contacts=_contacts(top.get("contacts"), set(codes)),
        parties={code: unit.get("party").code() for code, unit in zip(codes, units, strict=True)},
        perimeters={
            code: unit.get("perimeter_m").positive()
            for code, unit in zip(codes, units, strict=True)
        },
        names={code: unit.get("name").text(200) for code, unit in zip(codes, units, strict=True)},
        vintage={key: place.text(2000) for key, place in top.get("vintage").entries()},
        tolerance_m=top.get("tolerance_m").number(0.0, 1e5),
        edits=tuple(_edit(place) for place in top.get("edits").items()),
        result=_grouping(top.get("result"), set(codes)),
    )


def _contacts(place: Place, codes: set[str]) -> tuple[Contact, ...]:
    found: list[Contact] = []
    for row in place.items():
        a, b = row.get("a").code(codes), row.get("b").code(codes)
        if a >= b:
            raise row.wrong(N_("两个代码应不同,且小者在前"))
        length, parts = row.get("length_m").positive(), row.get("parts").whole(1, MOST)
        found.append(Contact(a, b, length, MultiLineString(), parts))
    pairs = [(one.a, one.b) for one in found]
    if len(set(pairs)) < len(pairs):
        raise place.wrong(N_("同一对区县出现了两次"))
    return tuple(found)


def _edit(place: Place) -> Edit:
    length = place.get("length_m")
    return Edit(
        a=place.get("a").code(),
        b=place.get("b").code(),
        change=place.get("change").text(20),
        length_m=None if length.raw is None else length.positive(),
        reason=place.get("reason").text(4000),
        made_by=place.get("made_by").text(400),
        made_at=place.get("made_at").text(40),
    )


def rules_to_data(rules: Rules) -> dict[str, Any]:
    """Rules as plain JSON types; sets as sorted lists."""
    data = asdict(rules)
    data["objective"] = rules.objective.value
    for key in ("must_include", "must_exclude"):
        data[key] = sorted(data[key])
    for key in ("together", "apart"):
        data[key] = sorted(list(pair) for pair in data[key])
    return data


def rules_from_data(data: object) -> Rules:
    """Rules of plain JSON types; Invalid names what is wrong."""
    return _rules(Place(data, "rules"))


def _rules(place: Place) -> Rules:
    objective = place.get("objective").text(10)
    if objective not in set(Objective):
        raise place.get("objective").wrong(N_("应为 km 或 share"))
    groups, counties, hub = place.get("groups"), place.get("counties"), place.get("hub")
    return Rules(
        groups=None if groups.raw is None else groups.whole(0, MOST),
        counties=None if counties.raw is None else counties.whole(0, MOST),
        smallest=place.get("smallest").whole(0, MOST),
        largest=place.get("largest").whole(0, MOST),
        objective=Objective(objective),
        hub=None if hub.raw is None else hub.code(),
        must_include=frozenset(one.code() for one in place.get("must_include").items()),
        must_exclude=frozenset(one.code() for one in place.get("must_exclude").items()),
        together=_pairs(place.get("together")),
        apart=_pairs(place.get("apart")),
        min_contact_m=place.get("min_contact_m").number(0.0, 1e9),
    )


def _pairs(place: Place) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for row in place.items():
        pair = [one.code() for one in row.items()]
        if len(pair) != 2:
            raise row.wrong(N_("应为两个代码"))
        found.add((pair[0], pair[1]))
    return frozenset(found)


def grouping_to_data(grouping: Grouping) -> dict[str, Any]:
    """A grouping with its rules as plain JSON types."""
    second = grouping.runner_up
    return {
        "groups": [list(group) for group in grouping.groups],
        "covered_m": grouping.covered_m,
        "value": grouping.value,
        "optimal": grouping.optimal,
        "left_out": [
            {"code": left.code, "reason": left.reason, "params": dict(left.params)}
            for left in grouping.left_out
        ],
        "rules": rules_to_data(grouping.rules),
        "bound": grouping.bound,
        "gap": grouping.gap,
        "runner_up": None
        if second is None
        else {**asdict(second), "groups": [list(group) for group in second.groups]},
    }


def grouping_from_data(data: object) -> Grouping:
    """A grouping of plain JSON types; Invalid names what is wrong."""
    return _grouping(Place(data, "result"), None)


def _grouping(place: Place, codes: set[str] | None) -> Grouping:
    bound, second = place.get("bound"), place.get("runner_up")
    grouping = Grouping(
        groups=_groups(place.get("groups"), codes),
        covered_m=place.get("covered_m").number(0.0, 1e12),
        value=place.get("value").number(0.0, 1e12),
        optimal=place.get("optimal").truth(),
        left_out=tuple(_left_out(one) for one in place.get("left_out").items()),
        rules=_rules(place.get("rules")),
        bound=None if bound.raw is None else bound.number(0.0, 1e12),
        gap=place.get("gap").number(0.0, 1.0),
    )
    if second.raw is None:
        return grouping
    runner_up = RunnerUp(
        groups=_groups(second.get("groups"), codes),
        covered_m=second.get("covered_m").number(0.0, 1e12),
        value=second.get("value").number(0.0, 1e12),
        loss=second.get("loss").number(0.0, 1e12),
    )
    return replace(grouping, runner_up=runner_up)


def _groups(place: Place, codes: set[str] | None) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(member.code(codes) for member in group.items()) for group in place.items())


def _left_out(place: Place) -> LeftOut:
    params: dict[str, object] = {key: one.text(100) for key, one in place.get("params").entries()}
    return LeftOut(place.get("code").code(), place.get("reason").text(1000), params)
