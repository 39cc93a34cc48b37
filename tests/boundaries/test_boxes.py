"""The grid of boxes finds every box that holds a point, in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coord.boundaries.boxes import Boxes, spread

DEGREES = st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 3))
BOX = st.tuples(DEGREES, DEGREES, st.floats(0, 3), st.floats(0, 3)).map(
    lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
)


@given(
    boxes=st.lists(BOX, max_size=12),
    places=st.lists(st.tuples(DEGREES, DEGREES), max_size=12),
)
def test_no_box_that_holds_a_point_is_missed(
    boxes: list[tuple[float, ...]], places: list[tuple[float, float]]
) -> None:
    x, y = np.array(places, dtype=float).reshape(-1, 2).T
    # A corner of each box is a point as well.
    x = np.r_[x, [box[0] for box in boxes], [box[2] for box in boxes]]
    y = np.r_[y, [box[1] for box in boxes], [box[3] for box in boxes]]
    point, box = Boxes(np.array(boxes, dtype=float).reshape(-1, 4)).holding(x, y)
    found = list(zip(point.tolist(), box.tolist(), strict=True))
    assert found == sorted(set(found))
    holding = {
        (at, which)
        for at in range(len(x))
        for which, (west, south, east, north) in enumerate(boxes)
        if west <= x[at] <= east and south <= y[at] <= north
    }
    assert holding <= set(found)


def test_runs_are_spread() -> None:
    places, whose = spread(np.array([5, 9, 2]), np.array([2, 0, 3]))
    assert (places.tolist(), whose.tolist()) == ([5, 6, 2, 3, 4], [0, 0, 2, 2, 2])
