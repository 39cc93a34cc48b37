"""Which of many boxes hold each of many points, by a grid and numpy. Pure.

Answers come ordered by point and box, so that what follows needs no sorting.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Cells to a box's side on average, and at most in all.
_FINENESS, _MOST_CELLS = 4, 1_000_000


class Boxes:
    """Boxes n × 4 (west, south, east, north), each known by its place."""

    def __init__(self, boxes: Floats) -> None:
        self._boxes = boxes
        if not len(boxes):
            return
        self._origin = boxes[:, :2].min(axis=0)
        extent = boxes[:, 2:].max(axis=0) - self._origin
        cell = max(float((boxes[:, 2:] - boxes[:, :2]).mean()) / _FINENESS, 1e-9)
        coarsest = max(float(np.sqrt(extent.prod())), float(extent.max()) / _MOST_CELLS**0.5)
        self._cell = max(cell, coarsest / _MOST_CELLS**0.5)
        self._columns, self._rows = (extent // self._cell).astype(np.int64) + 1
        self._fill()

    def _fill(self) -> None:
        """For each cell the boxes that reach into it, in order."""
        first, last = self._places(self._boxes[:, :2]), self._places(self._boxes[:, 2:])
        wide, high = (last - first + 1).T
        cells, box = spread(np.zeros(len(wide), np.int64), wide * high)
        row, column = np.divmod(cells, wide[box])
        place = (first[box, 1] + row) * self._columns + first[box, 0] + column
        self._items = box[np.argsort(place, kind="stable")]
        count = np.bincount(place, minlength=self._columns * self._rows)
        self._starts = np.r_[0, np.cumsum(count)]

    def _places(self, corners: Floats) -> Ints:
        places: Ints = ((corners - self._origin) / self._cell).astype(np.int64)
        return places

    def holding(self, x: Floats, y: Floats) -> tuple[Ints, Ints]:
        """Pairs of a point and a box that may hold it, by point, then box.

        Boxes that only come near a point may be among them.
        """
        if not len(self._boxes):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        column = np.floor((x - self._origin[0]) / self._cell)
        row = np.floor((y - self._origin[1]) / self._cell)
        inside = (column >= 0) & (column < self._columns) & (row >= 0) & (row < self._rows)
        point = np.flatnonzero(inside)
        cell = (row[point] * self._columns + column[point]).astype(np.int64)
        place, which = spread(self._starts[cell], self._starts[cell + 1] - self._starts[cell])
        return point[which], self._items[place]


def spread(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The places start, start + 1 … of each run one after another, and whose each is."""
    ends = np.cumsum(counts)
    whose = np.repeat(np.arange(len(counts)), counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - counts), counts), whose
