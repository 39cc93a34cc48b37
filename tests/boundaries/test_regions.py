"""Chengdu–Chongqing's double-city circle, as docs/regions.md tells it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coord.cli import coord
from geodata.extract import extract
from tests.pictures import read_png

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "regions.md").read_text(encoding="utf-8")
PICTURE = DOCS / "pictures" / "regions-shuangcheng.png"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("regions") / "shuangcheng.geojson"
    path.write_text(extract(("51", "50")), encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(coord, ["boundaries", *map(str, words)])


def test_the_page_tells_what_the_commands_say(source: Path, tmp_path: Path) -> None:
    found = json.loads(run("contacts", "--source", source, "--parties", "all", "--json").stdout)
    km = sum(row["length_m"] for row in found["contacts"]) / 1000
    said = f"{len(found['contacts'])} borders between counties of different cities, {km:,.0f} km"
    assert (found["units"], said in PAGE) == (221, True), said
    by_province = run("contacts", "--source", source, "--parties", "51,50", "--json").stdout
    assert json.loads(by_province) == found
    saved = tmp_path / "groups.json"
    asked = ("group", "--source", source, "--parties", "51,50", "--largest", 4)
    grouping = json.loads(run(*asked, "--save", saved, "--json").stdout)
    assert grouping["optimal"]
    groups = len(grouping["groups"])
    assert (
        f"{groups} groups of 2–4 counties that hold {grouping['covered_m'] / 1000:,.0f} km" in PAGE
    )
    hub = json.loads(run(*asked, "--hub", "5001", "--json").stdout)
    assert hub["optimal"]
    said = f"{len(hub['groups'])} groups,\n{hub['covered_m'] / 1000:,.0f} km, proven"
    assert said in PAGE, said
    _draw(source, saved, tmp_path, groups)


def _draw(source: Path, saved: Path, tmp_path: Path, groups: int) -> None:
    """The page's picture: the sheet itself, at a size for the screen."""
    from resvg_py import svg_to_bytes

    from coord.boundaries.sheet_images import FONT_FAMILY, font_file

    svg = tmp_path / "sheet.svg"
    drawn = run(
        *("map", "--source", source, "--parties", "all", "--groups-from", saved),
        *("--out", svg, "--paper", "A3", "--date", "2026-11-25", "--accuracy-m", 500),
        *("--title", "成渝地区双城经济圈:跨市边界与联动组", "--source-name", "天地图"),
        *("--vintage", "2023–2024", "--datum-name", "CGCS2000", "--json"),
    )
    counted = json.loads(drawn.stdout)
    assert (counted["groups"], counted["contacts"]) == (groups, 206)
    text = svg.read_text(encoding="utf-8")
    assert "比例尺 1:4 400 000" in text
    assert "1:4 400 000" in PAGE
    made = svg_to_bytes(
        svg_string=text,
        width=1600,
        height=1131,
        dpi=96,
        skip_system_fonts=True,
        font_files=[str(font_file())],
        font_family=FONT_FAMILY,
        sans_serif_family=FONT_FAMILY,
    )
    assert read_png(bytes(made)).colours > 40
    PICTURE.write_bytes(bytes(made))


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_a_png_from_the_shipped_file(tmp_path: Path, paper: str) -> None:
    out = tmp_path / "map.png"
    result = run("map", "--out", out, "--paper", paper, "--portrait", "--language", "en")
    assert result.exit_code == 0, result.output
    read = read_png(out.read_bytes())
    sizes = {"A4": (2480, 3508), "A3": (3508, 4961)}
    assert (read.width, read.height, read.per_metre) == (*sizes[paper], 11811)


def test_what_the_shipped_file_says_of_itself_stands_on_the_sheet(tmp_path: Path) -> None:
    out = tmp_path / "map.svg"
    assert run("map", "--out", out, "--ungrouped", "--approval", "GS川(2026)0000号").exit_code == 0
    text = out.read_text(encoding="utf-8")
    for words in ("跨市边界图", "天地图(Tianditu)", "EPSG:4490", "GS川(2026)0000号", "±500米"):
        assert words in text, words
    assert "图例" in text
    assert "第1组" not in text


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--out", "map.pdf"), ".svg 或 .png"),
        (("--out", "/nowhere/map.svg"), "无法写入文件"),
        (("--out", "map.svg", "--groups-from", "/nowhere.json"), "无法读取文件"),
        (("--out", "map.svg", "--source", "/nowhere.geojson"), "找不到文件"),
        (("--out", "map.svg", "--groups", "30"), "无法做到|不能同时做到"),
        (("--out", "map.svg", "--parties", "51x"), "城市应为"),
    ],
)
def test_faults_are_one_line_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], fault: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("map", *words)
    assert result.exit_code == 2
    assert [one for one in fault.split("|") if one in result.stderr] != [], result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
