"""The report on a boundary file: what it holds, what is wrong, what it would change. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coord.boundaries.comparison import (
    CodeChange,
    ContactChange,
    CountyChange,
    compare_contacts,
    compare_counties,
    recoded,
)
from coord.boundaries.contacts import ContactResult, Unit
from coord.boundaries.datum_mix import shifted_among
from coord.boundaries.findings import Finding, Severity, listed
from coord.boundaries.shifts import LEAST_SHIFT_M, ShiftReport, compare_outlines
from coord.boundaries.sources import SourceRepair, SourceUnits
from coord.kernel.regions import party_name
from coord.kernel.text import N_

#: Longer lists are cut in what is stored; the counts stay true.
MOST_STORED = 500


@dataclass(frozen=True)
class Present:
    """The vintage that a file is held against: its counties, its contacts in metres."""

    units: Sequence[Unit]
    contacts: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Report:
    """Everything a coordinator must know before he keeps a file."""

    units: int
    #: Party → number of units.
    parties: Mapping[str, int]
    found: ContactResult
    repairs: tuple[SourceRepair, ...]
    shift: ShiftReport | None
    counties: tuple[CountyChange, ...]
    contacts: tuple[ContactChange, ...]
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Severity:
        """The gravest of the findings."""
        order = list(Severity)
        return min((one.severity for one in self.findings), key=order.index, default=Severity.NOTE)

    def as_data(self) -> dict[str, Any]:
        """As JSON holds it; long lists are cut."""
        found = self.found
        return {
            "units": self.units,
            "parties": dict(self.parties),
            "contact_count": len(found.contacts),
            "contact_m": sum(one.length_m for one in found.contacts),
            "tolerance_m": found.tolerance_m,
            "min_length_m": found.min_length_m,
            "repairs": [asdict(one) for one in self.repairs[:MOST_STORED]],
            "repair_count": len(self.repairs),
            "overlaps": [asdict(one) for one in found.overlaps[:MOST_STORED]],
            "overlap_count": len(found.overlaps),
            "gaps": [asdict(one) for one in found.gaps[:MOST_STORED]],
            "gap_count": len(found.gaps),
            "shift": _shift_data(self.shift),
            "counties": [asdict(one) for one in self.counties[:MOST_STORED]],
            "contacts": [asdict(one) for one in self.contacts[:MOST_STORED]],
            "contact_changes": len(self.contacts),
            "findings": [one.as_data() for one in self.findings],
            "worst": self.worst.value,
        }


def _shift_data(shift: ShiftReport | None) -> dict[str, Any] | None:
    if shift is None:
        return None
    return {
        "east_m": round(shift.measured.east_m),
        "north_m": round(shift.measured.north_m),
        "residual_m": round(shift.measured.residual_m),
        "predicted_east_m": round(shift.predicted_east_m),
        "predicted_north_m": round(shift.predicted_north_m),
        "counties": shift.counties,
    }


def build_report(source: SourceUnits, found: ContactResult, present: Present | None) -> Report:
    """The report on units as read and their contacts, against the present vintage if any."""
    units = source.units
    now = present or Present((), {})
    shift = compare_outlines(units, {unit.code: unit for unit in now.units})
    changes = compare_counties(now.units, units) if present else ()
    lengths = {(one.a, one.b): one.length_m for one in found.contacts}
    contacts = compare_contacts(now.contacts, lengths, recoded(changes)) if present else ()
    findings = (
        *_datum_findings(shift, shifted_among(units), dict(source.rows)),
        *_ground_findings(found),
        *_county_findings(changes, units, now.units),
        *source.findings,
        *_repair_findings(source.repairs),
    )
    order = list(Severity)
    return Report(
        units=len(units),
        parties=dict(sorted(Counter(unit.party for unit in units).items())),
        found=found,
        repairs=source.repairs,
        shift=shift,
        counties=changes,
        contacts=contacts,
        findings=tuple(sorted(findings, key=lambda one: order.index(one.severity))),
    )


def _datum_findings(
    shift: ShiftReport | None, odd: Sequence[str], rows: Mapping[str, int]
) -> list[Finding]:
    measured = shift.shifted if shift is not None and shift.is_mixed else ()
    mixed = sorted({*odd, *measured})
    if mixed:
        return [
            Finding(
                # Neighbours alone may be across a bay; against the present lines it is sure.
                Severity.STOP if measured else Severity.WARN,
                N_(
                    "文件混用了不同的坐标系:以下区县相对其余区县偏移数百米,像是 GCJ-02:"
                    "%(rows)s(括号内为代码)。请让提供单位统一坐标系后重新导出。"
                ),
                {"rows": listed(f"{rows.get(code, '?')} ({code})" for code in mixed)},
            )
        ]
    if shift is None:
        return []
    params = _shift_data(shift) or {}
    if shift.looks_like_gcj02:
        message = N_(
            "整个文件相对现行版本偏移:向东%(east_m)s米、向北%(north_m)s米(%(counties)s个区县),"
            "与 GCJ-02 在当地的偏移(向东%(predicted_east_m)s米、向北%(predicted_north_m)s米)相符。"
            "文件很可能是 GCJ-02:请返回上一步,坐标系选择 GCJ-02。"
        )
    elif shift.looks_undone_twice:
        message = N_(
            "按 GCJ-02 转换后,文件反而相对现行版本偏移:向东%(east_m)s米、向北%(north_m)s米"
            "(%(counties)s个区县)。文件很可能本来就是 CGCS2000 或 WGS-84:请返回上一步改选。"
        )
    elif shift.measured.length_m > LEAST_SHIFT_M:
        message = N_(
            "整个文件相对现行版本偏移:向东%(east_m)s米、向北%(north_m)s米(%(counties)s个区县),"
            "不像 GCJ-02。请向提供单位核对坐标系(如北京54、西安80)。"
        )
    else:
        return []
    return [Finding(Severity.WARN, message, params)]


def _ground_findings(found: ContactResult) -> list[Finding]:
    findings: list[Finding] = []
    if not found.contacts:
        findings.append(
            Finding(
                Severity.WARN,
                N_("没有找到任何跨市边界:请检查容差,或文件是否只含一个市。"),
            )
        )
    if found.overlaps:
        total = sum(one.area_m2 for one in found.overlaps) / 1e6
        findings.append(
            Finding(
                Severity.WARN,
                N_("%(count)s对区县的图形相互重叠,共%(area)s平方公里;明细见“重叠”表。"),
                {"count": len(found.overlaps), "area": f"{total:.2f}"},
            )
        )
    if found.gaps:
        widest = max(one.width_m for one in found.gaps)
        findings.append(
            Finding(
                Severity.WARN,
                N_(
                    "%(count)s对跨市区县的边界之间有缝隙,因此不算跨市边界;容差设为%(metres)s米"
                    "即可算入。明细见“缝隙”表。"
                ),
                {"count": len(found.gaps), "metres": max(int(widest * 1.5) + 1, 5)},
            )
        )
    return findings


def _county_findings(
    changes: Sequence[CountyChange], units: Sequence[Unit], present: Sequence[Unit]
) -> list[Finding]:
    by_kind: dict[CodeChange, list[CountyChange]] = {}
    for one in changes:
        by_kind.setdefault(one.kind, []).append(one)
    covered = {unit.party for unit in units}
    left_out = sorted({u.party for u in present if u.code.isdigit()} - covered)
    findings: list[Finding] = []
    if left_out:
        findings.append(
            Finding(
                Severity.WARN,
                N_("文件不含现行版本中的这些城市:%(parties)s。启用后它们在地图上不再出现。"),
                {"parties": listed(f"{party_name(one)} {one}" for one in left_out)},
            )
        )
    for kind, message in (
        (CodeChange.ELSEWHERE, N_("同一代码的位置与现行版本相差很大,代码可能填错:%(list)s。")),
        (CodeChange.RECODED, N_("同一块地换了代码:%(list)s。")),
        (CodeChange.SPLIT, N_("区县拆分:%(list)s。")),
        (CodeChange.MERGED, N_("区县合并:%(list)s。")),
        (CodeChange.RENAMED, N_("区县更名:%(list)s。")),
    ):
        if kind in by_kind:
            findings.append(Finding(Severity.WARN, message, {"list": _worded(by_kind[kind])}))
    gone = [
        one
        for one in by_kind.get(CodeChange.VANISHED, [])
        if any(unit.party in covered for unit in present if unit.code == one.before[0][0])
    ]
    if gone:
        findings.append(
            Finding(Severity.WARN, N_("这些区县不再出现:%(list)s。"), {"list": _worded(gone)})
        )
    return findings


def _worded(changes: Sequence[CountyChange]) -> str:
    return listed(
        (
            " → ".join(
                " + ".join(f"{code} {name}" for code, name in side)
                for side in (one.before, one.after)
                if side
            )
            for one in changes
        ),
        separator="; ",
    )


def _repair_findings(repairs: Sequence[SourceRepair]) -> list[Finding]:
    if not repairs:
        return []
    return [
        Finding(
            Severity.NOTE,
            N_("修复了%(count)s个自相交等无效图形:%(rows)s;位置和面积见“修复”表。"),
            {
                "count": len(repairs),
                "rows": listed(f"{one.row} ({one.code})" for one in repairs),
            },
        )
    ]
