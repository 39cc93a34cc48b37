"""Why a county is in no group: what including it would cost, or why it cannot be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from coord.boundaries.linear import Deadline
from coord.boundaries.network import Network
from coord.boundaries.packing import pack
from coord.boundaries.partwise import Part
from coord.boundaries.rules import LeftOut, Rules, Unsettled
from coord.kernel.text import N_

#: Up to so many candidates, over all counties to explain, the costs are computed exactly.
EXACT = 40_000


@dataclass(frozen=True)
class Found:
    """A grouping's parts and sums, to compare with."""

    parts: tuple[Part, ...]
    value: float


class Explainer:
    """Says why counties are left out of what was found."""

    def __init__(self, network: Network, rules: Rules, found: Found, deadline: Deadline) -> None:
        self.network = network
        self.rules = rules
        self.found = found
        self.deadline = deadline
        self.home = {code: part for part in found.parts for code in part.network.codes}

    def explain(self, codes: list[str]) -> tuple[LeftOut, ...]:
        """A reason for each code."""
        work = sum(len(self.home[code].columns.worth) for code in codes if code in self.home)
        return tuple(self._explain(code, exactly=work <= EXACT) for code in codes)

    def _explain(self, code: str, *, exactly: bool) -> LeftOut:
        if code in self.rules.must_exclude:
            return LeftOut(code, N_("规则要求排除。"), {})
        if code not in self.network.place:
            if self.rules.hub is None:
                return LeftOut(code, N_("没有足够长的跨市边界,不参与编组。"), {})
            return LeftOut(code, N_("与牵头城市没有共同边界,不参与本方案。"), {})
        index = self.network.place[code]
        touching = (self.network.a == index) | (self.network.b == index)
        longest = float(self.network.length[touching].max())
        params: dict[str, object] = {"km": f"{longest / 1000:.1f}"}
        part = self.home.get(code)
        if part is None:
            return LeftOut(code, N_("最长的跨市边界约%(km)s公里;没有可容纳它的组。"), params)
        if exactly and part.listed:
            return self._cost(code, part, params)
        return self._least_cost(code, part, params)

    def _cost(self, code: str, part: Part, params: dict[str, object]) -> LeftOut:
        pinned = np.append(part.demand.pinned, part.network.place[code])
        try:
            forced = pack(part.columns, replace(part.demand, pinned=pinned), self.deadline)
        except Unsettled:
            return self._least_cost(code, part, params)
        if forced is None:
            return LeftOut(
                code, N_("最长的跨市边界约%(km)s公里;纳入后无法满足组数和县数。"), params
            )
        length = part.network.inside(part.columns.members, part.network.length)
        change = length[list(forced.chosen)].sum() - length[list(part.best.chosen)].sum()
        params["change"] = f"{change / 1000:+.1f}"
        params["loss"] = self._share(part.best.value - forced.value)
        return LeftOut(
            code,
            N_(
                "最长的跨市边界约%(km)s公里;若必须纳入,最优值下降%(loss)s%%(组内边界%(change)s公里)。"
            ),
            params,
        )

    def _least_cost(self, code: str, part: Part, params: Mapping[str, object]) -> LeftOut:
        """From the relaxation's prices, without solving again."""
        if part.listed:
            holding = (part.columns.members == part.network.place[code]).any(axis=1)
            if not holding.any():
                return LeftOut(code, N_("最长的跨市边界约%(km)s公里;没有可容纳它的组。"), params)
            most = part.relaxation.bound + float(part.relaxation.price[holding].max())
            least = part.best.value - most
            if least > 0 and self._share(least) != "0.0":
                return LeftOut(
                    code,
                    N_("最长的跨市边界约%(km)s公里;若必须纳入,最优值至少下降%(loss)s%%。"),
                    {**params, "loss": self._share(least)},
                )
        return LeftOut(
            code, N_("最长的跨市边界约%(km)s公里;纳入它不能提高组内边界的总值。"), params
        )

    def _share(self, loss: float) -> str:
        return f"{loss / self.found.value * 100:.1f}" if self.found.value else "0"
