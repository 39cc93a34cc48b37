"""Every sentence is Chinese at its source and has its English; placeholders agree."""

import re
from pathlib import Path

import pytest
from babel.messages import extract, pofile

ROOT = Path(__file__).resolve().parents[2] / "coord"
ROOMS = sorted(path for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists())
KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None}
CHINESE = re.compile(r"[㐀-鿿]")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def messages_of(room: Path) -> set[str]:
    """Every msgid that the room's Python and templates mark."""
    found: set[str] = set()
    for method, pattern in (("python", "*.py"), ("jinja2", "*.html")):
        options = {"trimmed": "true"} if method == "jinja2" else {}
        for path in room.rglob(pattern):
            with path.open("rb") as file:
                for _line, message, _comments, _context in extract.extract(
                    method, file, keywords=KEYWORDS, options=options
                ):
                    found.update([message] if isinstance(message, str) else message)
    return {message for message in found if message}


def english() -> dict[str, str]:
    """All rooms' catalogues as one, as the site merges them."""
    merged: dict[str, str] = {}
    for room in ROOMS:
        path = room / "translations" / "en" / "LC_MESSAGES" / "messages.po"
        if path.exists():
            with path.open("rb") as file:
                catalogue = pofile.read_po(file)
            merged.update({str(row.id): str(row.string) for row in catalogue if row.id})
    return merged


ENGLISH = english()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_sentence_has_its_english(room: Path) -> None:
    missing = sorted(m for m in messages_of(room) if CHINESE.search(m) and not ENGLISH.get(m))
    assert missing == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_english_has_no_chinese_and_the_same_placeholders(room: Path) -> None:
    wrong = {
        message: ENGLISH[message]
        for message in messages_of(room)
        if message in ENGLISH
        and (
            set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(ENGLISH[message]))
            or (CHINESE.search(ENGLISH[message]) and message not in {"中文"})
        )
    }
    assert wrong == {}


def test_no_two_rooms_word_one_sentence_differently() -> None:
    seen: dict[str, set[str]] = {}
    for room in ROOMS:
        path = room / "translations" / "en" / "LC_MESSAGES" / "messages.po"
        if path.exists():
            with path.open("rb") as file:
                for row in pofile.read_po(file):
                    if row.id:
                        seen.setdefault(str(row.id), set()).add(str(row.string))
    assert {key: texts for key, texts in seen.items() if len(texts) > 1} == {}


def test_templates_say_nothing_outside_the_catalogue() -> None:
    """Chinese in a template stands only within a gettext call or a comment."""
    stray: list[str] = []
    for path in ROOT.rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"\b_\((['\"]).*?\1[^)]*\)", "", text, flags=re.S)
        stray += [
            f"{path.name}: {line.strip()}" for line in text.splitlines() if CHINESE.search(line)
        ]
    assert stray == []
