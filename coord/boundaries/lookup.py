"""Which county a person means by what was typed: a code, a name old or short. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coord.boundaries.names import short_name
from coord.kernel.errors import Invalid
from coord.kernel.regions import party_name, party_short_name
from coord.kernel.text import N_

#: Division codes, also of towns; a functional zone's key has a letter in the fifth place.
_CODE = re.compile(r"\d{6}(?:\d{6})?|\d{4}[A-Z]\d")
#: What a page offers to choose from: 彭州市 510182.
_NAME_AND_CODE = re.compile(r"(\D+?)\s*[((]?(\d{6}|\d{4}[A-Z]\d)[))]?")


@dataclass(frozen=True)
class Known:
    """A county that can be meant."""

    code: str
    name: str
    party: str


class CountyBook:
    """Counties by code, by name, by short name, with their city before it, by former code.

    `former` are codes of earlier boundary files that are in use no longer, with the name
    each had: they lead to the county of the same city that has the same short name today.
    """

    def __init__(self, known: Iterable[Known], former: Mapping[str, str] | None = None) -> None:
        self.by_code = {one.code: one for one in sorted(known, key=lambda one: one.code)}
        self._by_name: dict[str, list[Known]] = {}
        for one in self.by_code.values():
            for name in _names_of(one):
                self._by_name.setdefault(name, []).append(one)
        self._former = dict(former or {})

    def find(self, typed: str) -> Known:
        """The county meant; Invalid where it is none or could be several."""
        text = _plain(typed)
        if not text:
            raise Invalid(N_("请填写区县名称或六位代码。"))
        both = _NAME_AND_CODE.fullmatch(text)
        if both is not None:
            return self._agreeing(both[1], both[2])
        if _CODE.fullmatch(text):
            return self._coded(text[:6])
        if text.isascii() and text.isdigit():
            raise Invalid(N_("“%(text)s”不是六位行政区划代码。"), text=text)
        return self._named(text)

    def _agreeing(self, name: str, code: str) -> Known:
        found = self._coded(code)
        if short_name(_plain(name)) not in {short_name(one) for one in _names_of(found)}:
            raise Invalid(
                N_("代码%(code)s是%(name)s,与名称“%(text)s”不符。"),
                code=code,
                name=found.name,
                text=_plain(name),
            )
        return found

    def _coded(self, code: str) -> Known:
        if code in self.by_code:
            return self.by_code[code]
        if code in self._former:
            same_city = [
                one
                for one in self.by_code.values()
                if one.code[:4] == code[:4]
                and short_name(one.name) == short_name(self._former[code])
            ]
            if len(same_city) == 1:
                return same_city[0]
        raise Invalid(N_("现行边界数据中没有代码为“%(code)s”的区县。"), code=code)

    def _named(self, text: str) -> Known:
        found = self._by_name.get(text) or self._by_name.get(short_name(text)) or []
        if len(found) == 1:
            return found[0]
        if not found:
            raise Invalid(N_("没有叫“%(text)s”的区县:请核对名称,或改填六位代码。"), text=text)
        raise Invalid(
            N_("“%(text)s”可能是:%(which)s。请改填六位代码。"),
            text=text,
            which="、".join(f"{one.code} {party_name(one.party)}{one.name}" for one in found[:6]),
        )


def _plain(typed: str) -> str:
    """Full-width digits made plain, blanks taken out."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


def _names_of(one: Known) -> set[str]:
    own = {one.name, short_name(one.name)}
    cities = {party_name(one.party), party_short_name(one.party)}
    return own | {f"{city}{name}" for city in cities for name in own}
