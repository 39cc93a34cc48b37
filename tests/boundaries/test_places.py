"""Datums, locating a point, and files that cannot serve."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.boundaries.contacts import find_contacts
from coord.boundaries.datum import Datum, gcj02_to_wgs84, wgs84_to_gcj02
from coord.boundaries.locate import Gazetteer
from coord.boundaries.sources import SourceError, read_shipped, read_units
from coord.kernel.errors import Invalid
from geodata import build

UNITS = read_shipped().units
GAZETTEER = Gazetteer(UNITS, find_contacts(UNITS).contacts)


def test_the_shipped_file_is_what_the_package_gives() -> None:
    folder = Path(build.FOLDER)
    text = build.collection_text()
    assert (folder / "counties.geojson").read_text(encoding="utf-8") == text
    described = json.loads((folder / "counties.meta.json").read_text(encoding="utf-8"))
    assert described == build.metadata(text)
    assert (folder / "cities.json").read_text(encoding="utf-8") == build.cities_text()


@given(lon=st.floats(98, 110), lat=st.floats(26, 34))
def test_gcj02_comes_back_to_a_tenth_of_a_millimetre(lon: float, lat: float) -> None:
    there = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
    back = gcj02_to_wgs84(*there)
    assert abs(back[0][0] - lon) < 1e-9
    assert abs(back[1][0] - lat) < 1e-9


def test_gcj02_shifts_chengdu_as_measured() -> None:
    """dependencies.md 5: the formula predicts +239 m east, −269 m north at Chengdu."""
    east, north = wgs84_to_gcj02(np.array([104.06]), np.array([30.67]))
    assert (east[0] - 104.06) * 95_770 == pytest.approx(239, abs=15)
    assert (north[0] - 30.67) * 110_850 == pytest.approx(-269, abs=15)


def test_a_point_at_the_border_of_pujiang_and_danling() -> None:
    place = GAZETTEER.locate(103.50, 30.14)
    assert place.code in {"510131", "511424"}
    assert place.neighbour in {"510131", "511424"} - {place.code}
    assert place.border_distance_m is not None
    assert place.border_distance_m < 10_000


def test_the_datum_moves_the_point() -> None:
    plain = GAZETTEER.locate(103.50, 30.20)
    shifted = GAZETTEER.locate(103.50, 30.20, Datum.GCJ02)
    assert abs(plain.lon - shifted.lon) * 95_770 == pytest.approx(240, abs=60)


@pytest.mark.parametrize(
    ("lon", "lat", "word"),
    [
        (30.2, 103.5, "写反"),
        (125.0, 20.0, "不在现有边界"),
        (0.0, 0.0, "不在中国"),
        (116.4, 39.9, "不在现有边界"),
    ],
    ids=["swapped", "sea", "null island", "Beijing"],
)
def test_a_point_outside_is_refused_in_words(lon: float, lat: float, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        GAZETTEER.locate(lon, lat)


def geojson(path: Path, rows: list[tuple[str, list[list[float]]]], **extra: object) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, ring in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", **extra, "features": features}))
    return path


SQUARE = [[103.0, 30.0], [103.1, 30.0], [103.1, 30.1], [103.0, 30.1], [103.0, 30.0]]
SWAPPED = [[lat, lon] for lon, lat in SQUARE]
BOW_TIE = [[103.0, 30.0], [103.1, 30.1], [103.1, 30.0], [103.0, 30.1], [103.0, 30.0]]


@pytest.mark.parametrize(
    ("rows", "fields", "word"),
    [
        ([("510101", SQUARE), ("510101", SQUARE)], {}, "重复"),
        ([("5101", SQUARE)], {}, "六位"),
        ([("510101", SQUARE)], {"code_field": "gb"}, "gb"),
        ([("510101", SWAPPED)], {}, "写反"),
    ],
    ids=["duplicate", "short code", "column", "swapped"],
)
def test_a_bad_file_is_named(
    tmp_path: Path, rows: list[tuple[str, list[list[float]]]], fields: dict[str, str], word: str
) -> None:
    path = geojson(tmp_path / "x.geojson", rows)
    with pytest.raises(SourceError, match=word):
        read_units(path, **{"code_field": "code", "name_field": "name", **fields})


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="找不到"):
        read_units(tmp_path / "no.geojson", code_field="code", name_field="name")
    rubbish = tmp_path / "rubbish.geojson"
    rubbish.write_bytes(b"\x00\x01rubbish")
    with pytest.raises(SourceError, match="无法读取"):
        read_units(rubbish, code_field="code", name_field="name")


def test_an_invalid_polygon_is_repaired_and_reported(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", [("510101", BOW_TIE)])
    read = read_units(path, code_field="code", name_field="name")
    assert read.repaired == ("510101",)
    assert read.units[0].geometry.is_valid


def test_gcj02_input_is_moved_back(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", [("510101", SQUARE)])
    plain = read_units(path, code_field="code", name_field="name").units[0].geometry
    moved = read_units(path, code_field="code", name_field="name", datum=Datum.GCJ02).units[0]
    west = (plain.bounds[0] - moved.geometry.bounds[0]) * 96_000
    assert 150 < west < 350
