"""`coord boundaries locate`: files in, annotated copies out, faults on one line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coord.boundaries.annotating import ADDED, split_pair
from coord.boundaries.locate_commands import locate
from coord.boundaries.sources import SHIPPED
from coord.boundaries.table_writing import write_xlsx
from coord.boundaries.tables import Table, read_table

HEADER = "企业,lng,lat\n"
IN_PUJIANG = "甲,103.464578,30.111223\n"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(locate, [str(word) for word in words])


def file(folder: Path, text: str, name: str = "点.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def copy_of(path: Path) -> Table:
    return read_table(path.read_bytes(), path.name)


def test_the_copy_lies_beside_the_file(tmp_path: Path) -> None:
    result = run(file(tmp_path, HEADER + IN_PUJIANG + "乙,,\n"))
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / '点_定位.csv'}\n")
    assert result.stderr.splitlines()[0] == "共2行,1行找到区县。"
    assert "缺少坐标或看不懂: 1 (3)" in result.stderr
    table = copy_of(tmp_path / "点_定位.csv")
    assert table.header == ("企业", "lng", "lat", *ADDED)
    assert table.rows[0][3:8] == ("510131", "蒲江县", "成都市", "137", "眉山市丹棱县")
    assert table.rows[0][-2:] == ("500", "距区县界线在边界精度以内,也可能在眉山市丹棱县")
    assert table.rows[1][-1] == "缺少坐标"


def test_a_workbook_gives_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "点.xlsx"
    path.write_bytes(write_xlsx([(1, ["经度", "纬度"]), (2, [103.464578, 30.111223])]))
    assert run(path, "--out", tmp_path / "新.xlsx").exit_code == 0
    assert copy_of(tmp_path / "新.xlsx").rows[0][2:4] == ("510131", "蒲江县")


def test_datum_columns_and_language_are_chosen(tmp_path: Path) -> None:
    path = file(tmp_path, "north,east\n30.111223,103.464578\n")
    out = tmp_path / "out.csv"
    words = ("--lon-field", "east", "--lat-field", "north", "--out", out, "--language", "en")
    assert run(path, *words).exit_code == 0
    plain = copy_of(out)
    assert plain.header[2:5] == ("County code", "County", "City")
    assert run(path, *words, "--datum", "gcj02", "--force").exit_code == 0
    moved = copy_of(out)
    assert moved.rows[0][5] != plain.rows[0][5]


def test_other_boundaries_state_no_accuracy(tmp_path: Path) -> None:
    other = tmp_path / "other.geojson"
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["properties"] = {"adcode": feature["properties"]["code"], "label": "x"}
    other.write_text(json.dumps(document), encoding="utf-8")
    path = file(tmp_path, HEADER + IN_PUJIANG)
    words = ("--source", other, "--code-field", "adcode", "--name-field", "label", "--force")
    assert run(path, *words).exit_code == 0
    assert copy_of(tmp_path / "点_定位.csv").rows[0][-2:] == ("未说明", "")
    assert run(path, *words, "--accuracy-m", "200").exit_code == 0
    assert copy_of(tmp_path / "点_定位.csv").rows[0][-2] == "200"


def faulty(folder: Path) -> dict[str, tuple[tuple[str | Path, ...], str]]:
    good = file(folder, HEADER + IN_PUJIANG)
    file(folder, "x", "点_定位.csv")
    return {
        "missing": ((folder / "no.csv",), "找不到文件"),
        "not a table": ((file(folder, "x", "x.docx"),), "不是表格"),
        "no columns": ((file(folder, "a,b\n1,2\n", "ab.csv"),), "没有找到经纬度列"),
        "no such column": ((good, "--lon-field", "经"), "没有名为“经”的列"),
        "copy exists": ((good,), "已存在"),
        "itself": ((good, "--out", good, "--force"), "已存在"),
        "other format": ((good, "--out", folder / "x.xlsx"), "以 .csv 结尾"),
        "no folder": ((good, "--out", folder / "no" / "x.csv"), "无法写入"),
        "boundaries": ((good, "--source", folder / "no.geojson", "--force"), "找不到文件"),
    }


@pytest.mark.parametrize(
    "fault",
    [
        *("missing", "not a table", "no columns", "no such column", "copy exists", "itself"),
        *("other format", "no folder", "boundaries"),
    ],
)
def test_a_fault_is_one_line_in_both_languages(tmp_path: Path, fault: str) -> None:
    words, said = faulty(tmp_path)[fault]
    before = sorted(path.name for path in tmp_path.iterdir())
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("coord: ")
    assert said in result.stderr
    assert " / " in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("103.9, 30.6", ("103.9", "30.6")),
        ("103.9,30.6", ("103.9", "30.6")),
        ("103.9 30.6", ("103.9", "30.6")),
        ("[103.9;30.6]", ("103.9", "30.6")),
        ("东经103°30′22″、北纬30°11′", ("东经103°30′22″", "北纬30°11′")),
        ("103.9", None),
        ("", None),
        (",", None),
    ],
)
def test_a_pair_is_split(text: str, halves: tuple[str, str] | None) -> None:
    assert split_pair(text) == halves
