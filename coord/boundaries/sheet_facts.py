"""From counties, borders and groups to a sheet with its words. Pure: words come from `say`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from coord.boundaries.enums import Verification
from coord.boundaries.names import short_name
from coord.boundaries.sheet import (
    Paper,
    Sheet,
    SheetGroup,
    SheetLine,
    SheetUnit,
    SheetZone,
    Words,
)
from coord.kernel.regions import party_name
from coord.kernel.text import N_

#: Words a msgid with its parameters in the reader's language.
Say = Callable[..., str]


@dataclass(frozen=True)
class Origin:
    """Where the boundaries come from, as the sheet must say."""

    source: str
    datum: str
    vintage: str
    accuracy_m: float | None
    map_approval_number: str | None


@dataclass(frozen=True)
class Subject:
    """What the sheet shows. Geometry in degrees; names as the vintage has them."""

    #: A msgid or a name that somebody gave.
    title: str
    #: The roster's or scenario's name; "" where the sheet shows cities alone.
    name: str
    verification: Verification | None
    units: Sequence[SheetUnit]
    lines: Sequence[SheetLine]
    #: (Codes, metres inside) of each group, numbered from 1; names are made from the codes.
    groups: Sequence[tuple[tuple[str, ...], float]]
    zones: Sequence[SheetZone] = ()
    #: What fills the places of `name`.
    name_params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Printing:
    """How the sheet is printed, and when."""

    paper: Paper
    landscape: bool
    day: date
    language: str = "zh-CN"


TITLE = N_("跨市边界与联动组图")
TITLE_OF_CITIES = N_("跨市边界图")


def build_sheet(subject: Subject, origin: Origin, printing: Printing, say: Say) -> Sheet:
    """The sheet in the reader's language."""
    names = {unit.code: unit.name for unit in subject.units}
    parties = {unit.code: unit.party for unit in subject.units}
    return Sheet(
        paper=printing.paper,
        landscape=printing.landscape,
        title=say(subject.title),
        subtitle=say(subject.name, **subject.name_params) if subject.name else "",
        badge=say(subject.verification.label) if subject.verification else "",
        badge_is_good=subject.verification is Verification.VERIFIED,
        units=[
            SheetUnit(unit.code, short_name(unit.name), unit.party, unit.geometry)
            for unit in subject.units
        ],
        lines=subject.lines,
        groups=[
            SheetGroup(number, codes, _members(codes, names, parties), covered_m)
            for number, (codes, covered_m) in enumerate(subject.groups, start=1)
        ],
        zones=subject.zones,
        party_names={party: party_name(party) for party in sorted(set(parties.values()))},
        notes=_notes(subject, origin, printing, say),
        approval=_approval(origin, say),
        caution=""
        if origin.map_approval_number
        else say(N_("内部资料,不得公开展示、登载或复制传播。")),
        words=_words(say),
        language=printing.language,
    )


def _members(codes: Sequence[str], names: Mapping[str, str], parties: Mapping[str, str]) -> str:
    """Members by city: 彭州市(成都)、什邡市(德阳)."""
    by_city: dict[str, list[str]] = {}
    for code in codes:
        by_city.setdefault(parties.get(code, code[:4]), []).append(names.get(code, code))
    return "、".join(
        f"{'、'.join(members)}({short_name(party_name(party))})"
        for party, members in by_city.items()
    )


def _approval(origin: Origin, say: Say) -> str:
    number = origin.map_approval_number
    return say(N_("审图号:%(number)s"), number=number) if number else say(N_("审图号:待填写"))


def _notes(subject: Subject, origin: Origin, printing: Printing, say: Say) -> list[tuple[str, str]]:
    accuracy = (
        say(N_("±%(metres)s米"), metres=f"{origin.accuracy_m:.0f}")
        if origin.accuracy_m is not None
        else say(N_("未说明"))
    )
    computed = sum(line.length_m for line in subject.lines) / 1000
    length = say(
        N_("%(n)s段,共约%(km)s公里(椭球面上算得)"),
        n=len(subject.lines),
        km=f"{computed:,.0f}",
    )
    return [
        (say(N_("跨市边界:")), length),
        (say(N_("来源:")), say(origin.source)),
        (say(N_("坐标系:")), say(origin.datum)),
        (say(N_("时点:")), say(origin.vintage)),
        (say(N_("精度:")), accuracy),
        (say(N_("制图日期:")), printing.day.isoformat()),
    ]


def _words(say: Say) -> Words:
    return Words(
        legend=say(N_("图例")),
        group=_kept(say, N_("第%(n)s组"), n="%(n)s"),
        km=_kept(say, N_("%(km)s公里"), km="%(km)s"),
        inside=say(N_("组内跨市边界")),
        outside=say(N_("组外跨市边界")),
        plain=say(N_("跨市边界")),
        added=say(N_("人工增加的相邻关系")),
        struck=say(N_("人工剔除的边界(不计)")),
        zone=say(N_("功能区(不是行政区划)")),
        city_line=say(N_("市界")),
        county_line=say(N_("区县界")),
        ungrouped=say(N_("未编组")),
        more_groups=_kept(say, N_("另有%(n)s组,见名单"), n="%(n)s"),
        unlabelled=_kept(say, N_("%(n)s个区县因图幅所限未注名"), n="%(n)s"),
        north=say(N_("北")),
        scale=_kept(
            say,
            N_("比例尺 %(scale)s(按%(paper)s原尺寸打印);兰伯特正形圆锥投影,标准纬线 %(parallels)s"),
            scale="%(scale)s",
            paper="%(paper)s",
            parallels="%(parallels)s",
        ),
        kilometres=say(N_("公里")),
    )


def _kept(say: Say, message: str, **places: str) -> str:
    """The sentence with its places left open, to be filled in while laying out."""
    return say(message, **places)
