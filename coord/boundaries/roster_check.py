"""A roster that a person brings, held against the map: what is odd about it. Pure.

Official lists follow reasons that no map knows, so nothing here forbids; it remarks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coord.boundaries.contacts import Contact
from coord.kernel.text import N_


@dataclass(frozen=True)
class Remark:
    """What is odd: of which group (0: of the whole list), a msgid and its parameters."""

    group: int
    message: str
    params: Mapping[str, object]

    def as_data(self) -> dict[str, object]:
        """As kept with the roster."""
        return {"group": self.group, "message": self.message, "params": dict(self.params)}


def check_groups(
    groups: Mapping[int, Sequence[str]],
    contacts: Sequence[Contact],
    parties: Mapping[str, str],
    *,
    planned: Iterable[str] = (),
) -> list[Remark]:
    """Remarks on groups (number → codes), by group.

    `parties` is code → party; `planned` are the counties that the built-in scenario takes in.
    """
    touching = {code for one in contacts for code in (one.a, one.b)}
    remarks = [
        remark
        for number, codes in sorted(groups.items())
        for remark in _of_group(number, codes, contacts, parties, touching)
    ]
    return [*remarks, *_of_all(groups, planned)]


def _of_group(
    number: int,
    codes: Sequence[str],
    contacts: Sequence[Contact],
    parties: Mapping[str, str],
    touching: set[str],
) -> Iterator[Remark]:
    if len(codes) == 1:
        yield Remark(number, N_("本组只有%(county)s一个区县。"), {"county": codes[0]})
    elif len({parties[code] for code in codes}) == 1:
        yield Remark(number, N_("本组全部属于%(party)s,没有跨市。"), {"party": parties[codes[0]]})
    for code in sorted(set(codes) - touching):
        yield Remark(number, N_("%(county)s没有跨市边界。"), {"county": code})
    for part in _parts(codes, contacts)[1:]:
        if not (len(part) == 1 and part[0] not in touching):
            words = N_("%(counties)s与本组其他区县没有跨市边界相连。")
            yield Remark(number, words, {"counties": list(part)})


def _parts(codes: Sequence[str], contacts: Sequence[Contact]) -> list[tuple[str, ...]]:
    """The connected parts of a group, the largest first."""
    neighbours: dict[str, set[str]] = {code: set() for code in codes}
    for one in contacts:
        if one.a in neighbours and one.b in neighbours:
            neighbours[one.a].add(one.b)
            neighbours[one.b].add(one.a)
    parts: list[tuple[str, ...]] = []
    left = set(codes)
    while left:
        reached, frontier = set(), [min(left)]
        while frontier:
            here = frontier.pop()
            reached.add(here)
            frontier.extend(neighbours[here] - reached)
        parts.append(tuple(sorted(reached)))
        left -= reached
    return sorted(parts, key=lambda part: (-len(part), part))


def _of_all(groups: Mapping[int, Sequence[str]], planned: Iterable[str]) -> Iterator[Remark]:
    homes: dict[str, list[int]] = {}
    for number, codes in sorted(groups.items()):
        for code in codes:
            homes.setdefault(code, []).append(number)
    for code, numbers in sorted(homes.items()):
        if len(numbers) > 1:
            which = "、".join(str(number) for number in numbers)
            yield Remark(
                0, N_("%(county)s同时在第%(groups)s组。"), {"county": code, "groups": which}
            )
    missing = sorted(set(planned) - set(homes))
    if missing:
        yield Remark(
            0, N_("“方案口径”编入而本名单没有的区县:%(counties)s。"), {"counties": missing}
        )
