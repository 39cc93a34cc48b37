"""Groups, contacts and counties as GeoJSON for other programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit


def write_geojson(
    counties: Sequence[CountyUnit],
    contacts: Sequence[BorderContact],
    group_of: Mapping[str, int],
    vintage: BoundaryVintage,
    **said: object,
) -> bytes:
    """One FeatureCollection: a feature for each county, each contact and each group.

    A group is a MultiPoint of its counties' label points, so that it can be joined without
    the polygons. What the file is, its source, licence, vintage and datum stand in the
    foreign member `coord` (RFC 7946, 6.1). Degrees are CGCS2000, named in `crs` for programs
    that still read that member.
    """
    features = [*_counties(counties, group_of), *_contacts(contacts, group_of)]
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "coord": {
            "datum": vintage.datum,
            "source": vintage.source,
            "vintage": vintage.vintage,
            "boundaries": vintage.name,
            "boundaries_sha256": vintage.sha256,
            "revision": vintage.revision,
            "licence": vintage.licence,
            "map_approval_number": vintage.map_approval_number,
            **said,
        },
        "features": [*features, *_groups(counties, group_of)],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _feature(geometry: Mapping[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _counties(counties: Sequence[CountyUnit], group_of: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        _feature(
            one.geometry,
            kind="county",
            code=one.code,
            name=one.name,
            party=one.party,
            group=group_of.get(one.code),
            perimeter_m=round(one.perimeter_m, 1),
            area_m2=round(one.area_m2),
        )
        for one in counties
    ]


def _contacts(
    contacts: Sequence[BorderContact], group_of: Mapping[str, int]
) -> list[dict[str, Any]]:
    features = []
    for one in contacts:
        first = group_of.get(one.a)
        features.append(
            _feature(
                one.line,
                kind="contact",
                a=one.a,
                b=one.b,
                length_m=round(one.length_m, 1),
                parts=one.parts,
                manual=one.added_by_id is not None,
                group=first if first is not None and first == group_of.get(one.b) else None,
            )
        )
    return features


def _groups(counties: Sequence[CountyUnit], group_of: Mapping[str, int]) -> list[dict[str, Any]]:
    members: dict[int, list[CountyUnit]] = {}
    for one in counties:
        if one.code in group_of:
            members.setdefault(group_of[one.code], []).append(one)
    return [
        _feature(
            {
                "type": "MultiPoint",
                "coordinates": [[one.label_lon, one.label_lat] for one in members[number]],
            },
            kind="group",
            group=number,
            codes=[one.code for one in members[number]],
            names=[one.name for one in members[number]],
        )
        for number in sorted(members)
    ]
