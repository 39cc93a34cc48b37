"""How far each obligation is met, from records. Pure.

A record counts for a row when its kind, its subject and its day fit and it is done and
confirmed. What does not count is kept with the reason, so that every figure can be argued.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from coord.agreements.enums import ForWhom, RecordKind, Trigger
from coord.kernel.text import N_


@dataclass(frozen=True)
class Record:
    """Something held or handled, as a room tells it. `done`: held, recorded and confirmed."""

    kind: RecordKind
    #: Unique over all rooms: `action:12`.
    key: str
    title: str
    path: str
    on: date
    done: bool
    group_id: int | None
    parties: tuple[str, ...]
    #: Why it does not count although its day has come (a msgid); None where nothing is wrong.
    excluded: str | None = None


@dataclass(frozen=True)
class Rule:
    """An obligation as the meter reads it. Months are 1 to 12, both ends in."""

    key: str
    kind: RecordKind
    for_whom: ForWhom
    first_month: int
    last_month: int
    required: int
    trigger: Trigger


@dataclass(frozen=True)
class Subject:
    """Who owes: the whole agreement (key ""), a city (its party key), a group (its id)."""

    key: str
    name: str
    group_id: int | None = None
    party: str = ""


@dataclass(frozen=True)
class Judged:
    """A record and why it counts or not (a msgid)."""

    record: Record
    reason: str


@dataclass(frozen=True)
class MeterRow:
    """One obligation of one subject in one year."""

    rule: Rule
    subject: Subject
    window_from: date
    window_to: date
    required: int
    done: tuple[Judged, ...]
    planned: tuple[Judged, ...]
    not_counted: tuple[Judged, ...]
    overdue: int
    #: Days to the window's end, from today; None after it, or before it begins.
    days_left: int | None

    @property
    def is_triggered_only(self) -> bool:
        """Owed only when something happens: nothing done is not a miss."""
        return self.rule.trigger is not Trigger.NONE

    @property
    def missing(self) -> int:
        """How many more must be done."""
        return max(self.required - len(self.done), 0)


COUNTED = N_("已开展并经各方确认")
PLANNED = N_("已发布,尚未开展")


def measure(
    rules: Sequence[Rule],
    subjects: Sequence[Subject],
    records: Iterable[Record],
    *,
    year: int,
    today: date,
) -> tuple[MeterRow, ...]:
    """One row for each rule and subject that owes it, in the order of rules, then subjects."""
    everything = sorted(records, key=lambda record: (record.on, record.key))
    return tuple(
        _row(rule, subject, everything, year=year, today=today)
        for rule in rules
        for subject in subjects
        if _owes(rule, subject)
    )


def _owes(rule: Rule, subject: Subject) -> bool:
    if rule.for_whom is ForWhom.GROUP:
        return subject.group_id is not None
    if rule.for_whom is ForWhom.CITY:
        return bool(subject.party)
    return not subject.key


def _row(
    rule: Rule, subject: Subject, records: Sequence[Record], *, year: int, today: date
) -> MeterRow:
    window_from = date(year, rule.first_month, 1)
    window_to = _month_end(year, rule.last_month)
    own = [record for record in records if record.kind is rule.kind and _concerns(record, subject)]
    done: list[Judged] = []
    planned: list[Judged] = []
    not_counted: list[Judged] = []
    for record in own:
        if record.on.year != year:
            continue
        if not window_from <= record.on <= window_to:
            not_counted.append(Judged(record, N_("不在规定的时间窗口内")))
        elif record.done:
            done.append(Judged(record, COUNTED))
        elif record.excluded is not None:
            not_counted.append(Judged(record, record.excluded))
        else:
            planned.append(Judged(record, PLANNED))
    required = rule.required if rule.trigger is Trigger.NONE else 0
    is_over = today > window_to
    return MeterRow(
        rule=rule,
        subject=subject,
        window_from=window_from,
        window_to=window_to,
        required=required,
        done=tuple(done),
        planned=tuple(planned),
        not_counted=tuple(not_counted),
        overdue=max(required - len(done), 0) if is_over else 0,
        days_left=(window_to - today).days if window_from <= today <= window_to else None,
    )


def _concerns(record: Record, subject: Subject) -> bool:
    if subject.group_id is not None:
        return record.group_id == subject.group_id
    if subject.party:
        return subject.party in record.parties
    return True


def _month_end(year: int, month: int) -> date:
    return (
        date(year, 12, 31)
        if month == 12
        else date.fromordinal(date(year, month + 1, 1).toordinal() - 1)
    )
