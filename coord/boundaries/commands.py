"""`coord boundaries …`: contacts and groups from a file, for people and scripts.

Works without a database. Standard output carries the answer alone; a fault of the file or
of the arguments is one line, in both languages, on standard error and exit status 2.
"""

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from coord.boundaries.contacts import Contact, ContactResult, Unit, find_contacts
from coord.boundaries.datum import Datum
from coord.boundaries.exchange import read_document
from coord.boundaries.exchange import replay as replay_document
from coord.boundaries.group_options import rule_options, rules_of, save_document
from coord.boundaries.grouping import Grouping
from coord.boundaries.scenarios import Scenario, compute_groups, scenario_rules
from coord.boundaries.sources import SHIPPED, SourceError, read_units
from coord.kernel.errors import CoordError
from coord.kernel.regions import FIVE_CITIES, party_of
from coord.kernel.text import N_, Phrase
from coord.web.translations import read_catalogue

#: `--parties` for every county of the file.
EVERYTHING = "all"

EXIT_DIFFERENT = 1
EXIT_BAD_INPUT = 2

#: Parameters of `units_of_file`.
SOURCE_KEYS = ("parties", "source", "code_field", "name_field", "datum")

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
        help=(
            "四位城市代码或两位省级代码,逗号分隔;all 为全部 / codes of cities (5101) or provinces"
            " (51), separated by commas; all for every county."
        ),
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


def source_options(command: Command) -> Command:
    """The options that say which file is read, and how."""
    for option in reversed(SOURCE_OPTIONS):
        command = option(command)
    return command


@boundaries_group.command()
@source_options
def contacts(as_json: bool, tolerance_m: float, **source: Any) -> None:
    """跨市相邻的区县 / counties that share a border across city lines."""
    with faults_on_one_line():
        units = units_of_file(**source)
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
    help="未另给规则时 / the rules where no others are given.",
)
@rule_options
@click.option(
    "--time-limit",
    type=click.FloatRange(1, 86_400),
    help="求解最长秒数 / seconds after which the search stops and states the gap.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="连同全部依据存为 JSON / write the groups and all that went into them.",
)
@source_options
def group(
    scenario: str, time_limit: float | None, save: Path | None, as_json: bool, **asked: Any
) -> None:
    """按规则算出的最优编组 / the proven best joint groups under a scenario's or other rules."""
    source = {key: asked.pop(key) for key in SOURCE_KEYS}
    tolerance_m = asked.pop("tolerance_m")
    with faults_on_one_line():
        units = units_of_file(**source)
        found = find_contacts(units, tolerance_m=tolerance_m).contacts
        rules = rules_of(asked) or scenario_rules(Scenario(scenario), found)
        grouping = compute_groups(rules, units, found, time_limit_s=time_limit)
        if save is not None:
            own = {"source": source["source"], "tolerance_m": tolerance_m}
            save_document(save, units, found, grouping, **own)
    if as_json:
        click.echo(json.dumps(group_report(grouping)))
        return
    _show_groups(grouping, {unit.code: unit.name for unit in units})


def _show_groups(grouping: Grouping, names: Mapping[str, str]) -> None:
    for number, members in enumerate(grouping.groups, start=1):
        click.echo(f"{number}\t" + " – ".join(f"{code} {names[code]}" for code in members))
    proof = "已证明最优 / optimal"
    if not grouping.optimal:
        proof = f"距上界 {grouping.gap:.2%} / gap to the bound {grouping.gap:.2%}"
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


@boundaries_group.command()
@click.argument("file", type=click.Path(path_type=Path))
def replay(file: Path) -> None:
    """按存下的依据重算并比较 / solve a saved file again; exit 0 if the groups are the same."""
    with faults_on_one_line():
        try:
            document = read_document(file.read_bytes())
        except OSError as fault:
            raise SourceError(
                N_("无法读取文件:%(path)s(%(why)s)"), path=file, why=fault.strerror
            ) from None
        again = replay_document(document)
    if again.same:
        click.echo(f"相同 / same: {len(again.grouping.groups)} 组 / groups")
        return
    click.echo("不同 / different")
    for sign, one, other in (("-", document.result, again.grouping),
                             ("+", again.grouping, document.result)):  # fmt: skip
        for members in sorted(set(one.groups) - set(other.groups)):
            named = (f"{code} {document.names.get(code, code)}" for code in members)
            click.echo(f"{sign} " + " – ".join(named))
    sys.exit(EXIT_DIFFERENT)


def units_of_file(
    parties: str, source: Path, code_field: str, name_field: str, datum: str | None
) -> Sequence[Unit]:
    """The counties of the wanted parties in a file; SourceError where there are none."""
    is_wanted = _wanted(parties)
    chosen = Datum(datum) if datum else None
    with warnings.catch_warnings():
        # What GDAL warns of either stops the reading, and is said then, or does not matter.
        warnings.simplefilter("ignore")
        read = read_units(source, code_field=code_field, name_field=name_field, datum=chosen)
    units = [unit for unit in read.units if is_wanted(unit)]
    if not units:
        raise SourceError(N_("文件中没有这些城市的区县:%(parties)s"), parties=parties)
    return units


def _wanted(parties: str) -> Callable[[Unit], bool]:
    """Which counties are meant by `all`, provinces (51) and cities (5101)."""
    keys = [party.strip() for party in parties.split(",") if party.strip()]
    if keys == [EVERYTHING]:
        return lambda _unit: True
    if not keys or not all(len(key) in {2, 4} and key.isascii() and key.isdigit() for key in keys):
        raise SourceError(
            N_("城市应为四位数字代码、省为两位,用逗号分隔,或写 all:%(parties)s"), parties=parties
        )
    cities = {party_of(f"{key}00") for key in keys if len(key) == 4}
    provinces = tuple(key for key in keys if len(key) == 2)
    return lambda unit: unit.party in cities or unit.code.startswith(provinces)


@contextmanager
def faults_on_one_line() -> Iterator[None]:
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
