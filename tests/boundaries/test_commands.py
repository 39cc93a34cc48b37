"""The command line: JSON alone on standard output; faults in one line and exit 2."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coord.boundaries.commands import boundaries_group
from coord.boundaries.sources import SHIPPED
from tests.boundaries.test_operations import PLAN_GROUPS

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> Result:
    return CliRunner().invoke(boundaries_group, words)


def shipped() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return document


def saved(folder: Path, document: object, name: str = "units.geojson") -> str:
    path = folder / name
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_contacts_as_json() -> None:
    found = json.loads(run("contacts", "--json").stdout)
    assert sorted(found) == ["contacts", "units"]
    assert found["units"] == 43
    assert len(found["contacts"]) == 30
    assert found["contacts"][0] == {"a": "510113", "b": "510681", "length_m": 17634.5}


def test_parties_are_chosen() -> None:
    found = json.loads(run("contacts", "--json", "--parties", "5001,5120").stdout)
    assert found["units"] == 41
    pairs = [(row["a"], row["b"]) for row in found["contacts"]]
    assert pairs == [("500111", "512021"), ("500152", "512021"), ("500153", "512021")]
    # Chongqing's counties are 5002xx, its districts 5001xx: one party by either name.
    assert json.loads(run("contacts", "--json", "--parties", "5002,5120").stdout) == found


@pytest.mark.parametrize(
    ("scenario", "left_out", "covered_m"),
    [
        ("plan", ["511423", "511802", "511822", "511823"], 498200.8),
        ("pairwise", ["510114", "510116", "511822", "511823"], 646583.9),
        ("everyone", [], 733279.6),
    ],
)
def test_groups_as_json(scenario: str, left_out: list[str], covered_m: float) -> None:
    found = json.loads(run("group", "--scenario", scenario, "--json").stdout)
    assert sorted(found) == ["covered_m", "groups", "left_out", "optimal"]
    assert found["left_out"] == left_out
    assert found["covered_m"] == pytest.approx(covered_m, abs=1)
    assert found["optimal"] is True
    if scenario == "plan":
        assert [tuple(codes) for codes in found["groups"]] == PLAN_GROUPS


def test_the_real_process_prints_json_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coord.cli", "boundaries", "group", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COORD_INSTANCE": str(tmp_path / "none")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)["groups"]) == 8
    assert not (tmp_path / "none").exists()


def test_tables_for_people() -> None:
    contacts = run("contacts").stdout.splitlines()
    assert contacts[-1] == "共 30 段 / contacts, 43 县 / units, 880 km"
    assert "510182 彭州市\t510682 什邡市\t71.6 km" in contacts
    groups = run("group").stdout.splitlines()
    assert groups[6] == "7\t510182 彭州市 – 510682 什邡市"
    assert groups[8] == "498.2 km, 已证明最优 / optimal"
    assert len(groups) == 9 + 4


def test_another_file_with_other_columns_and_order(tmp_path: Path) -> None:
    document = shipped()
    document["features"].reverse()
    for feature in document["features"]:
        old = feature["properties"]
        feature["properties"] = {"adcode": old["code"], "label": old["name"]}
    path = saved(tmp_path, document)
    other = run("contacts", "--json", "--source", path, "--code-field", "adcode",
                "--name-field", "label", "--datum", "cgcs2000")  # fmt: skip
    assert json.loads(other.stdout) == json.loads(run("contacts", "--json").stdout)


def fault(*words: str) -> str:
    """The one line that a refused command says."""
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize("command", ["contacts", "group"])
def test_a_missing_file(command: str, tmp_path: Path) -> None:
    path = str(tmp_path / "none.geojson")
    line = fault(command, "--json", "--source", path)
    assert line == f"coord: 找不到文件:{path} / File not found: {path}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "无法读取为边界文件"),
        (b"hello", "无法读取为边界文件"),
        (b"\x00\xff" * 500, "无法读取为边界文件"),
        (b'{"type": "FeatureCollection", "features": [{"type', "不是有效的 JSON"),
    ],
    ids=["empty", "text", "bytes", "cut short"],
)
def test_an_unreadable_file(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.geojson"
    path.write_bytes(content)
    assert words in fault("contacts", "--source", str(path))


def test_a_folder_an_empty_collection_and_points(tmp_path: Path) -> None:
    assert "不是文件" in fault("contacts", "--source", str(tmp_path))
    empty = saved(tmp_path, {"type": "FeatureCollection", "features": []})
    assert "没有任何图形" in fault("contacts", "--source", empty)
    document = shipped()
    document["features"][0]["geometry"] = {"type": "Point", "coordinates": [104, 30]}
    assert "不是面" in fault("contacts", "--source", saved(tmp_path, document))


def test_a_column_that_is_not_there_names_those_that_are() -> None:
    line = fault("contacts", "--code-field", "gb")
    assert "没有名为“gb”的列;现有列:code、name、city_name。" in line
    assert "label" in fault("group", "--name-field", "label")


def test_duplicate_and_malformed_codes(tmp_path: Path) -> None:
    document = shipped()
    document["features"].append(document["features"][0])
    assert "行政区划代码重复:500101" in fault("contacts", "--source", saved(tmp_path, document))
    document = shipped()
    document["features"][0]["properties"]["code"] = "51"
    assert "应为六位数字:1 (51 万州区)" in fault("contacts", "--source", saved(tmp_path, document))


@pytest.mark.parametrize("code", ["EPSG::99999", "EPSG::4214", "nonsense"])
def test_a_coordinate_system_that_is_not_known(code: str, tmp_path: Path) -> None:
    document = shipped()
    document["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{code}"}}
    path = saved(tmp_path, document)
    assert "不认识的坐标系" in fault("contacts", "--source", path)
    # Naming the datum settles what the degrees mean.
    assert run("contacts", "--source", path, "--datum", "wgs84").exit_code == 0


def test_swapped_axes(tmp_path: Path) -> None:
    document = shipped()
    for feature in document["features"]:
        geometry = feature["geometry"]
        parts = geometry["coordinates"]
        polygons = [parts] if geometry["type"] == "Polygon" else parts
        for polygon in polygons:
            for ring in polygon:
                for point in ring:
                    point.reverse()
    assert "写反" in fault("contacts", "--source", saved(tmp_path, document))


@pytest.mark.parametrize("parties", ["", "511", "abcd", "5101;5106", "9999", "99", "all,51"])
def test_parties_that_are_none(parties: str) -> None:
    assert "城市" in fault("contacts", "--parties", parties)


def test_rules_that_cannot_be_met_are_said() -> None:
    line = fault("group", "--parties", "5101,5106", "--json")
    assert line == (
        "coord: 无法做到:恰为21个县。最小的改动:8个组改为3个组、21个县改为7个县。"
        " / This cannot be kept: exactly 21 counties. The smallest change that works: "
        "3 groups instead of 8, 7 counties instead of 21."
    )


def test_unknown_scenario_and_datum_are_refused() -> None:
    assert run("group", "--scenario", "best").exit_code == 2
    assert run("contacts", "--datum", "bj54").exit_code == 2
