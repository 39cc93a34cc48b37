"""What people send by mistake or malice: each is one message with the row and the remedy."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping

from coord.boundaries.datum import Datum
from coord.boundaries.findings import Severity
from coord.boundaries.sources import SourceError, SourceUnits, read_units
from coord.boundaries.zip_files import unpack
from tests.boundaries.files import document_of, units_of, write_geojson

WEST, EAST = box(103.9, 30.9, 104.0, 31.0), box(104.0, 30.9, 104.1, 31.0)
ROWS = [("510182", "彭州市", WEST), ("510682", "什邡市", EAST)]
BOW_TIE = Polygon([(104.0, 30.9), (104.1, 31.0), (104.1, 30.9), (104.0, 31.0), (104.0, 30.9)])


def saved(folder: Path, *rows: tuple[Any, Any, Any], name: str = "units.geojson") -> Path:
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:4490"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": title},
                "geometry": mapping(shape) if shape is not None else None,
            }
            for code, title, shape in rows
        ],
    }
    return write_geojson(folder / name, document)


def read(path: Path, **choice: Any) -> SourceUnits:
    return read_units(path, code_field="code", name_field="name", **choice)


def refusal(path: Path, **choice: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(path, **choice)
    return str(caught.value)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"AC1027", "DWG"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><kml/>', "XML/KML/GML"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_other_kinds_of_files_are_told_by_name(tmp_path: Path, head: bytes, kind: str) -> None:
    path = tmp_path / "county.geojson"
    path.write_bytes(head + b" " * 100)
    assert f"是{kind}文件,不是边界文件" in refusal(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"type": "FeatureCollection", "features": [' + "[" * 100_000, "嵌套过深"),
        ('{"type": "FeatureCollection", "features": []}', "没有任何图形"),
        ('{"type": "Topology"}', "不是 GeoJSON 的 FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [7]}', "第1行不是 GeoJSON 的 Feature"),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": null,'
            ' "geometry": {"type": "Polygon", "coordinates": [[[103, 30], [104, "x"]]]}}]}',
            "第1行的图形无法读取",
        ),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},'
            ' "geometry": {"type": "Point", "coordinates": [NaN, 30]}}]}',
            "无法表示的数字",
        ),
    ],
)
def test_broken_geojson_names_the_row(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "units.geojson"
    path.write_text(content, encoding="utf-8")
    assert words in refusal(path)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "units.geojson"
    path.write_text(saved(tmp_path, *ROWS).read_text(encoding="utf-8"), encoding="gbk")
    assert "不是 UTF-8" in refusal(path)


def zipped(folder: Path, **members: bytes) -> Path:
    path = folder / "units.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("../../etc/units.shp", "指向压缩包以外"),
        ("/etc/units.shp", "指向压缩包以外"),
        ("..\\units.shp", "指向压缩包以外"),
        ("C:units.shp", "指向压缩包以外"),
        ("more.zip", "内还有压缩包“more.zip”"),
        ("readme.txt", "没有 .shp、.gpkg 或 .geojson 文件:readme.txt"),
        ("units.shp", "缺少 Shapefile 的 .dbf, .shx 部分"),
    ],
)
def test_zips_that_mean_harm_or_lack_something(tmp_path: Path, member: str, words: str) -> None:
    assert words in refusal(zipped(tmp_path, **{member: b"x"}))


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    bomb = zipped(tmp_path, **{"units.shp": bytes(64 * 1024 * 1024)})
    assert bomb.stat().st_size < 100_000
    assert "解压后过大(上限512 MB)或压缩比异常" in refusal(bomb)


def test_a_zip_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path: Path) -> None:
    path = zipped(tmp_path, **{"units.geojson": b"{" + b"ab" * 3_000_000})
    with zipfile.ZipFile(path) as archive:
        said = archive.getinfo("units.geojson")
        actual = said.file_size
    data = path.read_bytes().replace(actual.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(data)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(SourceError):
        unpack(path, folder, "units.zip", 500_000)
    assert sum(one.stat().st_size for one in folder.iterdir()) <= 1_000_000


def test_too_many_members_links_passwords_and_two_files(tmp_path: Path) -> None:
    many = zipped(tmp_path, **{f"{n}.txt": b"" for n in range(201)})
    assert "内有201个文件,多于200个" in refusal(many)
    link = zipfile.ZipInfo("units.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "units.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "“units.shp”是链接" in refusal(tmp_path / "units.zip")
    both = zipped(tmp_path, **{"a.geojson": b"{}", "b.gpkg": b""})
    assert "请只保留一个:a.geojson, b.gpkg" in refusal(both)
    plain = zipped(tmp_path, **{"units.geojson": b"{}"})
    data = bytearray(plain.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    plain.write_bytes(data)
    assert "设有密码" in refusal(plain)


def test_a_file_over_the_limit_says_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "units.geojson"
    with path.open("wb") as file:
        file.write(b"{")
        file.truncate(300 * 1024 * 1024)
    assert "有300 MB,超过上限64 MB" in refusal(path, max_bytes=64 * 1024 * 1024)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROWS[0], ("51068X", "什邡市", EAST)], "应为六位数字:2 (51068X 什邡市)"),
        ([ROWS[0], ("510682001000", "镇", EAST)], "应为六位数字:2 (510682001000 镇)"),
        ([ROWS[0], ("840101", "Hà Nội", EAST)], "不是中国(GB/T 2260)的县级代码:2 (840101"),
        ([ROWS[0], ("510000", "四川省", EAST)], "不是中国(GB/T 2260)的县级代码:2 (510000"),
        ([*ROWS, ("510182", "又一", EAST)], "代码重复:510182 (1, 3)"),
        ([*ROWS, ("510683", "绵竹市", None)], "没有面积:3 (510683)"),
        ([*ROWS, ("510683", "绵竹市", MultiPolygon())], "没有面积:3 (510683)"),
        ([*ROWS, ("510683", "点", Point(104, 31))], "不是面(多边形):3 (510683) Point"),
        ([*ROWS, ("510683", "绵竹市", box(2.0, 48.0, 2.5, 49.0))], "不在中国范围内:3 (510683"),
        (
            [*ROWS, ("510683", "绵竹市", box(31.0, 104.0, 31.1, 104.1))],
            "经纬度写反了(应先经度后纬度):3 (510683 绵竹市)",
        ),
        ([("510182", "x", box(5e5, 3.4e6, 5.1e5, 3.41e6))], "以米计的投影坐标(如 510000, 3.4e+06)"),
    ],
)
def test_rows_that_cannot_serve_are_named(
    tmp_path: Path, rows: list[tuple[Any, Any, Any]], words: str
) -> None:
    assert words in refusal(saved(tmp_path, *rows))


def test_degrees_declared_as_metres(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"code": ["510182"], "name": ["彭州市"]}, geometry=[WEST], crs=4544
    )
    frame.to_file(tmp_path / "units.gpkg")
    assert "坐标像是经纬度(如 104, 30.9),文件却声明为投影坐标系" in refusal(tmp_path / "units.gpkg")


def test_beijing_1954_is_refused_with_what_to_do(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"code": ["510182"], "name": ["彭州市"]}, geometry=[WEST], crs=4214
    )
    frame.to_file(tmp_path / "units.gpkg")
    words = refusal(tmp_path / "units.gpkg")
    assert "不认识的坐标系:Beijing 1954" in words
    assert "由测绘单位转换" in words


@pytest.mark.parametrize(
    ("code", "plain"), [("156510182", "510182"), ("510182000000", "510182"), (" 510182 ", "510182")]
)
def test_codes_with_prefix_or_zeros_are_cut_and_said(tmp_path: Path, code: str, plain: str) -> None:
    found = read(saved(tmp_path, (code, "彭州市", WEST)))
    assert [unit.code for unit in found.units] == [plain]
    said = [one.params for one in found.findings]
    expected = {"count": 1, "written": code, "code": plain}
    assert said == ([] if code.strip() == plain else [expected])


def test_rows_of_one_code_are_dissolved_when_asked(tmp_path: Path) -> None:
    path = saved(tmp_path, ("510182", "彭州市", WEST), ("510182", "彭州市", EAST))
    found = read(path, dissolve=True)
    assert [unit.geometry.normalize() for unit in found.units] == [
        box(103.9, 30.9, 104.1, 31.0).union(WEST).normalize()
    ]
    assert [(one.severity, one.params) for one in found.findings] == [
        (Severity.NOTE, {"codes": "510182 (1, 2)"})
    ]


def test_two_counties_under_one_code_are_not_joined_unnoticed(tmp_path: Path) -> None:
    path = saved(tmp_path, ("510182", "彭州市", WEST), ("510182", "什邡市", EAST))
    assert [(one.severity, one.params) for one in read(path, dissolve=True).findings] == [
        (Severity.WARN, {"codes": "510182 (1 彭州市, 2 什邡市)"})
    ]


def test_points_and_lines_are_skipped_when_asked(tmp_path: Path) -> None:
    line = LineString([(104, 31), (104.1, 31.1)])
    path = saved(tmp_path, *ROWS, ("510683", "线", line))
    found = read(path, skip_others=True)
    assert [unit.code for unit in found.units] == ["510182", "510682"]
    assert [one.params for one in found.findings] == [{"rows": "3 (510683) LineString"}]


def test_self_crossing_polygons_are_mended_and_reported_with_place_and_area(
    tmp_path: Path,
) -> None:
    found = read(saved(tmp_path, ROWS[0], ("510682", "什邡市", BOW_TIE)))
    [repair] = found.repairs
    assert (repair.code, repair.row) == ("510682", 2)
    assert (repair.lon, repair.lat) == pytest.approx((104.05, 30.95))
    # The two halves wind in opposite ways, so as drawn they cancel out.
    assert repair.area_m2 == pytest.approx(0.5 * 9_556 * 11_088, rel=0.01)
    assert found.units[1].geometry.area == pytest.approx(0.005)


def test_heights_are_dropped_and_said(tmp_path: Path) -> None:
    raised = Polygon([(x, y, 500.0) for x, y in WEST.exterior.coords])
    found = read(saved(tmp_path, ("510182", "彭州市", raised)))
    assert not found.units[0].geometry.has_z
    assert [one.message for one in found.findings] == ["图形带有高程,载入时只取平面坐标。"]


def test_a_link_or_device_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "units.geojson").symlink_to("/dev/zero")
    assert "不是文件" in refusal(tmp_path / "units.geojson")
    assert "找不到文件" in refusal(Path("/vsicurl/http://127.0.0.1/units.geojson"))


def test_a_plain_sqlite_file_is_no_geopackage(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "units.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE units (code TEXT)")
    connection.commit()
    connection.close()
    assert "无法读取为边界文件" in refusal(path)


def test_an_unknown_declared_system_is_overridden_only_by_a_choice(tmp_path: Path) -> None:
    document = json.loads(saved(tmp_path, *ROWS).read_text(encoding="utf-8"))
    document["crs"] = {"type": "name", "properties": {"name": "四川独立坐标系"}}
    path = write_geojson(tmp_path / "own.geojson", document)
    assert "不认识的坐标系:四川独立坐标系" in refusal(path)
    assert len(read(path, datum=Datum.CGCS2000).units) == 2


def test_the_shipped_counties_come_through_every_door(tmp_path: Path) -> None:
    units = units_of()
    path = write_geojson(tmp_path / "units.geojson", document_of(units))
    found = read(path)
    assert [unit.code for unit in found.units] == [unit.code for unit in units]
    assert all(a.geometry.equals(b.geometry) for a, b in zip(found.units, units, strict=True))
    assert (found.repairs, found.findings) == ((), ())


@pytest.mark.parametrize("make", [bytes, lambda size: b"\xff" * size])
def test_random_bytes_after_a_good_head_are_refused_in_words(
    tmp_path: Path, make: Callable[[int], bytes]
) -> None:
    for name, head in (
        ("units.gpkg", b"SQLite format 3\x00"),
        ("units.zip", b"PK\x03\x04"),
        ("units.geojson", b"{"),
    ):
        path = tmp_path / name
        path.write_bytes(head + make(5000))
        assert name in refusal(path)
