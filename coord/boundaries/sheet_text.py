"""How wide words are on a printed sheet, and how they break into lines. Pure.

Widths are those of Noto Sans CJK in shares of the letter size, rounded up, so that what fits
here fits in the other fonts of the sheet's font stack as well.
"""

import re
from collections.abc import Sequence
from html import escape

#: Letters narrower or wider than the usual Latin one, in shares of the size.
NARROW = frozenset("iljtfrI.,:;'|!()[]-/· ")
WIDE = frozenset("mwMWQO@%—…–×±")
#: What may not begin a line.
CLOSING = frozenset("、,。;:!?)》”’…·—–,.;:!?)]}%")
OPENING = frozenset("(([《“‘〔")
ELLIPSIS = "…"


def width_of(text: str, size: float) -> float:
    """Width of a line in the unit of `size`."""
    return size * sum(_share(letter) for letter in text)


def _share(letter: str) -> float:
    if letter >= "\u2e80" or letter in "“”‘’〔〕":
        return 1.0
    if letter in NARROW:
        return 0.36
    if letter in WIDE:
        return 1.0
    return 0.7 if letter.isupper() else 0.6


def wrap(text: str, size: float, width: float, *, by_item: bool = False) -> list[str]:
    """The text in lines no wider than `width`; Chinese breaks anywhere, Latin at spaces.

    `by_item` breaks an enumeration after 、 alone, as long as each item fits into a line.
    """
    pieces = re.findall("[^、]+、?", text) if by_item else _words(text)
    if by_item and any(width_of(one, size) > width for one in pieces):
        pieces = _words(text)
    lines: list[str] = []
    line = ""
    for word in pieces:
        if line and width_of((line + word).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
        # A word wider than the line, such as a long address, breaks inside.
        while width_of(line, size) > width and len(line) > 1:
            cut = max(1, _longest(line, size, width))
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> list[str]:
    """Pieces that stay whole: a Chinese letter with its brackets, a Latin word, a space."""
    pieces: list[str] = []
    for letter in text:
        last = pieces[-1][-1] if pieces else ""
        latin = letter < "\u2e80" and letter != " " and "\u0020" < last < "\u2e80"
        if pieces and (letter in CLOSING or last in OPENING or latin):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _longest(line: str, size: float, width: float) -> int:
    for count in range(1, len(line) + 1):
        if width_of(line[:count], size) > width:
            return count - 1
    return len(line)


def shorten(text: str, size: float, width: float) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if width_of(text, size) <= width:
        return text
    return text[: _longest(text, size, width - width_of(ELLIPSIS, size))].rstrip() + ELLIPSIS


def fitting_size(text: str, size: float, width: float, smallest: float) -> float:
    """The largest letter size up to `size` at which one line fits; never below `smallest`."""
    needed = width_of(text, 1.0)
    return max(smallest, min(size, width / needed)) if needed else size


def text_at(
    x: float, y: float, text: str, size: float, *, anchor: str = "start", more: str = ""
) -> str:
    """An SVG text whose letters stand on the line `y`."""
    where = f'x="{round(x)}" y="{round(y)}" font-size="{round(size)}"'
    anchored = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f"<text {where}{anchored}{' ' + more if more else ''}>{escape(text)}</text>"


def lines_at(x: float, y: float, lines: Sequence[str], size: float, step: float) -> str:
    """Lines below one another, the first standing on `y`."""
    return "".join(text_at(x, y + step * row, line, size) for row, line in enumerate(lines))
