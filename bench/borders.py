"""Finding the borders of all counties of the country: ours against libpysal and plain shapely.

One process, each finder warmed up on the map as it is, then run on it and on the same map
with ten times the vertices. Memory is the highest resident size above that before the run.
"""

import ctypes
import gc
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import libpysal
import numpy as np
import shapely

from bench.national import Geometries, denser, national_units
from coord.boundaries.contacts import GEOD, ContactResult, Unit, find_contacts

#: Runs of each finder; the best counts. Peers on the dense map take long enough for one.
ROUNDS, DENSE_ROUNDS = 5, 2
DENSITY = 10

Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Finder:
    """A way to find which units touch: from geometries to a thing that `pairs` can count."""

    name: str
    find: Callable[[Geometries], Any]
    pairs: Callable[[Any], Pairs]


@dataclass(frozen=True)
class Run:
    """Seconds at best, MiB at most, and what was found."""

    seconds: float
    mebibytes: float
    pairs: Pairs


def finders() -> list[Finder]:
    """Ours first. Each county is a party of its own, so that all of us find all neighbours."""
    return [
        Finder("coord", lambda some: find_contacts(_units(some)), _pairs_of_ours),
        Finder("libpysal Rook", _rook, lambda found: _ordered(found.neighbors)),
        Finder("libpysal Graph", _graph, lambda found: {(i, j) for i, j in found if i < j}),
        Finder("plain shapely", _plain, set),
    ]


def _rook(geometries: Geometries) -> Any:
    frame = geopandas.GeoDataFrame(geometry=geometries)
    return libpysal.weights.Rook.from_dataframe(frame, use_index=False, silence_warnings=True)


def _graph(geometries: Geometries) -> Any:
    frame = geopandas.GeoDataFrame(geometry=geometries)
    return libpysal.graph.Graph.build_contiguity(frame, rook=True).adjacency.index


def _ordered(neighbours: Mapping[int, Sequence[int]]) -> Pairs:
    return {(i, j) for i, others in neighbours.items() for j in others if i < j}


def _units(geometries: Geometries) -> list[Unit]:
    return [Unit(f"{i:06d}", "", str(i), one) for i, one in enumerate(geometries)]


def _pairs_of_ours(found: ContactResult) -> Pairs:
    return {(int(one.a), int(one.b)) for one in found.contacts}


def _plain(geometries: Geometries) -> dict[tuple[int, int], object]:
    """The obvious way, and the measure of the others: intersect the borders of close pairs."""
    borders = shapely.boundary(geometries)
    one, other = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    one, other = one[one < other], other[one < other]
    lines = shapely.intersection(borders[one], borders[other])
    real = np.flatnonzero(shapely.length(lines) > 0)
    return {(int(one[k]), int(other[k])): lines[k] for k in real}


def main() -> None:
    """Measure on both maps and print times, memory, counts and ratios."""
    warnings.simplefilter("ignore")
    as_drawn = np.array([unit.geometry for unit in national_units()], dtype=object)
    for finder in finders():
        finder.find(as_drawn[:600])
    for title, geometries, rounds in (
        ("as drawn", as_drawn, ROUNDS),
        (f"{DENSITY} times denser", denser(as_drawn, DENSITY), DENSE_ROUNDS),
    ):
        vertices = int(shapely.get_num_coordinates(geometries).sum())
        print(f"\n{len(geometries)} counties, {vertices / 1e6:.2f} M vertices, {title}")
        _show({one.name: _measured(one, geometries, rounds) for one in finders()}, geometries)


def _measured(finder: Finder, geometries: Geometries, rounds: int) -> Run:
    best, most = float("inf"), 0.0
    pairs: Pairs = set()
    for _round in range(rounds):
        _forget()
        before = _resident_mib("VmRSS")
        begun = time.perf_counter()
        found = finder.find(geometries)
        best = min(best, time.perf_counter() - begun)
        most = max(most, _resident_mib("VmHWM") - before)
        pairs = finder.pairs(found)
        del found
    return Run(best, most, pairs)


def _forget() -> None:
    """Give freed memory back and begin counting the peak anew (Linux)."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _resident_mib(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024


def _show(runs: dict[str, Run], geometries: Geometries) -> None:
    ours, rook, exact = runs["coord"], runs["libpysal Rook"], runs["plain shapely"]
    print(f"{'':16}{'seconds':>10}{'MiB':>8}{'contacts':>10}{'missed':>8}{'time / ours':>13}")
    for name, run in runs.items():
        missed = len(exact.pairs - run.pairs)
        ratio = run.seconds / ours.seconds
        print(
            f"{name:16}{run.seconds:10.3f}{run.mebibytes:8.0f}{len(run.pairs):10}{missed:8}{ratio:13.1f}"
        )
    print(
        f"ours / Rook: time 1:{rook.seconds / ours.seconds:.1f},"
        f" memory 1:{rook.mebibytes / ours.mebibytes:.1f}"
    )
    _explain(ours, exact, geometries)


def _explain(ours: Run, exact: Run, geometries: Geometries) -> None:
    """Where ours and exact intersection differ, and how far lengths do."""
    result = find_contacts(_units(geometries))
    lines = _plain(geometries)
    claimed = {(int(one.a), int(one.b)) for one in result.overlaps}
    missed = exact.pairs - ours.pairs
    print(
        f"missed by ours: {len(missed - claimed)};"
        f" reported as ground claimed twice instead of a border: {len(missed & claimed)}"
    )
    off = [
        abs(one.length_m / GEOD.geometry_length(line) - 1)
        for one in result.contacts
        if (line := lines.get((int(one.a), int(one.b)))) is not None
    ]
    print(f"lengths differ from exact intersection by at most {max(off):.1e} of themselves")
