"""Boundary files as offices send them: every format, encodings, old datums, half-filled rows."""

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from shapely.geometry import Polygon, box, mapping

from coord.boundaries.contacts import Unit
from coord.boundaries.datum import Datum, wgs84_to_gcj02
from coord.boundaries.findings import Severity
from coord.boundaries.sources import SourceError, read_units

WEST, EAST = box(103.9, 30.9, 104.0, 31.0), box(104.0, 30.9, 104.1, 31.0)
NAMES = {"510182": "彭州市", "510682": "什邡市"}
CGCS2000, CGCS2000_GAUSS_KRUGER, WEB_MERCATOR = 4490, 4544, 3857
XIAN_1980, XIAN_1980_GAUSS_KRUGER = 4610, 2381


def frame(epsg: int | None = CGCS2000) -> geopandas.GeoDataFrame:
    rows = {"code": list(NAMES), "name": list(NAMES.values())}
    made = geopandas.GeoDataFrame(rows, geometry=[WEST, EAST], crs=CGCS2000)
    return made.to_crs(epsg) if epsg else made.set_crs(None, allow_override=True)


def read(path: Path, datum: Datum | None = None) -> tuple[Unit, ...]:
    return read_units(path, code_field="code", name_field="name", datum=datum).units


def features(*rows: tuple[object, object, Polygon]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": c, "name": n}, "geometry": mapping(g)}
            for c, n, g in rows
        ],
    }


def saved(folder: Path, document: dict[str, Any], encoding: str = "utf-8") -> Path:
    path = folder / "units.geojson"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding=encoding)
    return path


def zipped_shapefile(folder: Path) -> Path:
    frame().to_file(folder / "units.shp", encoding="utf-8")
    with zipfile.ZipFile(folder / "units.zip", "w") as archive:
        for part in sorted(folder.glob("units.*")):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    return folder / "units.zip"


@pytest.mark.parametrize("name", ["units.geojson", "units.gpkg", "units.shp", "units.zip"])
def test_each_format_gives_the_same_units(tmp_path: Path, name: str) -> None:
    if name == "units.zip":
        path = zipped_shapefile(tmp_path)
    else:
        path = tmp_path / name
        frame().to_file(path, encoding="utf-8" if name.endswith("shp") else None)
    units = read(path)
    assert [(unit.code, unit.name, unit.party) for unit in units] == [
        ("510182", "彭州市", "5101"),
        ("510682", "什邡市", "5106"),
    ]
    assert units[0].geometry.normalize().equals_exact(WEST.normalize(), 1e-7)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_chinese_names_of_a_shapefile_without_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "units.shp"
    frame().to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    assert [unit.name for unit in read(path)] == list(NAMES.values())


@pytest.mark.parametrize("epsg", [CGCS2000_GAUSS_KRUGER, WEB_MERCATOR])
def test_projected_files_come_back_to_degrees(tmp_path: Path, epsg: int) -> None:
    path = tmp_path / "units.gpkg"
    frame(epsg).to_file(path)
    assert read(path)[1].geometry.normalize().equals_exact(EAST.normalize(), 1e-8)


@pytest.mark.parametrize("epsg", [XIAN_1980, XIAN_1980_GAUSS_KRUGER])
def test_an_old_datum_is_refused_not_guessed(tmp_path: Path, epsg: int) -> None:
    path = tmp_path / "units.gpkg"
    frame().set_crs(XIAN_1980, allow_override=True).to_crs(epsg).to_file(path)
    with pytest.raises(SourceError, match="不认识的坐标系:Xian 1980"):
        read(path)


def test_a_file_without_a_system_needs_a_datum(tmp_path: Path) -> None:
    path = tmp_path / "units.shp"
    with pytest.warns(UserWarning, match="crs"):
        frame(None).to_file(path, encoding="utf-8")
    with pytest.raises(SourceError, match="没有说明坐标系"):
        read(path)
    assert read(path, Datum.WGS84)[0].geometry.equals(WEST)


def test_a_geojson_without_a_system_is_taken_for_wgs84_and_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path, features(("510182", "彭州市", WEST)))
    read_as = {"code_field": "code", "name_field": "name"}
    (finding,) = read_units(path, **read_as).findings
    assert (finding.severity, "WGS-84" in finding.message) == (Severity.NOTE, True)
    assert read_units(path, **read_as, datum=Datum.CGCS2000).findings == ()


def test_gcj02_is_undone_to_the_millimetre(tmp_path: Path) -> None:
    east, north = wgs84_to_gcj02(*np.array(WEST.exterior.coords).T)
    path = saved(tmp_path, features(("510182", "彭州市", Polygon(zip(east, north, strict=True)))))
    assert read(path, Datum.GCJ02)[0].geometry.equals_exact(WEST, 1e-8)


@pytest.mark.parametrize("code", ["510182", 510182, 510182.0])
def test_codes_are_text_whatever_the_column(tmp_path: Path, code: object) -> None:
    assert [unit.code for unit in read(saved(tmp_path, features((code, "x", WEST))))] == ["510182"]


def test_a_byte_order_mark_and_a_missing_name_do_no_harm(tmp_path: Path) -> None:
    document = features(("510182", None, WEST), ("510682", "Pékin", EAST))
    units = read(saved(tmp_path, document, encoding="utf-8-sig"))
    assert [unit.name for unit in units] == ["510182", "Pékin"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(None, "x", WEST), ("510682", "y", EAST)], r"没有行政区划代码:1 \(x\)"),
        ([("510182", "x", WEST), ("", "y", EAST)], r"没有行政区划代码:2 \(y\)"),
        ([("510182", "x", WEST), ("510682", "y", Polygon())], r"没有面积:2 \(510682\)"),
        (
            [("510182", "x", Polygon([(103, 30), (104, 30), (103.5, 30)]))],
            r"没有面积:1 \(510182 x\)",
        ),
        ([("510182", "x", box(500_000, 3_400_000, 510_000, 3_410_000))], "不在中国范围内"),
    ],
    ids=["no code", "empty code", "empty shape", "flat shape", "metres for degrees"],
)
def test_a_row_that_cannot_serve_is_named(
    tmp_path: Path, rows: list[tuple[object, object, Polygon]], words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        read(saved(tmp_path, features(*rows)))


def test_two_layers_are_named_and_none_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "units.gpkg"
    for layer in ("2023", "2024"):
        frame().to_file(path, layer=layer)
    with pytest.raises(SourceError, match="2023、2024"):
        read(path)


@pytest.mark.parametrize("name", ["table.csv", "empty.zip", "half.gpkg", "list.json"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "table.csv":
        path.write_text("code,name\n510182,x\n", encoding="utf-8")
    elif name == "empty.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "no shapes")
    elif name == "half.gpkg":
        frame().to_file(path)
        path.write_bytes(path.read_bytes()[:5000])
    else:
        path.write_text("[1, 2]", encoding="utf-8")
    with pytest.raises(SourceError, match=name):
        read(path)
