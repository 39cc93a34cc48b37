"""Counties of one file measured in different datums, told by their own neighbours. Pure.

Where a county is shifted as GCJ-02 is and its neighbour is not, moving it back makes the
gap between them close. Neighbours that share vertices are of one datum, so a clean file is
done at once.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
from shapely import STRtree, distance, get_coordinates, points

from coord.boundaries.contacts import Unit
from coord.boundaries.shifts import along, flat, gcj02_shift_m, middle

#: Degrees. GCJ-02 moves a line by up to some 700 m.
REACH = 0.009
REACH_M = 900.0

#: Vertices closer than this are the same. Degrees, about 10 cm.
SAME_VERTEX = 1e-6

#: Fewer points of an outline, of OUTLINE, than this near the neighbour tell nothing.
OUTLINE = 400
LEAST_POINTS = 12

#: An explanation must be so much better than the next best, and so near to true. Metres.
CLEARLY = 0.5
NEAR_M = 60.0


def shifted_among(units: Sequence[Unit]) -> tuple[str, ...]:
    """Codes that lie as GCJ-02 would have them while their neighbours do not; sorted."""
    links: dict[int, list[tuple[int, int]]] = {index: [] for index in range(len(units))}
    sharing = _sharing_vertices(units)
    for first, second in _near_pairs(units):
        step = 0 if (first, second) in sharing else _relation(units[first], units[second])
        if step is not None:
            links[first].append((second, -step))
            links[second].append((first, step))
    found: list[str] = []
    seen: set[int] = set()
    for start in links:
        if start not in seen:
            levels = _levels(start, links)
            seen |= set(levels)
            lowest = min(levels.values())
            found += [units[index].code for index, level in levels.items() if level > lowest]
    return tuple(sorted(found))


def _near_pairs(units: Sequence[Unit]) -> list[tuple[int, int]]:
    geometries = np.array([unit.geometry for unit in units], dtype=object)
    left, right = STRtree(geometries).query(geometries, predicate="dwithin", distance=REACH)
    return sorted({(int(i), int(j)) for i, j in zip(left, right, strict=True) if i < j})


def _sharing_vertices(units: Sequence[Unit]) -> set[tuple[int, int]]:
    """Pairs of units that have at least two vertices in common."""
    coordinates, owners = get_coordinates(
        np.array([unit.geometry for unit in units], dtype=object), return_index=True
    )
    grid = np.round(coordinates / SAME_VERTEX).astype(np.int64)
    order = np.lexsort((owners, grid[:, 1], grid[:, 0]))
    grid, owners = grid[order], owners[order]
    counted: dict[tuple[int, int], int] = {}
    # Up to three counties meet in one vertex, and a ring's first is also its last.
    for apart in (1, 2, 3):
        same = (grid[apart:] == grid[:-apart]).all(axis=1) & (owners[apart:] != owners[:-apart])
        lower, upper = owners[:-apart][same].tolist(), owners[apart:][same].tolist()
        for pair in zip(lower, upper, strict=True):
            counted[pair] = counted.get(pair, 0) + 1
    return {pair for pair, count in counted.items() if count >= 2}


def _relation(first: Unit, second: Unit) -> int | None:
    """1: the first is shifted and the second not · -1: the reverse · 0: alike · None: unclear."""
    lon, lat = middle(first.geometry)
    predicted = np.array(gcj02_shift_m(lon, lat))
    line = flat(second.geometry, lat).boundary
    sample = along(flat(first.geometry, lat), OUTLINE)
    near = sample[distance(points(sample), line) < REACH_M]
    if len(near) < LEAST_POINTS:
        return None
    off = {
        step: float(np.median(distance(points(near - step * predicted), line)))
        for step in (-1, 0, 1)
    }
    best, next_best = sorted(off, key=lambda step: off[step])[:2]
    return best if off[best] < min(CLEARLY * off[next_best], NEAR_M) else None


def _levels(start: int, links: dict[int, list[tuple[int, int]]]) -> dict[int, int]:
    """How many shifts each unit reachable from `start` lies from it; first word counts."""
    levels = {start: 0}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for other, step in sorted(links[here]):
            if other not in levels:
                levels[other] = levels[here] + step
                waiting.append(other)
    return levels
