"""`coord boundaries import|compare|work`, as typed on the server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from coord.boundaries.enums import WorkState
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.studio_models import BoundaryImport, BoundaryWork
from coord.boundaries.vintage_commands import INSTALLATION_COMMANDS
from coord.config import Settings
from coord.db import db
from tests.boundaries.builders import load_boundaries
from tests.boundaries.files import document_of, in_gcj02, renumbered, units_of, write_geojson
from tests.boundaries.importing import SAID
from tests.factories import People, post

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, settings: Settings) -> Run:
    """Runs a command on the test's own installation."""
    load_boundaries()
    commands = {str(command.name): command for command in INSTALLATION_COMMANDS}

    def go(name: str, *words: object) -> Result:
        db.session.commit()
        arguments = [str(word) for word in words]
        return CliRunner().invoke(commands[name], arguments, obj=lambda: (app, settings))

    return go


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """The shipped file with 新津区 under its code before 2020."""
    units = renumbered(units_of(), "510118", "510132", "新津县")
    return write_geojson(tmp_path / "former.geojson", document_of(units, code="gb", name="mc"))


def vintages() -> list[tuple[str, bool]]:
    db.session.expire_all()
    rows = db.session.execute(
        select(BoundaryVintage.name, BoundaryVintage.is_current).order_by(BoundaryVintage.id)
    )
    return [(row.name, row.is_current) for row in rows]


def test_a_check_prints_both_languages_and_keeps_nothing(run: Run, former: Path) -> None:
    result = run("import", former)
    assert result.exit_code == 0, result.output
    assert "81 县 / units, 33 段 / contacts" in result.stdout
    assert "同一块地换了代码:510118 新津区 → 510132 新津县。 / The same ground" in result.stdout
    assert "正在读取“former.geojson” / Reading" in result.stderr
    assert len(vintages()) == 1


def test_the_report_as_json(run: Run, former: Path) -> None:
    result = run("import", former, "--json")
    report = json.loads(result.stdout)
    assert (report["units"], report["contact_count"], report["worst"]) == (81, 33, "warn")


def test_kept_only_after_the_reminders_were_checked_then_put_in_use(run: Run, former: Path) -> None:
    refused = run("import", former, "--keep")
    assert (refused.exit_code, "--yes" in refused.stderr) == (2, True)
    kept = run("import", former, "--keep", "--yes", "--name", "旧代码")
    assert (kept.exit_code, "已载入 / kept: 2" in kept.stdout) == (0, True)
    name = vintages()[0][0]
    assert vintages() == [(name, True), ("旧代码", False)]
    again = run("import", former, "--activate", "--yes")
    assert (again.exit_code, "已按同样的设置载入为“旧代码”" in again.stderr) == (2, True)
    wider = run("import", former, "--activate", "--yes", "--tolerance-m", "5", "--name", "宽")
    assert wider.exit_code == 0, wider.output
    assert vintages() == [(name, False), ("旧代码", False), ("宽", True)]
    compared = run("compare", 1, 2)
    assert "代码变更 / New code: 510118 新津区 → 510132 新津县" in compared.stdout
    changes = json.loads(run("compare", 1, 2, "--json").stdout)
    assert [one["kind"] for one in changes["counties"]] == ["recoded"]
    missing = run("compare", 1, 99)
    assert (missing.exit_code, "没有编号为99的边界版本" in missing.stderr) == (2, True)


def test_a_shifted_file_is_told_on_the_command_line(run: Run, tmp_path: Path) -> None:
    units = [type(u)(u.code, u.name, u.party, in_gcj02(u.geometry)) for u in units_of("5101")]
    path = write_geojson(tmp_path / "amap.geojson", document_of(units))
    assert "坐标系选择 GCJ-02" in run("import", path, "--datum", "cgcs2000").stdout
    assert "偏移" not in run("import", path, "--datum", "gcj02").stdout


def test_unknown_columns_are_asked_for(run: Run, tmp_path: Path) -> None:
    document = document_of(units_of("5120"))
    for feature in document["features"]:
        feature["properties"] = {"x": 1, "y": 2}
    result = run("import", write_geojson(tmp_path / "bare.geojson", document))
    assert (result.exit_code, "现有列:x、y" in result.stderr) == (2, True)


def test_a_real_process_looks_at_an_uploaded_file(
    app: Flask, people: People, settings: Settings, former: Path
) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    with former.open("rb") as stream:
        response = post(client, "/boundaries/vintages/import", file=(stream, "f.json"), **SAID)
    number = int(response.headers["Location"].rpartition("/")[2])
    subprocess.run(
        [sys.executable, "-m", "coord.cli", "boundaries", "work", str(number)],
        env={**os.environ, **settings.environ()},
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=120,
    )
    db.session.rollback()
    work = db.session.get_one(BoundaryWork, number)
    assert (work.state, work.fault) == (WorkState.DONE, "")
    assert db.session.scalars(select(BoundaryImport)).one().layouts[0]["code_field"] == "gb"
    assert db.session.scalar(select(func.count()).select_from(BoundaryVintage)) == 1
