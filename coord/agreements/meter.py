"""How far each obligation is met, from records. Pure.

A record counts for a row when its kind, its subject, its parties and its day fit and it is
done and confirmed. What does not count is kept with the reason, so that every figure can be
argued.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
class Term:
    """What the agreement itself sets: its first and last day (None: no end) and its cities."""

    effective_from: date
    effective_to: date | None
    parties: frozenset[str]

    def clip(self, first: date, last: date) -> tuple[date, date] | None:
        """The part of a span in which the agreement is in force; None where there is none."""
        start = max(first, self.effective_from)
        end = last if self.effective_to is None else min(last, self.effective_to)
        return (start, end) if start <= end else None


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
    #: The rule's months, as far as the agreement is in force.
    window_from: date
    window_to: date
    required: int
    done: tuple[Judged, ...]
    planned: tuple[Judged, ...]
    #: Of this kind and subject, yet not counted.
    not_counted: tuple[Judged, ...]
    #: Of this kind for another subject, or of this subject but another kind.
    others: tuple[Judged, ...]
    overdue: int
    #: Days to the window's end, from today; None after it, or before it begins.
    days_left: int | None

    @property
    def is_triggered_only(self) -> bool:
        """Owed only when something happens: nothing done is not a miss."""
        return self.rule.trigger is not Trigger.NONE

    @property
    def is_blank(self) -> bool:
        """Whether no record speaks of it, for or against."""
        return not (self.done or self.planned or self.not_counted or self.others)

    @property
    def missing(self) -> int:
        """How many more must be done."""
        return max(self.required - len(self.done), 0)


COUNTED = N_("已开展并经各方确认")
PLANNED = N_("已发布,尚未开展")
OUTSIDE_TERM = N_("不在协议有效期内")
OUTSIDE_WINDOW = N_("不在规定的时间窗口内")
TOO_FEW_PARTIES = N_("参加方不足两个签约城市")
OTHER_KIND = N_("不是本项义务计入的类型")
OTHER_SUBJECT = {
    ForWhom.GROUP: N_("属于其他联动组或不属于联动组"),
    ForWhom.CITY: N_("本市没有参加"),
}

#: A joint record is of at least this many of the agreement's cities.
MIN_PARTIES = 2


def measure(
    rules: Sequence[Rule],
    subjects: Sequence[Subject],
    records: Iterable[Record],
    *,
    term: Term,
    year: int,
    today: date,
) -> tuple[MeterRow, ...]:
    """One row for each rule and subject that owes it, in the order of rules, then subjects.

    A rule whose months lie wholly outside the agreement's term in `year` owes nothing.
    """
    everything = sorted(
        (record for record in records if record.on.year == year),
        key=lambda record: (record.on, record.key),
    )
    rows: list[MeterRow] = []
    for rule in rules:
        window = term.clip(date(year, rule.first_month, 1), _month_end(year, rule.last_month))
        if window is not None:
            rows += [
                _row(rule, subject, everything, term=term, window=window, today=today)
                for subject in subjects
                if _owes(rule, subject)
            ]
    return tuple(rows)


def _owes(rule: Rule, subject: Subject) -> bool:
    if rule.for_whom is ForWhom.GROUP:
        return subject.group_id is not None
    if rule.for_whom is ForWhom.CITY:
        return bool(subject.party)
    return not subject.key


def _row(
    rule: Rule,
    subject: Subject,
    records: Sequence[Record],
    *,
    term: Term,
    window: tuple[date, date],
    today: date,
) -> MeterRow:
    first, last = window
    done: list[Judged] = []
    planned: list[Judged] = []
    not_counted: list[Judged] = []
    others: list[Judged] = []
    for record in records:
        stray = _stray(record, rule, subject)
        reason = _fault(record, term, window) if stray is None else None
        if stray is not None:
            others += [Judged(record, stray)] if stray else []
        elif reason is not None:
            not_counted.append(Judged(record, reason))
        elif record.done:
            done.append(Judged(record, COUNTED))
        else:
            planned.append(Judged(record, PLANNED))
    required = rule.required if rule.trigger is Trigger.NONE else 0
    return MeterRow(
        rule=rule,
        subject=subject,
        window_from=first,
        window_to=last,
        required=required,
        done=tuple(done),
        planned=tuple(planned),
        not_counted=tuple(not_counted),
        others=tuple(others),
        overdue=max(required - len(done), 0) if today > last else 0,
        days_left=(last - today).days if first <= today <= last else None,
    )


def _stray(record: Record, rule: Rule, subject: Subject) -> str | None:
    """Why a record is of something else; "" where nobody would expect it here; None if not."""
    concerns = _concerns(record, subject)
    if record.kind is rule.kind:
        return None if concerns else OTHER_SUBJECT.get(rule.for_whom, "")
    # A lead is never mistaken for a joint action, and there are many of them.
    return OTHER_KIND if concerns and record.kind is not RecordKind.LEAD_TRANSFER else ""


def _concerns(record: Record, subject: Subject) -> bool:
    if subject.group_id is not None:
        return record.group_id == subject.group_id
    if subject.party:
        return subject.party in record.parties
    return True


def _fault(record: Record, term: Term, window: tuple[date, date]) -> str | None:
    if len(term.parties.intersection(record.parties)) < MIN_PARTIES:
        return TOO_FEW_PARTIES
    if term.clip(record.on, record.on) is None:
        return OUTSIDE_TERM
    if not window[0] <= record.on <= window[1]:
        return OUTSIDE_WINDOW
    return None if record.done else record.excluded


def _month_end(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)
