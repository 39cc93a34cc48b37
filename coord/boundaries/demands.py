"""The single demands that rules consist of, in words, and how far each may give way. Pure."""

from dataclasses import dataclass, replace

from coord.boundaries.rules import Rules
from coord.kernel.text import N_, Phrase


@dataclass(frozen=True)
class Unit:
    """One demand: its kind, the county, pair or party it names, and its words.

    `steps` is what giving way costs: for each county, group or size that a number moves,
    or for giving up a pin, the hub or the least length. The hub defines a plan, so it costs
    most; of equal costs the kinds give way in the order in which they stand in `KINDS`.
    """

    kind: str
    phrase: Phrase
    key: str | tuple[str, str] = ""

    @property
    def steps(self) -> float:
        """The cost of one step."""
        whole = {"hub": 3.0, "shortest": 2.0}.get(self.kind, 1.0)
        return whole + KINDS.index(self.kind) / 1000


#: In the order in which they give way when the cost is equal.
KINDS = (
    "counties",
    "groups",
    "largest",
    "smallest",
    "shortest",
    "apart",
    "together",
    "include",
    "exclude",
    "hub",
)

#: Kinds that are numbers and give way step by step.
NUMBERS = ("counties", "groups", "largest", "smallest")


def units_of(rules: Rules) -> tuple[Unit, ...]:
    """Every demand of the rules; those that ask for nothing are left out."""
    units: list[Unit] = []
    if rules.groups is not None:
        units.append(Unit("groups", Phrase(N_("恰为%(count)s个组"), {"count": rules.groups})))
    if rules.counties is not None:
        units.append(Unit("counties", Phrase(N_("恰为%(count)s个县"), {"count": rules.counties})))
    if rules.smallest > 2:
        words = Phrase(N_("每组不少于%(count)s个县"), {"count": rules.smallest})
        units.append(Unit("smallest", words))
    units.append(Unit("largest", Phrase(N_("每组不多于%(count)s个县"), {"count": rules.largest})))
    if rules.hub is not None:
        words = Phrase(N_("只计与%(party)s接壤的边界"), {"party": rules.hub})
        units.append(Unit("hub", words, rules.hub))
    if rules.min_contact_m > 0:
        words = Phrase(N_("边界不短于%(metres)s米"), {"metres": f"{rules.min_contact_m:g}"})
        units.append(Unit("shortest", words))
    return (*units, *_pins(rules))


def _pins(rules: Rules) -> list[Unit]:
    return [
        *(
            Unit(kind, Phrase(msgid, {"code": code}), code)
            for kind, msgid, codes in (
                ("include", N_("必须纳入%(code)s"), rules.must_include),
                ("exclude", N_("必须排除%(code)s"), rules.must_exclude),
            )
            for code in sorted(codes)
        ),
        *(
            Unit(kind, Phrase(msgid, {"a": a, "b": b}), (a, b))
            for kind, msgid, pairs in (
                ("together", N_("%(a)s与%(b)s同组"), rules.together),
                ("apart", N_("%(a)s与%(b)s分开"), rules.apart),
            )
            for a, b in sorted(pairs)
        ),
    ]


def without_pin(rules: Rules, unit: Unit) -> Rules:
    """The rules with a pin given up."""
    if unit.kind == "include":
        return replace(rules, must_include=rules.must_include - {unit.key})
    if unit.kind == "exclude":
        return replace(rules, must_exclude=rules.must_exclude - {unit.key})
    if unit.kind == "together":
        return replace(rules, together=rules.together - {unit.key})
    return replace(rules, apart=rules.apart - {unit.key})


def loosened(rules: Rules, unit: Unit, step: int, shortest_m: float) -> tuple[Rules, Phrase]:
    """The rules with a demand moved by `step` (numbers) or given up, and the change in words.

    `shortest_m` is the length down to which borders are needed where the least length gives way.
    """
    kind = unit.kind
    if kind in NUMBERS:
        was = getattr(rules, kind)
        words = {
            "groups": N_("%(was)s个组改为%(now)s个组"),
            "counties": N_("%(was)s个县改为%(now)s个县"),
            "largest": N_("每组上限由%(was)s个县改为%(now)s个县"),
            "smallest": N_("每组下限由%(was)s个县改为%(now)s个县"),
        }[kind]
        moved = replace(rules, **{kind: was + step})
        return moved, Phrase(words, {"was": was, "now": was + step})
    if kind == "hub":
        return replace(rules, hub=None), Phrase(
            N_("不再限于与%(party)s接壤的边界"), {"party": rules.hub}
        )
    if kind == "shortest":
        now = float(int(shortest_m))
        return replace(rules, min_contact_m=now), Phrase(
            N_("最短边界由%(was)s米改为%(now)s米"),
            {"was": f"{rules.min_contact_m:g}", "now": f"{now:g}"},
        )
    words = {
        "include": N_("不再要求纳入%(code)s"),
        "exclude": N_("不再排除%(code)s"),
        "together": N_("不再要求%(a)s与%(b)s同组"),
        "apart": N_("不再要求%(a)s与%(b)s分开"),
    }[kind]
    return without_pin(rules, unit), Phrase(words, unit.phrase.params)
