"""`coord boundaries map`: a printable sheet from a file, without a database."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from coord.boundaries.commands import (
    ENGLISH,
    SOURCE_KEYS,
    faults_on_one_line,
    source_options,
    units_of_file,
)
from coord.boundaries.contacts import Contact, Unit, find_contacts
from coord.boundaries.enums import Verification
from coord.boundaries.exchange import read_document
from coord.boundaries.group_options import rule_options, rules_of
from coord.boundaries.rules import Grouping
from coord.boundaries.scenarios import Scenario, compute_groups, scenario_rules
from coord.boundaries.sheet import Paper, SheetLine, SheetUnit
from coord.boundaries.sheet_facts import (
    TITLE,
    TITLE_OF_CITIES,
    Origin,
    Printing,
    Say,
    Subject,
    build_sheet,
)
from coord.boundaries.sheet_images import picture_of, pixels_of
from coord.boundaries.sheets import draw_sheet
from coord.boundaries.sources import SHIPPED, SourceError
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.text import N_
from coord.web.translations import read_catalogue

LANGUAGES = ("zh", "en")

#: What the sheet says of the file where the person does not say it.
UNSAID = N_("未说明")

#: Parameters of `rules_of`.
RULE_KEYS = (
    "groups",
    "counties",
    "smallest",
    "largest",
    "objective",
    "hub",
    "include",
    "exclude",
    "together",
    "apart",
    "min_contact_m",
)

#: Options of the sheet itself.
SHEET_OPTIONS = (
    click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        help="输出文件 .svg 或 .png / the file to write, .svg or .png.",
    ),
    click.option("--paper", type=click.Choice([one.value for one in Paper]), default="A4"),
    click.option("--portrait", is_flag=True, help="纵向 / portrait instead of landscape."),
    click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True),
    click.option("--title", default="", help="图名 / the sheet's title."),
    click.option("--name", default="", help="名单或方案名 / the name below the title."),
    click.option("--source-name", default="", help="数据来源 / where the file comes from."),
    click.option("--vintage", default="", help="数据时点 / of when the boundaries are."),
    click.option("--datum-name", default="", help="图上注明的坐标系 / the datum as stated."),
    click.option("--accuracy-m", type=click.FloatRange(0, 100_000), help="精度,米 / metres."),
    click.option("--approval", default="", help="审图号 / the map approval number."),
    click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="制图日期 / date."),
    click.option("--ungrouped", is_flag=True, help="只按城市着色 / by city, without groups."),
    click.option(
        "--groups-from",
        type=click.Path(path_type=Path, dir_okay=False),
        help="group --save 存下的文件 / a file that `group --save` wrote.",
    ),
)


def _sheet_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(SHEET_OPTIONS):
        command = option(command)
    return command


@click.command("map")
@_sheet_options
@click.option(
    "--scenario",
    type=click.Choice([scenario.value for scenario in Scenario]),
    default=Scenario.PLAN.value,
    show_default=True,
    help="未另给规则时 / the rules where no others are given.",
)
@rule_options
@click.option("--time-limit", type=click.FloatRange(1, 86_400), help="求解最长秒数 / seconds.")
@source_options
def map_command(**asked: Any) -> None:
    """可打印的地图,SVG或300 dpi的PNG / a printable map of contacts and groups."""
    with faults_on_one_line():
        kind = _kind_of(asked["out"])
        sheet = build_sheet(_subject(asked), _origin(asked), _printing(asked), _say(asked))
        svg = draw_sheet(sheet)
        made = svg.encode("utf-8") if kind == "svg" else picture_of(svg, *pixels_of(sheet))
        _write(asked["out"], made)
    counted = {"groups": len(sheet.groups), "contacts": len(sheet.lines), "bytes": len(made)}
    if asked["as_json"]:
        click.echo(json.dumps({"out": str(asked["out"]), **counted}))
        return
    number = f"{len(sheet.groups)} 组 / groups, {len(sheet.lines)} 段 / contacts"
    click.echo(f"{asked['out']}: {len(made) / 1000:,.0f} kB, {number}")


def _kind_of(out: Path) -> str:
    kind = out.suffix.lower().removeprefix(".")
    if kind not in {"svg", "png"}:
        raise SourceError(N_("输出文件须以 .svg 或 .png 结尾:%(path)s"), path=str(out))
    return kind


def _write(out: Path, made: bytes) -> None:
    try:
        out.write_bytes(made)
    except OSError as fault:
        raise SourceError(
            N_("无法写入文件:%(path)s(%(why)s)"), path=str(out), why=fault.strerror
        ) from fault


def _subject(asked: Mapping[str, Any]) -> Subject:
    units = units_of_file(**{key: asked[key] for key in SOURCE_KEYS})
    found = find_contacts(units, tolerance_m=asked["tolerance_m"]).contacts
    groups: tuple[tuple[str, ...], ...] = ()
    if not asked["ungrouped"]:
        groups = _grouping(asked, units, found).groups
    number = {code: at for at, codes in enumerate(groups) for code in codes}
    lines = [
        SheetLine(
            one.a,
            one.b,
            one.length_m,
            one.line,
            number[one.a] + 1 if one.a in number and number[one.a] == number.get(one.b) else None,
        )
        for one in found
    ]
    inside = [
        sum(line.length_m for line in lines if line.group == at + 1) for at in range(len(groups))
    ]
    return Subject(
        title=asked["title"] or (TITLE_OF_CITIES if asked["ungrouped"] else TITLE),
        name=asked["name"],
        verification=Verification.UNVERIFIED if groups else None,
        units=[SheetUnit(one.code, one.name, one.party, one.geometry) for one in units],
        lines=lines,
        groups=list(zip(groups, inside, strict=True)),
    )


def _grouping(
    asked: Mapping[str, Any], units: Sequence[Unit], found: Sequence[Contact]
) -> Grouping:
    if asked["groups_from"] is not None:
        try:
            document = read_document(asked["groups_from"].read_bytes())
        except OSError as fault:
            raise SourceError(
                N_("无法读取文件:%(path)s(%(why)s)"),
                path=str(asked["groups_from"]),
                why=fault.strerror,
            ) from None
        return document.result
    given = {key: asked[key] for key in RULE_KEYS}
    rules = rules_of(given) or scenario_rules(Scenario(asked["scenario"]), found)
    return compute_groups(rules, units, found, time_limit_s=asked["time_limit"])


def _origin(asked: Mapping[str, Any]) -> Origin:
    """What the person says of the file; of the shipped one what stands beside it."""
    known: dict[str, Any] = {}
    if asked["source"] == SHIPPED:
        known = json.loads(SHIPPED.with_suffix(".meta.json").read_text(encoding="utf-8"))
    accuracy = asked["accuracy_m"]
    return Origin(
        source=asked["source_name"] or known.get("source") or asked["source"].name,
        datum=asked["datum_name"] or known.get("datum") or UNSAID,
        vintage=asked["vintage"] or known.get("vintage") or UNSAID,
        accuracy_m=known.get("accuracy_m") if accuracy is None else accuracy,
        map_approval_number=asked["approval"] or known.get("map_approval_number"),
    )


def _printing(asked: Mapping[str, Any]) -> Printing:
    day: date = asked["day"].date() if asked["day"] else shanghai_date(utc_now())
    tag = "en" if asked["language"] == "en" else "zh-CN"
    return Printing(Paper(asked["paper"]), not asked["portrait"], day, tag)


def _say(asked: Mapping[str, Any]) -> Say:
    """Words msgids in the sheet's language; no page's language exists here."""
    catalogue = read_catalogue(ENGLISH) if asked["language"] == "en" else None

    def say(message: str, **params: object) -> str:
        words = catalogue.gettext(message) if catalogue is not None and message else message
        return words % params if params else words

    return say
