"""`coord boundaries …`: contacts and groups from a file, for people and scripts.

Works without a database. Standard output carries the answer alone; a fault of the file or
of the arguments is one line on standard error and exit status 2.
"""

import ctypes
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from coord.boundaries.contacts import Unit, find_contacts
from coord.boundaries.datum import Datum
from coord.boundaries.grouping import Grouping
from coord.boundaries.scenarios import Scenario, compute_scenario
from coord.boundaries.sources import SHIPPED, SourceError, read_units
from coord.kernel.errors import CoordError
from coord.kernel.regions import FIVE_CITIES
from coord.kernel.text import N_

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("boundaries")
def boundaries_group() -> None:
    """边界与联动组 / borders and joint groups."""


def _source_options(command: Command) -> Command:
    datums = click.Choice([datum.value for datum in Datum])
    options = (
        click.option("--parties", default=",".join(FIVE_CITIES), show_default=True),
        click.option("--source", type=click.Path(path_type=Path), default=SHIPPED),
        click.option("--code-field", default="code", show_default=True),
        click.option("--name-field", default="name", show_default=True),
        click.option("--datum", type=datums, default=None),
        click.option("--tolerance-m", type=click.FloatRange(0, 5000), default=0.0),
        click.option("--json", "as_json", is_flag=True, help="JSON on standard output."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@boundaries_group.command()
@_source_options
def contacts(as_json: bool, tolerance_m: float, **source: Any) -> None:
    """Counties that share a border across city lines."""
    with _faults_on_one_line():
        units = _units(**source)
        found = find_contacts(units, tolerance_m=tolerance_m)
    if as_json:
        rows = [{"a": c.a, "b": c.b, "length_m": round(c.length_m, 1)} for c in found.contacts]
        click.echo(json.dumps({"units": len(units), "contacts": rows}))
        return
    names = {unit.code: unit.name for unit in units}
    for c in found.contacts:
        click.echo(f"{c.a} {names[c.a]}\t{c.b} {names[c.b]}\t{c.length_m / 1000:.1f} km")
    click.echo(f"{len(found.contacts)} / {len(units)}")


@boundaries_group.command()
@click.option(
    "--scenario",
    type=click.Choice([scenario.value for scenario in Scenario]),
    default=Scenario.PLAN.value,
    show_default=True,
)
@_source_options
def group(scenario: str, as_json: bool, tolerance_m: float, **source: Any) -> None:
    """The proven best joint groups under a scenario's rules."""
    with _faults_on_one_line():
        units = _units(**source)
        found = find_contacts(units, tolerance_m=tolerance_m)
    with _faults_on_one_line(), _c_output_to_stderr():
        grouping = compute_scenario(Scenario(scenario), units, found.contacts)
    if as_json:
        click.echo(json.dumps(group_report(grouping)))
        return
    names = {unit.code: unit.name for unit in units}
    for number, members in enumerate(grouping.groups, start=1):
        click.echo(f"{number}\t" + " – ".join(f"{code} {names[code]}" for code in members))
    click.echo(f"{grouping.covered_m / 1000:.1f} km, optimal: {grouping.optimal}")
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
    wanted = {party.strip() for party in parties.split(",") if party.strip()}
    chosen = Datum(datum) if datum else None
    read = read_units(source, code_field=code_field, name_field=name_field, datum=chosen)
    units = [unit for unit in read.units if unit.party in wanted]
    if not units:
        raise SourceError(N_("文件中没有这些城市的区县:%(parties)s"), parties=parties)
    return units


@contextmanager
def _c_output_to_stderr() -> Iterator[None]:
    """HiGHS greets on the C library's standard output, which belongs to the answer."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


class _faults_on_one_line:  # noqa: N801 - a context manager reads as a phrase
    """Turns a named refusal into one line and exit status 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        if isinstance(fault, CoordError):
            click.echo(f"coord: {fault}", err=True)
            sys.exit(2)
