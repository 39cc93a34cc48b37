"""Fills that differ by texture as well as colour, on the page and on paper. Pure."""

from collections.abc import Mapping, Sequence

from coord.kernel.regions import PARTY_NAMES

#: Key, ground, ink, texture. Groups by number from 1, cities by party.
TONES: tuple[tuple[str, str, str, str], ...] = (
    ("group-1", "#cfe2f3", "#5b87b3", "plain"),
    ("group-2", "#fde3c6", "#b9742a", "rising"),
    ("group-3", "#d6ecd1", "#4f8f45", "dots"),
    ("group-4", "#f5d5d9", "#ad5661", "falling"),
    ("group-5", "#e3daf3", "#7358a6", "level"),
    ("group-6", "#f6efb9", "#94841f", "upright"),
    ("group-7", "#cdebe7", "#33857e", "cross"),
    ("group-8", "#ecdccc", "#866645", "grid"),
    ("group-9", "#dfe6c4", "#6b7a26", "rising"),
    ("group-10", "#f3d3e8", "#9d4f86", "dots"),
    ("group-11", "#d3d9e0", "#56677a", "falling"),
    ("group-12", "#fbd9cf", "#b3563b", "level"),
    ("city-5101", "#d5e8e0", "#4f9482", "plain"),
    ("city-5106", "#f5e0c9", "#b07a3d", "rising"),
    ("city-5118", "#dcdff2", "#6a72b0", "dots"),
    ("city-5114", "#f5ecc4", "#968627", "falling"),
    ("city-5120", "#eadbea", "#96609a", "level"),
    ("city-5001", "#eaeceb", "#87918e", "upright"),
    ("none", "#ffffff", "#d5dcd9", "plain"),
)

#: SVG path of a texture on a tile of 14 × 14.
TEXTURES: dict[str, str] = {
    "plain": "",
    "rising": "M-2 12L12 -2M5 19L19 5M-9 5L5 -9",
    "falling": "M-2 2L12 16M5 -5L19 9",
    "level": "M0 3.5H14M0 10.5H14",
    "upright": "M3.5 0V14M10.5 0V14",
    "dots": "M3 3h2v2h-2zM10 10h2v2h-2z",
    "cross": "M-2 12L12 -2M5 19L19 5M-2 2L12 16M5 -5L19 9",
    "grid": "M0 7H14M7 0V14",
}

#: Side of a texture's tile.
TILE = 14

#: Tones for cities that have none of their own, in the order tried.
FREE_TONES = tuple(key for key, *_rest in TONES if key != "none")


def patterns(keys: Sequence[str], size: float) -> str:
    """SVG patterns of these tones' textures on nothing, with tiles `size` units wide.

    The ground is filled apart: where it were part of the tile, renderers would show the seams.
    """
    words = ""
    for key, _ground, ink, texture in TONES:
        if key in keys and TEXTURES[texture]:
            words += (
                f'<pattern id="{key}" width="{TILE}" height="{TILE}"'
                f' patternUnits="userSpaceOnUse" patternTransform="scale({size / TILE:.3f})">'
                f'<path d="{TEXTURES[texture]}" fill="none" stroke="{ink}" stroke-opacity=".6"/>'
                "</pattern>"
            )
    return words


#: Key → ground.
GROUNDS: dict[str, str] = {key: ground for key, ground, _ink, _texture in TONES}

#: Keys whose tone has a texture on its ground.
TEXTURED = frozenset(key for key, _ground, _ink, texture in TONES if TEXTURES[texture])


def tones_of_groups(numbers: Sequence[int], touching: Mapping[int, set[int]]) -> dict[int, str]:
    """A tone for each group: by its number, another where a neighbour has that already."""
    chosen: dict[int, str] = {}
    tones = [key for key, *_rest in TONES if key.startswith("group-")]
    for number in sorted(numbers):
        near = {chosen.get(other) for other in touching.get(number, set())}
        at = (number - 1) % len(tones)
        chosen[number] = next(
            (tone for tone in tones[at:] + tones[:at] if tone not in near), tones[at]
        )
    return chosen


def tones_of_parties(parties: Sequence[str], touching: Mapping[str, set[str]]) -> dict[str, str]:
    """A tone for each party: its own, or else the first that no neighbour has.

    `touching` names the parties across each one's borders.
    """
    chosen = {party: f"city-{party}" for party in parties if party in PARTY_NAMES}
    for party in sorted(parties):
        if party in chosen:
            continue
        near = {chosen.get(other) for other in touching.get(party, set())}
        used = list(chosen.values())
        free = [tone for tone in FREE_TONES if tone not in near]
        chosen[party] = min(free or FREE_TONES, key=used.count)
    return chosen
