"""How sure a roster is, and what the map may show."""

import enum

from coord.kernel.text import N_


class Verification(enum.StrEnum):
    """Whether a roster was confirmed from the official document."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        """As a msgid."""
        return VERIFICATION_LABELS[self]


VERIFICATION_LABELS: dict[Verification, str] = {
    Verification.UNVERIFIED: N_("未核实"),
    Verification.VERIFIED: N_("已核实"),
}


class MapView(enum.StrEnum):
    """What colours the counties of the map; the last three are scenarios by their own keys."""

    ROSTER = "roster"
    CITIES = "cities"
    PLAN = "plan"
    PAIRWISE = "pairwise"
    EVERYONE = "everyone"
