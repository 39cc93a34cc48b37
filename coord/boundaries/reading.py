"""Reads JSON that anybody may have written: every fault is named with its place. Pure."""

import json
import re
from collections.abc import Collection
from typing import Any, NoReturn

from coord.kernel.errors import Invalid
from coord.kernel.text import N_, Phrase

CODE = re.compile(r"[0-9A-Z]{1,12}")


def parse(text: str | bytes, most_bytes: int) -> dict[str, Any]:
    """The JSON object of a text of at most so many bytes; Invalid says why it is none."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "replace"))
    if size > most_bytes:
        raise Invalid(
            N_("编组文件过大:%(size)s MB,上限为 %(most)s MB。"),
            size=f"{size / 1024 / 1024:.1f}",
            most=most_bytes // (1024 * 1024),
        )
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        data = json.loads(
            text.removeprefix("\ufeff"), parse_constant=_no_number, object_pairs_hook=_once
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as fault:
        line = getattr(fault, "lineno", None)
        if line is None:
            raise Invalid(N_("编组文件不是有效的 JSON 文本(UTF-8)。")) from None
        raise Invalid(N_("编组文件不是有效的 JSON:第%(line)s行有误。"), line=line) from None
    except ValueError:
        # An integer of more digits than Python reads.
        raise Invalid(N_("编组文件不是有效的 JSON 文本(UTF-8)。")) from None
    if not isinstance(data, dict):
        raise Invalid(N_("编组文件应为一个 JSON 对象。"))
    return data


def _no_number(name: str) -> NoReturn:
    raise Invalid(N_("编组文件中有不是数的值:%(name)s。"), name=name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(N_("编组文件中同一项写了两次:%(name)s。"), name=twice[:100])
    return found


class Place:
    """A value of a document and where it stands."""

    def __init__(self, raw: object, path: str) -> None:
        self.raw = raw
        self.path = path

    def wrong(self, what: str) -> Invalid:
        """The refusal of this value; `what` is a msgid."""
        return Invalid(
            N_("编组文件的 %(place)s 有误:%(what)s。"), place=self.path or "{}", what=Phrase(what)
        )

    def get(self, key: str) -> "Place":
        """A value of an object, which must be there."""
        path = f"{self.path}.{key}" if self.path else key
        if not isinstance(self.raw, dict):
            raise self.wrong(N_("应为对象"))
        if key not in self.raw:
            raise Place(None, path).wrong(N_("缺少这一项"))
        return Place(self.raw[key], path)

    def items(self) -> list["Place"]:
        """The values of a list."""
        if not isinstance(self.raw, list):
            raise self.wrong(N_("应为列表"))
        return [Place(one, f"{self.path}[{index}]") for index, one in enumerate(self.raw)]

    def entries(self) -> list[tuple[str, "Place"]]:
        """The entries of an object with any keys."""
        if not isinstance(self.raw, dict):
            raise self.wrong(N_("应为对象"))
        return [(key, Place(one, f"{self.path}.{key}"[:200])) for key, one in self.raw.items()]

    def text(self, most: int) -> str:
        """A text of at most so many characters."""
        if not isinstance(self.raw, str):
            raise self.wrong(N_("应为文字"))
        if len(self.raw) > most:
            raise self.wrong(N_("文字过长"))
        return self.raw

    def code(self, known: Collection[str] | None = None) -> str:
        """The code of a county or party, one of `known` where given."""
        if not isinstance(self.raw, str) or not CODE.fullmatch(self.raw):
            raise self.wrong(N_("应为代码"))
        if known is not None and self.raw not in known:
            raise self.wrong(N_("代码不在 units 之中"))
        return self.raw

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self.raw, bool):
            raise self.wrong(N_("应为 true 或 false"))
        return self.raw

    def whole(self, least: int, most: int) -> int:
        """A whole number within limits."""
        if isinstance(self.raw, bool) or not isinstance(self.raw, int):
            raise self.wrong(N_("应为整数"))
        if not least <= self.raw <= most:
            raise self.wrong(N_("数值超出范围"))
        return self.raw

    def number(self, least: float, most: float) -> float:
        """A number within limits."""
        if isinstance(self.raw, bool) or not isinstance(self.raw, int | float):
            raise self.wrong(N_("应为数"))
        # False for what is not a number, too.
        if not least <= self.raw <= most:
            raise self.wrong(N_("数值超出范围"))
        return float(self.raw)

    def positive(self) -> float:
        """A length in metres, above 0."""
        found = self.number(0.0, 1e9)
        if found == 0:
            raise self.wrong(N_("应大于0"))
        return found
