"""`coord boundaries work|import|compare`: what needs the installation, for people and scripts."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import click
from flask import Flask

from coord.audit.operations import record
from coord.boundaries.commands import ENGLISH, faults_on_one_line
from coord.boundaries.comparison import CODE_LABELS, LENGTH_LABELS, CodeChange, LengthChange
from coord.boundaries.datum import Datum
from coord.boundaries.doers import DOERS
from coord.boundaries.findings import SEVERITY_LABELS, Severity
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.source_columns import layout_of
from coord.boundaries.sources import list_layers
from coord.boundaries.vintage_operations import put_in_use
from coord.boundaries.vintage_queries import compare_vintages, find_current, find_vintage_by_id
from coord.boundaries.vintage_storing import prepare_vintage, store_vintage
from coord.boundaries.vintage_works import Examined, columns_of, examine
from coord.boundaries.work_process import do_in_process
from coord.config import Settings
from coord.db import unit_of_work
from coord.kernel.actor import SYSTEM
from coord.kernel.clock import utc_now
from coord.kernel.errors import Invalid, NotFound, Refused
from coord.kernel.text import N_
from coord.web.translations import read_catalogue

#: How a command gets the installation: coord/cli.py hands it on, since it stands above the rooms.
#: Longer lists are for --json.
MOST_SHOWN = 40

Opening = Callable[[], tuple[Flask, Settings]]


@click.command("work")
@click.argument("number", type=click.IntRange(1))
@click.pass_obj
def work(opening: Opening, number: int) -> None:
    """做一项已提交的长时间计算 / do a piece of long work that a page asked for."""
    app, settings = opening()
    do_in_process(app, settings, number, DOERS)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="版本名称,默认取文件名 / what to call it; by default the file's name.")
@click.option("--origin", default="", help="来源 / who provided it.")
@click.option("--vintage", default="", help="时点 / as of when the boundaries are.")
@click.option("--licence", default="", help="使用条件 / terms of use.")
@click.option("--map-number", default="", help="审图号 / map-approval number.")
@click.option("--accuracy-m", type=click.FloatRange(0, 10_000), help="精度 / accuracy, metres.")
@click.option("--tolerance-m", type=click.FloatRange(0, 1000), default=0.0, show_default=True)
@click.option("--min-length-m", type=click.FloatRange(0, 100_000))
@click.option("--layer", help="图层 / which of several layers.")
@click.option("--code-field", help="代码列,默认自动识别 / column of codes; by default guessed.")
@click.option("--name-field", help="名称列,默认自动识别 / column of names; by default guessed.")
@click.option("--datum", type=click.Choice([datum.value for datum in Datum]))
@click.option("--dissolve", is_flag=True, help="同码合并 / one county of the rows of one code.")
@click.option("--skip-others", is_flag=True, help="跳过点和线 / leave out points and lines.")
@click.option("--keep", is_flag=True, help="载入为版本 / keep it as a version.")
@click.option("--activate", is_flag=True, help="载入并启用 / keep it and put it in use.")
@click.option("--yes", is_flag=True, help="已核对提醒 / the reminders were checked.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.pass_obj
def import_file(opening: Opening, file: Path, as_json: bool, yes: bool, **asked: Any) -> None:
    """检查边界文件,并可载入和启用 / check a boundary file, keep it, put it in use."""
    app, _settings = opening()
    with app.app_context(), faults_on_one_line():
        choice = _choice(file, asked)
        described = _described(file, asked)
        examined = examine(file, file.name, described, choice, _say_step)
        _show_report(examined.report, as_json=as_json)
        if not (asked["keep"] or asked["activate"]):
            return
        if examined.report["worst"] == Severity.STOP.value:
            raise Refused(N_("检查发现不能载入的问题,请先按提示更正。"))
        if examined.report["worst"] == Severity.WARN.value and not yes:
            raise Refused(N_("请逐条核对提醒;核对后在命令后加 --yes。"))
        kept = _keep(file, examined, described, choice, activate=asked["activate"], yes=yes)
        click.echo(f"已载入 / kept: {kept}", err=as_json)


def _choice(file: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The columns named, or those that look right."""
    code_field, name_field = asked["code_field"], asked["name_field"]
    if code_field is None or name_field is None:
        layers = [layout_of(one) for one in list_layers(file)]
        wanted = [one for one in layers if asked["layer"] in (None, one.layer)]
        code_field = code_field or (wanted[0].code_field if wanted else "")
        name_field = name_field or (wanted[0].name_field if wanted else "")
        if not code_field or not name_field:
            columns = [column.name for one in wanted for column in one.columns]
            raise Invalid(
                N_(
                    "认不出代码列和名称列,请用 --code-field 和 --name-field 指明;"
                    "现有列:%(columns)s。"
                ),
                columns="、".join(columns) or "—",
            )
    return {
        "code_field": code_field,
        "name_field": name_field,
        "datum": asked["datum"],
        "layer": asked["layer"],
        "dissolve": asked["dissolve"],
        "skip_others": asked["skip_others"],
    }


def _described(file: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": (asked["name"] or file.stem)[:200],
        "source": (asked["origin"] or file.name)[:300],
        "vintage": asked["vintage"][:100],
        "licence": asked["licence"][:300],
        "map_approval_number": asked["map_number"][:60],
        "accuracy_m": asked["accuracy_m"],
        "tolerance_m": asked["tolerance_m"],
        "min_length_m": asked["min_length_m"],
    }


def _keep(
    file: Path,
    examined: Examined,
    described: Mapping[str, Any],
    choice: Mapping[str, Any],
    *,
    activate: bool,
    yes: bool,
) -> int:
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    prepared = prepare_vintage(examined.source.units, examined.found)
    now = utc_now()
    with unit_of_work():
        columns = columns_of(described, sha256, choice, examined.report, SYSTEM)
        vintage = store_vintage(columns, prepared, now=now)
        record(
            "boundaries.kept",
            vintage,
            actor=SYSTEM,
            now=now,
            units=len(prepared.counties),
            contacts=len(prepared.contacts),
        )
        current = find_current()
        if activate and current is not None:
            put_in_use(vintage, instead_of=current.id, confirmed=yes, actor=SYSTEM, now=now)
        number: int = vintage.id
    return number


@click.command("compare")
@click.argument("before", type=click.IntRange(1))
@click.argument("after", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.pass_obj
def compare(opening: Opening, before: int, after: int, as_json: bool) -> None:
    """比较两个边界版本 / compare two kept versions by their numbers."""
    app, _settings = opening()
    with app.app_context(), faults_on_one_line():
        changes = compare_vintages(_vintage(before), _vintage(after)).as_data()
        if as_json:
            del changes["effects"]["drawing"]
            click.echo(json.dumps(changes, ensure_ascii=False))
        else:
            _show_changes(changes)


def _vintage(number: int) -> BoundaryVintage:
    found = find_vintage_by_id(number)
    if found is None:
        raise NotFound(N_("没有编号为%(number)s的边界版本。"), number=number)
    return found


def _say_step(_share: float, message: str, **params: object) -> None:
    click.echo(f"… {_both(message, params)}", err=True)


def _show_report(report: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        shown = {key: value for key, value in report.items() if key not in {"names", "effects"}}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(
        f"{report['units']} 县 / units, {report['contact_count']} 段 / contacts,"
        f" {report['contact_m'] / 1000:.0f} km"
    )
    for one in report["findings"]:
        label = SEVERITY_LABELS[Severity(one["severity"])]
        click.echo(f"[{_both(label, {})}] {_both(one['message'], one['params'])}")
    _show_changes(report)


def _show_changes(changes: Mapping[str, Any]) -> None:
    for one in changes["counties"][:MOST_SHOWN]:
        label = _both(CODE_LABELS[CodeChange(one["kind"])], {})
        click.echo(f"{label}: {_called(one['before'])} → {_called(one['after'])}")
    if len(changes["counties"]) > MOST_SHOWN:
        click.echo(f"… +{len(changes['counties']) - MOST_SHOWN} 县 / counties")
    for one in changes["contacts"][:MOST_SHOWN]:
        label = _both(LENGTH_LABELS[LengthChange(one["kind"])], {})
        before, after = one["before_m"] / 1000, one["after_m"] / 1000
        click.echo(f"{label}: {one['a']} – {one['b']}\t{before:.1f} → {after:.1f} km")
    if changes["contact_changes"] > MOST_SHOWN:
        click.echo(f"… {changes['contact_changes']} 处变化 / changes in all")
    for one in changes.get("effects", {}).get("groups", []):
        members = "–".join(one["hit"]["members"])
        click.echo(f"联动组 / group: {one['source']} {one['number']}: {members}")


def _called(side: Sequence[Sequence[str]]) -> str:
    return " + ".join(f"{code} {name}" for code, name in side) or "—"


def _both(message: str, params: Mapping[str, object]) -> str:
    """A sentence in both languages."""
    english = _catalogue().gettext(message)
    return " / ".join(text % params if params else text for text in (message, english))


@cache
def _catalogue() -> NullTranslations:
    return read_catalogue(ENGLISH)


INSTALLATION_COMMANDS: tuple[click.Command, ...] = (work, import_file, compare)
