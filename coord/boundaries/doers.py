"""Which function does which kind of long work: the one table, a line per kind."""

from coord.boundaries.enums import WorkKind
from coord.boundaries.works import Doer

DOERS: dict[WorkKind, Doer] = {}
