"""Chinese is the source; English is read straight from each room's .po file.

No compiled catalogue is kept, so what translators edit is what people read.
"""

import io
from functools import cached_property
from pathlib import Path

from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask import has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user

LANGUAGES: dict[str, str] = {"zh_CN": "中文", "en": "English"}
LANGUAGE_COOKIE = "coord_language"


class CoordBabel(Babel):
    """Babel whose one domain is the rooms' merged catalogues."""

    rooms: tuple[Path, ...] = ()

    @cached_property
    def domain_instance(self) -> Domain:
        """The catalogues of all rooms, read once per language."""
        return RoomCatalogues(list(self.rooms))


babel = CoordBabel()


class RoomCatalogues(Domain):
    """All rooms' catalogues merged; a missing English text shows the Chinese."""

    def __init__(self, rooms: list[Path]) -> None:
        super().__init__(translation_directories=[str(room) for room in rooms])
        self._rooms = rooms
        self._merged: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The merged catalogue of the present language."""
        locale = str(get_locale())
        if locale not in self._merged:
            merged: NullTranslations = NullTranslations()
            for room in self._rooms:
                path = room / "translations" / locale / "LC_MESSAGES" / "messages.po"
                if path.exists():
                    catalogue = read_catalogue(path)
                    if isinstance(merged, Translations):
                        merged.merge(catalogue)
                    else:
                        merged = catalogue
            self._merged[locale] = merged
        return self._merged[locale]


def read_catalogue(path: Path) -> Translations:
    """A .po file as gettext translations."""
    with path.open("rb") as file:
        catalogue = pofile.read_po(file)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled)


def choose_language() -> str:
    """The person's own choice, else the cookie's, else Chinese."""
    if not has_request_context():
        return "zh_CN"
    person = getattr(current_user, "person", None)
    chosen = (person.locale if person is not None else "") or request.cookies.get(
        LANGUAGE_COOKIE, ""
    )
    return chosen if chosen in LANGUAGES else "zh_CN"
