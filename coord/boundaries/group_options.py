"""The rules of `coord boundaries group` as options, and the document it saves."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from coord.boundaries.contacts import Contact, Unit, perimeter_m
from coord.boundaries.exchange import Document, write_document
from coord.boundaries.grouping import Grouping, Objective, Rules
from coord.boundaries.sources import SourceError
from coord.kernel.text import N_

Command = TypeVar("Command", bound=Callable[..., Any])

COUNT = click.IntRange(1, 100_000)

RULE_OPTIONS = (
    click.option("--groups", type=COUNT, help="恰为多少个组 / exactly so many groups."),
    click.option("--counties", type=COUNT, help="恰为多少个县 / exactly so many counties."),
    click.option("--smallest", type=COUNT, help="每组至少 / least counties in a group; 2."),
    click.option("--largest", type=COUNT, help="每组至多 / most counties in a group; 4."),
    click.option(
        "--objective",
        type=click.Choice([one.value for one in Objective]),
        help="使公里数或占周界之比最大 / what is maximised; km.",
    ),
    click.option("--hub", help="每段边界须与此市接壤 / city that every border must touch: 5101."),
    click.option("--include", multiple=True, metavar="CODE", help="必须纳入 / must be in a group."),
    click.option("--exclude", multiple=True, metavar="CODE", help="必须排除 / must be in none."),
    click.option("--together", multiple=True, metavar="A,B", help="同组 / in one group."),
    click.option("--apart", multiple=True, metavar="A,B", help="分开 / not in one group."),
    click.option(
        "--min-contact-m",
        type=click.FloatRange(0, 1e6),
        help="短于此的边界不计 / borders shorter than this do not count; 0.",
    ),
)


def rule_options(command: Command) -> Command:
    """The options of the rules, as parameters of a command."""
    for option in reversed(RULE_OPTIONS):
        command = option(command)
    return command


def rules_of(asked: dict[str, Any]) -> Rules | None:
    """Rules of the options given; None where none was, so that the scenario's rules hold."""
    given: dict[str, Any] = {key: value for key, value in asked.items() if value not in (None, ())}
    if not given:
        return None
    for key in PAIRS:
        given[key] = frozenset(_pair(one) for one in given.get(key, ()))
    for key in ("include", "exclude"):
        given[f"must_{key}"] = frozenset(given.pop(key, ()))
    given["objective"] = Objective(given.get("objective", Objective.KM))
    return Rules(**given)


PAIRS = ("together", "apart")


def _pair(text: str) -> tuple[str, str]:
    codes = sorted(part.strip() for part in text.split(","))
    if len(codes) != 2 or not all(codes) or codes[0] == codes[1]:
        raise SourceError(N_("应为两个不同的区县代码,用逗号分隔:%(text)s"), text=text)
    return codes[0], codes[1]


def save_document(
    path: Path,
    units: Sequence[Unit],
    contacts: Sequence[Contact],
    grouping: Grouping,
    *,
    source: Path,
    tolerance_m: float,
) -> None:
    """Write the grouping with all that went into it; SourceError where it cannot be written."""
    document = Document(
        name=path.stem,
        contacts=tuple(contacts),
        parties={unit.code: unit.party for unit in units},
        perimeters={unit.code: perimeter_m(unit.geometry) for unit in units},
        names={unit.code: unit.name for unit in units},
        vintage={
            "name": source.name,
            "sha256": hashlib.sha256(source.read_bytes()).hexdigest() if source.is_file() else "",
        },
        tolerance_m=tolerance_m,
        edits=(),
        result=grouping,
    )
    try:
        path.write_text(write_document(document), encoding="utf-8")
    except OSError as fault:
        raise SourceError(
            N_("无法写入文件:%(path)s(%(why)s)"), path=path, why=fault.strerror
        ) from None
