"""`coord boundaries …`: contacts and groups from a file, for people and scripts.

Works without a database. Standard output carries the answer alone; a fault of the file or
of the arguments is one line, in both languages, on standard error and exit status 2.
"""

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from coord.boundaries.contacts import Contact, ContactResult, Unit, find_contacts
from coord.boundaries.datum import Datum
from coord.boundaries.grouping import Grouping
from coord.boundaries.scenarios import Scenario, compute_scenario
from coord.boundaries.sources import SHIPPED, SourceError, read_units
from coord.kernel.errors import CoordError
from coord.kernel.regions import FIVE_CITIES, party_of
from coord.kernel.text import N_, Phrase
from coord.web.translations import read_catalogue

EXIT_BAD_INPUT = 2
ENGLISH = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("boundaries")
def boundaries_group() -> None:
    """边界与联动组 / borders and joint groups."""


#: Which file to read, and how; both commands take them all.
SOURCE_OPTIONS = (
    click.option(
        "--parties",
        default=",".join(FIVE_CITIES),
        show_default=True,
        help="四位城市代码,逗号分隔 / four-digit codes of cities, separated by commas.",
    ),
    click.option(
        "--source",
        type=click.Path(path_type=Path),
        default=SHIPPED,
        show_default="geodata/counties.geojson",
        help="GeoJSON, GeoPackage, Shapefile (.shp, .zip).",
    ),
    click.option(
        "--code-field",
        default="code",
        show_default=True,
        help="六位区划代码列 / column of the six-digit division code.",
    ),
    click.option(
        "--name-field",
        default="name",
        show_default=True,
        help="名称列 / column of the county's name.",
    ),
    click.option(
        "--datum",
        type=click.Choice([datum.value for datum in Datum]),
        default=None,
        help="坐标系,默认取文件所注 / what the degrees mean; by default what the file says.",
    ),
    click.option(
        "--tolerance-m",
        type=click.FloatRange(0, 5000),
        default=0.0,
        show_default=True,
        help="两侧边界相距多少米内仍算共同边界 / metres within which two lines are one border.",
    ),
    click.option("--json", "as_json", is_flag=True, help="JSON on standard output."),
)


def _source_options(command: Command) -> Command:
    for option in reversed(SOURCE_OPTIONS):
        command = option(command)
    return command


@boundaries_group.command()
@_source_options
def contacts(as_json: bool, tolerance_m: float, **source: Any) -> None:
    """跨市相邻的区县 / counties that share a border across city lines."""
    with _faults_on_one_line():
        units = _units(**source)
        found = find_contacts(units, tolerance_m=tolerance_m)
    if as_json:
        click.echo(json.dumps(contacts_report(units, found)))
        return
    names = {unit.code: unit.name for unit in units}
    for one in found.contacts:
        ends = f"{one.a} {names[one.a]}\t{one.b} {names[one.b]}"
        click.echo(f"{ends}\t{one.length_m / 1000:.1f} km")
    total = _km(found.contacts)
    click.echo(f"共 {len(found.contacts)} 段 / contacts, {len(units)} 县 / units, {total:.0f} km")
    for overlap in found.overlaps:
        line = f"重叠 / overlap: {overlap.a} {overlap.b} {overlap.area_m2:.0f} m²"
        click.echo(f"{line} @ {overlap.lon:.5f}, {overlap.lat:.5f}", err=True)


def contacts_report(units: Sequence[Unit], found: ContactResult) -> dict[str, object]:
    """Contacts as scripts read them."""
    rows = [{"a": one.a, "b": one.b, "length_m": round(one.length_m, 1)} for one in found.contacts]
    return {"units": len(units), "contacts": rows}


def _km(found: Sequence[Contact]) -> float:
    return sum(one.length_m for one in found) / 1000


@boundaries_group.command()
@click.option(
    "--scenario",
    type=click.Choice([scenario.value for scenario in Scenario]),
    default=Scenario.PLAN.value,
    show_default=True,
)
@_source_options
def group(scenario: str, as_json: bool, tolerance_m: float, **source: Any) -> None:
    """按规则算出的最优编组 / the proven best joint groups under a scenario's rules."""
    with _faults_on_one_line():
        units = _units(**source)
        found = find_contacts(units, tolerance_m=tolerance_m)
        grouping = compute_scenario(Scenario(scenario), units, found.contacts)
    if as_json:
        click.echo(json.dumps(group_report(grouping)))
        return
    names = {unit.code: unit.name for unit in units}
    for number, members in enumerate(grouping.groups, start=1):
        click.echo(f"{number}\t" + " – ".join(f"{code} {names[code]}" for code in members))
    proof = "已证明最优 / optimal" if grouping.optimal else "未证明最优 / not proven optimal"
    click.echo(f"{grouping.covered_m / 1000:.1f} km, {proof}")
    for left in grouping.left_out:
        click.echo(f"- {left.code} {names[left.code]}: {left.reason % left.params}")


def group_report(grouping: Grouping) -> dict[str, object]:
    """A grouping as scripts read it."""
    return {
        "groups": [list(members) for members in grouping.groups],
        "left_out": [left.code for left in grouping.left_out],
        "covered_m": round(grouping.covered_m, 1),
        "optimal": grouping.optimal,
    }


def _units(
    parties: str, source: Path, code_field: str, name_field: str, datum: str | None
) -> Sequence[Unit]:
    keys = [party.strip() for party in parties.split(",") if party.strip()]
    if not keys or not all(len(key) == 4 and key.isascii() and key.isdigit() for key in keys):
        raise SourceError(N_("城市应为四位数字代码,用逗号分隔:%(parties)s"), parties=parties)
    wanted = {party_of(f"{key}00") for key in keys}
    chosen = Datum(datum) if datum else None
    with warnings.catch_warnings():
        # What GDAL warns of either stops the reading, and is said then, or does not matter.
        warnings.simplefilter("ignore")
        read = read_units(source, code_field=code_field, name_field=name_field, datum=chosen)
    units = [unit for unit in read.units if unit.party in wanted]
    if not units:
        raise SourceError(N_("文件中没有这些城市的区县:%(parties)s"), parties=parties)
    return units


@contextmanager
def _faults_on_one_line() -> Iterator[None]:
    """A named refusal becomes one line and exit status 2."""
    try:
        yield
    except CoordError as fault:
        words = f"{fault} / {_english(Phrase(fault.message, fault.params))}"
        click.echo("coord: " + " ".join(words.split()), err=True)
        sys.exit(EXIT_BAD_INPUT)


def _english(phrase: Phrase) -> str:
    catalogue = read_catalogue(ENGLISH)
    params = {
        key: _english(value) if isinstance(value, Phrase) else value
        for key, value in phrase.params.items()
    }
    words = catalogue.gettext(phrase.msgid)
    return words % params if params else words
