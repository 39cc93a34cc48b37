"""Which function does which kind of long work: the one table, a line per kind."""

from coord.boundaries.enums import WorkKind
from coord.boundaries.studio_work import group_state
from coord.boundaries.vintage_works import check_import, keep_import
from coord.boundaries.works import Doer

DOERS: dict[WorkKind, Doer] = {
    WorkKind.CHECK_IMPORT: check_import,
    WorkKind.KEEP_IMPORT: keep_import,
    WorkKind.GROUP: group_state,
}
