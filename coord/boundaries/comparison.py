"""Two vintages side by side: counties come and gone, contacts gained and lost, groups hit. Pure."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from shapely import STRtree, area, intersection

from coord.boundaries.contacts import Unit
from coord.kernel.text import N_

#: Ground that two counties have in common, as a share of one of them, to be the same ground.
SAME_GROUND = 0.8

#: Changes of length below this share are how two sources draw one line.
LENGTH_CHANGE = 0.01

Pair = tuple[str, str]


class CodeChange(enum.StrEnum):
    """What became of a county between two vintages."""

    RECODED = "recoded"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    VANISHED = "vanished"
    RENAMED = "renamed"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> str:
        """As a msgid."""
        return CODE_LABELS[self]


CODE_LABELS: dict[CodeChange, str] = {
    CodeChange.RECODED: N_("代码变更"),
    CodeChange.SPLIT: N_("拆分"),
    CodeChange.MERGED: N_("合并"),
    CodeChange.NEW: N_("新增区县"),
    CodeChange.VANISHED: N_("不再出现"),
    CodeChange.RENAMED: N_("更名"),
    CodeChange.ELSEWHERE: N_("同代码不同位置"),
}


class LengthChange(enum.StrEnum):
    """What became of a contact."""

    GAINED = "gained"
    LOST = "lost"
    LENGTHENED = "lengthened"
    SHORTENED = "shortened"

    @property
    def label(self) -> str:
        """As a msgid."""
        return LENGTH_LABELS[self]


LENGTH_LABELS: dict[LengthChange, str] = {
    LengthChange.GAINED: N_("新增边界"),
    LengthChange.LOST: N_("失去边界"),
    LengthChange.LENGTHENED: N_("变长"),
    LengthChange.SHORTENED: N_("变短"),
}


@dataclass(frozen=True)
class CountyChange:
    """Counties (code and name, by code) before and after, and the share of common ground."""

    kind: CodeChange
    before: tuple[Pair, ...]
    after: tuple[Pair, ...]
    share: float


@dataclass(frozen=True)
class ContactChange:
    """A contact by today's codes, `a` < `b`, with its metres before and after."""

    kind: LengthChange
    a: str
    b: str
    before_m: float
    after_m: float


def compare_counties(before: Sequence[Unit], after: Sequence[Unit]) -> tuple[CountyChange, ...]:
    """What changed, by kind and code. Zones, whose keys have a letter, are left aside."""
    old = {unit.code: unit for unit in before if unit.code.isdigit()}
    new = {unit.code: unit for unit in after if unit.code.isdigit()}
    shares = _Shares(old, new)
    changes = _regrouped(shares)
    told_old = {code for one in changes for code, _name in one.before}
    told_new = {code for one in changes for code, _name in one.after}
    for code in sorted(set(new) - set(old) - told_new):
        changes.append(CountyChange(CodeChange.NEW, (), (_called(new[code]),), 0.0))
    for code in sorted(set(old) - set(new) - told_old):
        changes.append(CountyChange(CodeChange.VANISHED, (_called(old[code]),), (), 0.0))
    for code in sorted(set(old) & set(new)):
        ends = ((_called(old[code]),), (_called(new[code]),))
        share = shares.of_old.get((code, code), 0.0)
        # Units whose ground is not in question may come without it.
        drawn = not (old[code].geometry.is_empty or new[code].geometry.is_empty)
        if (
            drawn
            and share < 1 - SAME_GROUND
            and shares.of_new.get((code, code), 0.0) < 1 - SAME_GROUND
        ):
            changes.append(CountyChange(CodeChange.ELSEWHERE, *ends, share))
        elif old[code].name != new[code].name:
            changes.append(CountyChange(CodeChange.RENAMED, *ends, share))
    kinds = list(CodeChange)
    return tuple(sorted(changes, key=lambda one: (kinds.index(one.kind), one.before, one.after)))


class _Shares:
    """Common ground of every old with every new county, as a share of each."""

    def __init__(self, old: Mapping[str, Unit], new: Mapping[str, Unit]) -> None:
        self.old, self.new = old, new
        olds, news = list(old.values()), list(new.values())
        of_old: dict[Pair, float] = {}
        of_new: dict[Pair, float] = {}
        if olds and news:
            left = np.array([unit.geometry for unit in olds], dtype=object)
            right = np.array([unit.geometry for unit in news], dtype=object)
            i, j = STRtree(right).query(left, predicate="intersects")
            # Only what came, went or stands elsewhere needs its ground measured.
            wanted = [
                olds[a].code not in new or news[b].code not in old or olds[a].code == news[b].code
                for a, b in zip(i, j, strict=True)
            ]
            i, j = i[wanted], j[wanted]
            common = area(intersection(left[i], right[j]))
            for a, b, ground in zip(i, j, common, strict=True):
                pair = (olds[a].code, news[b].code)
                of_old[pair] = float(ground / max(area(left[a]), 1e-15))
                of_new[pair] = float(ground / max(area(right[b]), 1e-15))
        self.of_old, self.of_new = of_old, of_new

    def inside_new(self, code: str) -> list[str]:
        """Old counties that lie in a new one."""
        return sorted(a for (a, b), s in self.of_old.items() if b == code and s >= SAME_GROUND)

    def inside_old(self, code: str) -> list[str]:
        """New counties that lie in an old one."""
        return sorted(b for (a, b), s in self.of_new.items() if a == code and s >= SAME_GROUND)


def _regrouped(shares: _Shares) -> list[CountyChange]:
    """Same ground under another code, one county made of several, several of one."""
    changes: list[CountyChange] = []
    old, new = shares.old, shares.new
    for code in sorted(new):
        parts = [part for part in shares.inside_new(code) if part not in new or part == code]
        if len(parts) == 1 and code not in old and code in shares.inside_old(parts[0]):
            share = min(shares.of_old[parts[0], code], shares.of_new[parts[0], code])
            ends = ((_called(old[parts[0]]),), (_called(new[code]),))
            changes.append(CountyChange(CodeChange.RECODED, *ends, share))
        elif len(parts) > 1:
            before = tuple(_called(old[part]) for part in parts)
            share = min(shares.of_old[part, code] for part in parts)
            changes.append(CountyChange(CodeChange.MERGED, before, (_called(new[code]),), share))
    for code in sorted(old):
        parts = [part for part in shares.inside_old(code) if part not in old or part == code]
        if len(parts) > 1:
            after = tuple(_called(new[part]) for part in parts)
            share = min(shares.of_new[code, part] for part in parts)
            changes.append(CountyChange(CodeChange.SPLIT, (_called(old[code]),), after, share))
    return changes


def _called(unit: Unit) -> Pair:
    return unit.code, unit.name


def recoded(changes: Iterable[CountyChange]) -> dict[str, str]:
    """Old code → new code of the same ground."""
    return {one.before[0][0]: one.after[0][0] for one in changes if one.kind is CodeChange.RECODED}


def compare_contacts(
    before: Mapping[Pair, float], after: Mapping[Pair, float], renamed: Mapping[str, str]
) -> tuple[ContactChange, ...]:
    """Contacts gained, lost, and longer or shorter by over a hundredth; the largest first."""
    earlier = {
        (min(ends), max(ends)): metres
        for (a, b), metres in before.items()
        for ends in [(renamed.get(a, a), renamed.get(b, b))]
    }
    changes = [
        ContactChange(kind, a, b, earlier.get((a, b), 0.0), after.get((a, b), 0.0))
        for a, b in earlier.keys() | after.keys()
        for kind in [_kind(earlier.get((a, b)), after.get((a, b)))]
        if kind is not None
    ]
    kinds = list(LengthChange)
    return tuple(
        sorted(
            changes,
            key=lambda one: (kinds.index(one.kind), -abs(one.after_m - one.before_m), one.a, one.b),
        )
    )


def _kind(before: float | None, after: float | None) -> LengthChange | None:
    if before is None:
        return LengthChange.GAINED
    if after is None:
        return LengthChange.LOST
    if after > before * (1 + LENGTH_CHANGE):
        return LengthChange.LENGTHENED
    return LengthChange.SHORTENED if after < before * (1 - LENGTH_CHANGE) else None


@dataclass(frozen=True)
class GroupHit:
    """A group that the change touches: its members by the old codes, and what happens to it."""

    members: tuple[str, ...]
    vanished: tuple[str, ...]
    lost: tuple[Pair, ...]
    #: Metres inside the group before and after.
    before_m: float
    after_m: float


def hit_groups(
    groups: Iterable[Sequence[str]],
    before: Mapping[Pair, float],
    after: Mapping[Pair, float],
    renamed: Mapping[str, str],
    codes_after: set[str],
) -> tuple[GroupHit | None, ...]:
    """For each group what becomes of it, None where nothing that counts."""
    return tuple(_hit(tuple(one), before, after, renamed, codes_after) for one in groups)


def _hit(
    members: tuple[str, ...],
    before: Mapping[Pair, float],
    after: Mapping[Pair, float],
    renamed: Mapping[str, str],
    codes_after: set[str],
) -> GroupHit | None:
    now = {renamed.get(code, code): code for code in members}
    inside_before = {p: m for p, m in before.items() if p[0] in members and p[1] in members}
    inside_after = {p: m for p, m in after.items() if p[0] in now and p[1] in now}
    kept = {tuple(sorted((now[a], now[b]))) for a, b in inside_after}
    hit = GroupHit(
        members=members,
        vanished=tuple(code for new, code in now.items() if new not in codes_after),
        lost=tuple(sorted(pair for pair in inside_before if pair not in kept)),
        before_m=sum(inside_before.values()),
        after_m=sum(inside_after.values()),
    )
    changed = abs(hit.after_m - hit.before_m) > LENGTH_CHANGE * max(hit.before_m, 1.0)
    recoded_inside = any(code in renamed for code in members)
    return hit if hit.vanished or hit.lost or changed or recoded_inside else None
