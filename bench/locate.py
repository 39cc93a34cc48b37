"""Where many points lie: ours against geopandas, in one process, after a warm-up of each.

The same question to both: the county of each point, and the metres to the nearest border
between cities where one lies within 10 km. geopandas answers with `sjoin` and
`sjoin_nearest(max_distance=…)` in UTM 48N; its lines are projected beforehand, its points are
not, since they come in degrees. Ours does more in its time: every border within 10 km, and
the other counties within the boundaries' accuracy.
"""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass

import geopandas
import numpy as np
from shapely import get_coordinates, get_parts, line_interpolate_point

from coord.boundaries.annotating import Annotator, guess_columns, read_points
from coord.boundaries.contacts import GEOD, Contact, Unit, find_contacts
from coord.boundaries.lines import Floats
from coord.boundaries.locate import REACH_M, Gazetteer
from coord.boundaries.sources import read_shipped
from coord.boundaries.table_writing import NumberedRow, write_xlsx
from coord.boundaries.tables import read_table

#: Points in a set, runs of each way; the best run counts.
COUNT, ROUNDS = 100_000, 7
SEED = 20_261_125
ACCURACY_M = 500.0
UTM = 32648

#: Points whose distances are checked against geodesics.
CHECKED = 200


@dataclass(frozen=True)
class Answer:
    """County code of each point ("" in none), metres to the nearest border (NaN: none)."""

    county: np.ndarray
    metres: Floats


class Peer:
    """geopandas with its layers ready."""

    def __init__(self, units: tuple[Unit, ...], contacts: tuple[Contact, ...]) -> None:
        self.counties = geopandas.GeoDataFrame(
            {"code": [unit.code for unit in units]},
            geometry=[unit.geometry for unit in units],
            crs=4490,
        )
        lines = geopandas.GeoDataFrame(geometry=[one.line for one in contacts], crs=4490)
        self.borders = lines.to_crs(UTM)

    def ask(self, lon: Floats, lat: Floats) -> Answer:
        """The county by `sjoin`, the distance by `sjoin_nearest`."""
        where = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs=4490)
        inside = geopandas.sjoin(where, self.counties, how="left", predicate="intersects")
        inside = inside[~inside.index.duplicated()]
        near = geopandas.sjoin_nearest(
            where.to_crs(UTM), self.borders, how="left", max_distance=REACH_M, distance_col="metres"
        )
        near = near[~near.index.duplicated()]
        return Answer(inside["code"].fillna("").to_numpy(str), near["metres"].to_numpy(float))


def ours(gazetteer: Gazetteer, lon: Floats, lat: Floats) -> Answer:
    """The same answer from a Gazetteer."""
    found = gazetteer.locate_many(lon, lat)
    codes = np.array([*found.codes, ""])
    return Answer(codes[found.unit], found.nearest()[1])


def main() -> None:
    """Print times, ratio, agreement and error; then files from end to end."""
    units = read_shipped().units
    contacts = find_contacts(units).contacts
    start = time.perf_counter()
    gazetteer = Gazetteer(units, contacts, accuracy_m=ACCURACY_M)
    print(f"{len(units)} counties, {len(contacts)} city borders, ", end="")
    print(f"index built in {time.perf_counter() - start:.3f} s; {COUNT:,} points a set")
    peer = Peer(units, contacts)
    for name, (lon, lat) in point_sets(gazetteer).items():
        seconds, mine = best(lambda lon=lon, lat=lat: ours(gazetteer, lon, lat))  # type: ignore[misc]
        theirs_seconds, theirs = best(lambda lon=lon, lat=lat: peer.ask(lon, lat))  # type: ignore[misc]
        print(f"\n{name}")
        print(f"  coord      {seconds:7.2f} s  {COUNT / seconds:10,.0f} points/s")
        print(f"  geopandas  {theirs_seconds:7.2f} s  {COUNT / theirs_seconds:10,.0f} points/s")
        print(f"  ratio      {theirs_seconds / seconds:7.1f}")
        compare(mine, theirs)
        check(lon, lat, contacts, mine, theirs)
    files(gazetteer, units, *point_sets(gazetteer)["anywhere in the counties"])


def point_sets(gazetteer: Gazetteer) -> dict[str, tuple[Floats, Floats]]:
    """Points anywhere in the 81 counties, and points that lie near a city border."""
    random = np.random.default_rng(SEED)
    lon, lat = random.uniform(101.9, 110.3, 8 * COUNT), random.uniform(28.1, 32.3, 8 * COUNT)
    found = gazetteer.locate_many(lon, lat)
    inside = np.flatnonzero(found.unit >= 0)
    near = np.flatnonzero(~np.isnan(found.nearest()[1]))
    near = np.resize(near, COUNT)
    shift = random.normal(0, 0.002, (2, COUNT))
    return {
        "anywhere in the counties": (lon[inside[:COUNT]], lat[inside[:COUNT]]),
        "within about 10 km of a city border": (lon[near] + shift[0], lat[near] + shift[1]),
    }


def best(ask: Callable[[], Answer]) -> tuple[float, Answer]:
    """Seconds of the best of ROUNDS runs after one that does not count, and the answer."""
    ask()
    least = np.inf
    for _round in range(ROUNDS):
        start = time.perf_counter()
        answer = ask()
        least = min(least, time.perf_counter() - start)
    return float(least), answer


def compare(mine: Answer, theirs: Answer) -> None:
    """How far the two agree."""
    same = int((mine.county == theirs.county).sum())
    both = ~np.isnan(mine.metres) & ~np.isnan(theirs.metres)
    either = int((np.isnan(mine.metres) != np.isnan(theirs.metres)).sum())
    apart = np.abs(mine.metres[both] - theirs.metres[both])
    print(f"  agreement  county {same:,} of {len(mine.county):,}; {both.sum():,} have a border in")
    print(
        f"             reach by both, {either} by one alone; distances differ by at most ", end=""
    )
    print(f"{apart.max():.1f} m, {100 * (apart / np.maximum(mine.metres[both], 100)).max():.3f} %")


def check(
    lon: Floats, lat: Floats, contacts: tuple[Contact, ...], mine: Answer, theirs: Answer
) -> None:
    """The largest error of both against geodesics, over some points."""
    both = np.flatnonzero(~np.isnan(mine.metres) & ~np.isnan(theirs.metres))[:CHECKED]
    worst = [0.0, 0.0]
    for place in both:
        true = min(
            slow(lon[place], lat[place], one) for one in contacts if _close(lon, lat, place, one)
        )
        for way, answer in enumerate((mine, theirs)):
            worst[way] = max(worst[way], abs(answer.metres[place] - true) / max(true, 100))
    print(f"  error      against geodesics, {len(both)} points: ", end="")
    print(f"coord {100 * worst[0]:.5f} %, geopandas in UTM {100 * worst[1]:.3f} %")


def _close(lon: Floats, lat: Floats, place: int, contact: Contact) -> bool:
    west, south, east, north = contact.line.bounds
    return west - 0.12 < lon[place] < east + 0.12 and south - 0.1 < lat[place] < north + 0.1


def slow(lon: float, lat: float, contact: Contact) -> float:
    """Geodesic metres to the nearest of ever denser places along a border."""
    least = np.inf
    for part in get_parts(contact.line):
        low, high = 0.0, part.length
        for _round in range(3):
            along = np.linspace(low, high, 2001)
            x, y = get_coordinates(line_interpolate_point(part, along)).T
            metres = GEOD.inv(np.full(2001, lon), np.full(2001, lat), x, y)[2]
            at = int(metres.argmin())
            least = min(least, float(metres[at]))
            low, high = along[max(at - 1, 0)], along[min(at + 1, 2000)]
    return least


def files(gazetteer: Gazetteer, units: tuple[Unit, ...], lon: Floats, lat: Floats) -> None:
    """A CSV file and a workbook: bytes in, annotated bytes out."""
    rows = [
        (f"企业{n}", "510100", f"{x:.6f}", f"{y:.6f}")
        for n, (x, y) in enumerate(zip(lon, lat, strict=True))
    ]
    text = io.StringIO()
    csv.writer(text).writerows([("企业", "代码", "经度", "纬度"), *rows])
    names = {unit.code: unit.name for unit in units}
    content, name = text.getvalue().encode(), "x.csv"
    print()
    for _format in ("CSV", "Excel"):
        start = time.perf_counter()
        table = read_table(content, name)
        read = time.perf_counter() - start
        columns = guess_columns(table)
        found = gazetteer.locate_many(*read_points(table, columns))
        told = Annotator(table, columns, found, names, {}, lambda message, **_p: message)
        size = len(told.file())
        seconds = time.perf_counter() - start
        print(f"{_format:5}: {len(table.rows):,} rows from end to end in {seconds:.1f} s ", end="")
        print(
            f"(reading {read:.1f} s), {len(table.rows) / seconds:,.0f} rows/s, {size:,} bytes out"
        )
        content, name = _as_workbook(table.rows), "x.xlsx"


def _as_workbook(rows: tuple[tuple[str, ...], ...]) -> bytes:
    """As a person's workbook has them: coordinates are numbers."""
    head = (1, ["企业", "代码", "经度", "纬度"])
    body: list[NumberedRow] = [
        (n, (row[0], row[1], float(row[2]), float(row[3]))) for n, row in enumerate(rows, 2)
    ]
    return write_xlsx([head, *body])


if __name__ == "__main__":
    main()
