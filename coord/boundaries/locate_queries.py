"""Points of a table against the boundaries and the joint groups of a day."""

from collections.abc import Mapping
from datetime import date

from coord.boundaries import atlas, queries
from coord.boundaries.annotating import Annotator, Columns, Say, read_points
from coord.boundaries.datum import Datum
from coord.boundaries.tables import Table
from coord.kernel.text import N_


def annotator(table: Table, columns: Columns, datum: Datum, *, day: date, say: Say) -> Annotator:
    """Where each row's point lies by the current boundaries, with the groups of a day."""
    key = atlas.get_key()
    located = atlas.gazetteer(key).locate_many(*read_points(table, columns), datum)
    return Annotator(table, columns, located, atlas.names(key), _groups(day, say), say)


def _groups(day: date, say: Say) -> Mapping[str, str]:
    """Code → its joint groups in words."""
    words: dict[str, list[str]] = {}
    for group in queries.groups_on(day):
        title = say(N_("第%(n)s组 %(name)s"), n=group.number, name=group.name)
        for code in group.county_codes:
            words.setdefault(code, []).append(title)
    return {code: "、".join(titles) for code, titles in words.items()}
