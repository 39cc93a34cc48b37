"""Marks sentences for translation below the web layer; phrases that carry their own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(message: str) -> str:  # noqa: N802 - the customary name of a gettext marker
    """Return `message` unchanged; the extractor finds it, the web shell translates it."""
    return message


@dataclass(frozen=True)
class Phrase:
    """A msgid with its parameters: `str` words it in Chinese, the web shell in any language.

    A parameter may itself be a Phrase.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """In Chinese."""
        return self.msgid % self.params if self.params else self.msgid

    def __hash__(self) -> int:
        """Equal phrases hash alike; the mapping itself has no hash."""
        return hash((self.msgid, str(self)))

    def renamed(self, names: Mapping[str, str]) -> "Phrase":
        """The same with every code that stands in `names` replaced by its name."""
        return Phrase(self.msgid, {key: _name(one, names) for key, one in self.params.items()})


def _name(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, Phrase):
        return value.renamed(names)
    return names.get(value, value) if isinstance(value, str) else value


def listed(phrases: Sequence[Phrase]) -> Phrase:
    """One phrase that names them all, at least one, in their order."""
    first, *rest = phrases
    if not rest:
        return first
    return Phrase(N_("%(first)s、%(rest)s"), {"first": first, "rest": listed(rest)})


def packed(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as JSON holds them, phrases among them as mappings of `msgid` and `params`."""
    return {
        key: {"msgid": value.msgid, "params": packed(value.params)}
        if isinstance(value, Phrase)
        else value
        for key, value in params.items()
    }


def unpacked(params: Mapping[str, Any]) -> dict[str, object]:
    """What `packed` made, as it was."""
    return {
        key: Phrase(value["msgid"], unpacked(value["params"]))
        if isinstance(value, dict) and set(value) == {"msgid", "params"}
        else value
        for key, value in params.items()
    }
