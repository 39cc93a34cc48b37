"""How sure a roster is."""

import enum

from coord.kernel.text import N_


class Verification(enum.StrEnum):
    """Whether a roster was confirmed from the official document."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"unverified": N_("未核实"), "verified": N_("已核实")}[self.value]
