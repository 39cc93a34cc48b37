"""What was found in a boundary file: how grave, in words with their parameters. Pure."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coord.kernel.text import N_


class Severity(enum.StrEnum):
    """Whether a finding stops the import, wants a person's word, or is only told."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"

    @property
    def label(self) -> str:
        """As a msgid."""
        return SEVERITY_LABELS[self]


SEVERITY_LABELS: dict[Severity, str] = {
    Severity.STOP: N_("不能载入"),
    Severity.WARN: N_("须核对"),
    Severity.NOTE: N_("说明"),
}

#: No more rows or codes are named in one sentence.
MOST_NAMED = 8


@dataclass(frozen=True)
class Finding:
    """One sentence (msgid and parameters) about the file."""

    severity: Severity
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "severity": self.severity.value,
            "message": self.message,
            "params": dict(self.params),
        }


def listed(things: Iterable[object], *, separator: str = ", ") -> str:
    """The first few, then how many more, in no language: `3, 7, 9 … +12`."""
    every = [str(thing) for thing in things]
    shown = separator.join(every[:MOST_NAMED])
    return shown if len(every) <= MOST_NAMED else f"{shown} … +{len(every) - MOST_NAMED}"
