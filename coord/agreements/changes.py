"""What a successor asks differently from the document before it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.agreements.enums import RecordKind
from coord.agreements.meter import Rule
from coord.kernel.text import N_

ADDED = N_("新增")
REMOVED = N_("取消")
NUMBER = N_("次数")
WINDOW = N_("窗口")
WHOM = N_("对象")
TRIGGER = N_("触发")


@dataclass(frozen=True)
class Change:
    """One difference of one obligation; `what`, `before` and `after` are msgids or plain."""

    kind: RecordKind
    what: str
    before: str
    after: str


def compare(before: Sequence[Rule], after: Sequence[Rule]) -> tuple[Change, ...]:
    """Differences in the order of the later rules, then those that are gone."""
    old = {rule.key: rule for rule in before}
    kept = {rule.key for rule in after}
    found: list[Change] = []
    for rule in after:
        if rule.key in old:
            found += _differences(old[rule.key], rule)
        else:
            found.append(Change(rule.kind, ADDED, "", str(rule.required)))
    found += [
        Change(rule.kind, REMOVED, str(rule.required), "")
        for rule in before
        if rule.key not in kept
    ]
    return tuple(found)


def _differences(old: Rule, new: Rule) -> list[Change]:
    pairs = (
        (NUMBER, str(old.required), str(new.required)),
        (WINDOW, _months(old), _months(new)),
        (WHOM, old.for_whom.label, new.for_whom.label),
        (TRIGGER, old.trigger.label, new.trigger.label),
    )
    return [Change(new.kind, what, was, now) for what, was, now in pairs if was != now]


def _months(rule: Rule) -> str:
    return f"{rule.first_month}–{rule.last_month}"
