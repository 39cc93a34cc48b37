"""What changes from one vintage to another, as rows of a table."""

from collections.abc import Callable, Mapping

from coord.boundaries.comparison import CODE_LABELS, LENGTH_LABELS, ContactChange, CountyChange
from coord.boundaries.table_writing import Cell, NumberedRow
from coord.boundaries.vintage_queries import VintageComparison
from coord.kernel.text import N_

#: Words a msgid in the reader's language.
Say = Callable[[str], str]

SHEET = N_("边界版本的变化")
COUNTY, CONTACT = N_("区县"), N_("跨市边界")
HEADER = (
    N_("区县或边界"),
    N_("变化"),
    N_("原区县"),
    N_("新区县"),
    N_("重合(百分比)"),
    N_("边界两侧区县"),
    N_("原长(公里)"),
    N_("新长(公里)"),
    N_("长度变化(公里)"),
)

#: Characters wide.
WIDTHS = {0: 10, 1: 12, 2: 28, 3: 28, 5: 36, 6: 12, 7: 12, 8: 14}


def difference_rows(
    changes: VintageComparison, names: Mapping[str, str], say_it: Say
) -> list[NumberedRow]:
    """A header, then every county that changed, then every border; metres become km to 0.001."""
    rows: list[tuple[Cell, ...]] = [tuple(say_it(one) for one in HEADER)]
    rows += [_county(one, say_it) for one in changes.counties]
    rows += [_contact(one, names, say_it) for one in changes.contacts]
    return list(enumerate(rows, start=1))


def _county(change: CountyChange, say_it: Say) -> tuple[Cell, ...]:
    return (
        say_it(COUNTY),
        say_it(CODE_LABELS[change.kind]),
        " + ".join(f"{name} {code}" for code, name in change.before),
        " + ".join(f"{name} {code}" for code, name in change.after),
        round(100 * change.share, 1) if change.share else None,
    )


def _contact(change: ContactChange, names: Mapping[str, str], say_it: Say) -> tuple[Cell, ...]:
    sides = " – ".join(f"{names.get(code, code)} {code}" for code in (change.a, change.b))
    before, after = round(change.before_m / 1000, 3), round(change.after_m / 1000, 3)
    kind = say_it(LENGTH_LABELS[change.kind])
    return (say_it(CONTACT), kind, "", "", None, sides, before, after, round(after - before, 3))
