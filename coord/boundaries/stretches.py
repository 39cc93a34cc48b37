"""Shared segments strung into the lines that maps draw, with their lengths. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from coord.boundaries.measure import length_m, steps_m
from coord.boundaries.segments import (
    Complexes,
    Flags,
    Floats,
    Ints,
    Segments,
    Shared,
    degrees,
    run_starts,
)

#: Segments that are strung together at a time.
BATCH = 1 << 16


class Border(NamedTuple):
    """All that two units share: metres, the line in degrees, how many separate parts."""

    length_m: float
    line: BaseGeometry
    parts: int


def together(*borders: Border) -> Border:
    """Several borders of one pair as one."""
    lines = [part for border in borders for part in shapely.get_parts(border.line)]
    line = shapely.line_merge(shapely.multilinestrings(lines))
    length = sum(border.length_m for border in borders)
    return Border(length, line, int(shapely.get_num_geometries(line)))


def border_of(line: BaseGeometry) -> Border:
    """A line in degrees as a border."""
    return Border(length_m(line), line, int(shapely.get_num_geometries(line)))


@dataclass(frozen=True)
class Stretches:
    """Unbroken stretches of border: their units (first < second), metres, and lines."""

    first: Ints
    second: Ints
    length_m: Floats
    line: NDArray[np.object_]

    @classmethod
    def none(cls) -> "Stretches":
        """No stretches."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing.astype(float), nothing.astype(object))

    def borders(self) -> Iterator[tuple[int, int, Border]]:
        """The stretches of each pair of units as one border, in the order of the pairs."""
        if len(self.first) == 0:
            return iter(())
        order = np.lexsort((self.second, self.first))
        first, second, lines = self.first[order], self.second[order], self.line[order]
        breaks = np.ones(len(order), dtype=bool)
        breaks[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        begin = np.flatnonzero(breaks)
        lengths = np.add.reduceat(self.length_m[order], begin)
        count = np.diff(np.append(begin, len(order)))
        whole = lines[begin]
        parts = np.ones(len(begin), dtype=np.int64)
        several = count > 1
        if several.any():
            index = np.repeat(np.arange(int(several.sum())), count[several])
            joined = shapely.multilinestrings(lines[np.repeat(several, count)], indices=index)
            whole[several] = shapely.line_merge(joined)
            parts[several] = shapely.get_num_geometries(whole[several])
        pairs = (first[begin].tolist(), second[begin].tolist())
        columns = (lengths.tolist(), whole.tolist(), parts.tolist())
        return zip(*pairs, map(Border, *columns), strict=True)


def string_together(segments: Segments, shared: Shared, wanted: Flags) -> Stretches:
    """Stretches of the `wanted` pairs, as the unit with the lower index draws them."""
    first, second = shared.first[wanted], shared.second[wanted]
    if len(first) == 0:
        return Stretches.none()
    chosen, partner = segments.some(first), segments.owner[second]
    breaks = run_starts(chosen)
    breaks[1:] |= partner[1:] != partner[:-1]
    strung = [_strung(chosen, some, breaks) for some in _batches(breaks)]
    lengths, lines = (np.concatenate(some) for some in zip(*strung, strict=True))
    return Stretches(chosen.owner[breaks], partner[breaks], lengths, lines)


def _batches(breaks: Flags) -> Iterator[slice]:
    """Slices of about BATCH segments that cut no stretch."""
    begin = np.flatnonzero(breaks)
    turns = begin[np.flatnonzero(np.diff(begin // BATCH)) + 1]
    return (slice(low, high) for low, high in pairwise([0, *turns.tolist(), len(breaks)]))


def _strung(segments: Segments, some: slice, breaks: Flags) -> tuple[Floats, NDArray[np.object_]]:
    """Lengths and lines of the stretches in a slice."""
    at = segments.at[some]
    start, end = segments.points[at], segments.points[at + 1]
    lengths = np.add.reduceat(steps_m(start, end), np.flatnonzero(breaks[some]))
    return lengths, lines_of(start, end, breaks[some])


def lines_of(start: Complexes, end: Complexes, breaks: Flags) -> NDArray[np.object_]:
    """A line for each run of segments that begins at a break: all starts, and the last end."""
    begin = np.flatnonzero(breaks)
    if len(begin) == 0:
        return np.zeros(0, dtype=object)
    stop = np.append(begin[1:], len(start))
    # Each line has one vertex more than segments.
    places = np.empty(len(start) + len(begin), dtype=np.complex128)
    places[np.arange(len(start)) + np.cumsum(breaks) - 1] = start
    places[stop + np.arange(len(begin))] = end[stop - 1]
    index = np.repeat(np.arange(len(begin)), stop - begin + 1)
    lines: NDArray[np.object_] = shapely.linestrings(degrees(places), indices=index)
    return lines
