"""The lead form says how true the boundaries are and which county the point may also be in."""

import pytest
from flask import Flask

from tests.boundaries.builders import load_boundaries
from tests.boundaries.test_queries import BY_PUJIANGS_LINE, IN_PENGZHOU
from tests.factories import People


@pytest.mark.parametrize(
    ("place", "county", "possible"),
    [(BY_PUJIANGS_LINE, "成都市蒲江县", "丹棱县"), (IN_PENGZHOU, "成都市彭州市", "")],
    ids=["by the line", "well inside"],
)
def test_the_neighbour_is_offered_within_the_accuracy(
    app: Flask, people: People, place: tuple[float, float], county: str, possible: str
) -> None:
    vintage = load_boundaries()
    client = people.client(app, "pujiang")
    path = f"/cases/locate?lon={place[0]}&lat={place[1]}&datum=cgcs2000"
    found = client.get(path).get_json()
    assert (found["county"], found["possible"]) == (county, possible)
    assert found["accuracy"] == "±500米"
    vintage.accuracy_m = None
    unsaid = client.get(path).get_json()
    assert (unsaid["possible"], unsaid["accuracy"]) == ("", "精度未说明")
