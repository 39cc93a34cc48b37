"""Whether a grouping keeps its rules, found without the solver that made it. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from coord.boundaries.contacts import Contact
from coord.boundaries.grouping import Grouping, Rules


def check_grouping(
    grouping: Grouping, contacts: Sequence[Contact], parties: Mapping[str, str]
) -> list[str]:
    """What is wrong with a grouping; an empty list if nothing.

    `parties` is by code and covers every code of the groups and contacts.
    """
    rules = grouping.rules
    usable = [contact for contact in contacts if _counts(contact, rules, parties)]
    faults = [*_count_faults(grouping), *_pin_faults(grouping)]
    covered = 0.0
    for group in grouping.groups:
        inside = [one for one in usable if one.a in group and one.b in group]
        covered += sum(contact.length_m for contact in inside)
        if not rules.smallest <= len(group) <= rules.largest:
            faults.append(f"size of {group}")
        if len({parties[code] for code in group}) < 2:
            faults.append(f"one party only: {group}")
        if _reach(group[0], inside) != set(group):
            faults.append(f"not connected: {group}")
    if abs(covered - grouping.covered_m) > 1e-6 * max(covered, 1.0):
        faults.append("covered length does not add up")
    return faults


def _counts(contact: Contact, rules: Rules, parties: Mapping[str, str]) -> bool:
    touches_hub = rules.hub is None or rules.hub in {parties[contact.a], parties[contact.b]}
    return touches_hub and contact.length_m >= rules.min_contact_m


def _count_faults(grouping: Grouping) -> Iterator[str]:
    rules = grouping.rules
    members = [code for group in grouping.groups for code in group]
    if len(members) != len(set(members)):
        yield "a county stands in two groups"
    if rules.groups is not None and len(grouping.groups) != rules.groups:
        yield "wrong number of groups"
    if rules.counties is not None and len(members) != rules.counties:
        yield "wrong number of counties"


def _pin_faults(grouping: Grouping) -> Iterator[str]:
    rules = grouping.rules
    home = {code: index for index, group in enumerate(grouping.groups) for code in group}
    if not rules.must_include <= set(home) or rules.must_exclude & set(home):
        yield "a pin is broken"
    if any(a not in home or home[a] != home.get(b) for a, b in rules.together):
        yield "a pair is parted"
    if any(a in home and home[a] == home.get(b) for a, b in rules.apart):
        yield "a pair that must be apart shares a group"


def _reach(start: str, contacts: Sequence[Contact]) -> set[str]:
    reached, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for contact in contacts:
            for a, b in ((contact.a, contact.b), (contact.b, contact.a)):
                if a == here and b not in reached:
                    reached.add(b)
                    frontier.append(b)
    return reached
