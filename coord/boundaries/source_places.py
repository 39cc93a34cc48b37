"""Where China lies and what its division codes begin with. Pure."""

#: China's outline in degrees, generously: west, south, east, north.
CHINA = (73.0, 3.0, 136.0, 54.0)

#: GB/T 2260: the first two digits of the provinces, autonomous regions and municipalities.
PROVINCES: frozenset[str] = frozenset(
    {"11", "12", "13", "14", "15", "21", "22", "23"}
    | {"31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46"}
    | {"50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"}
)

#: Those that national files draw whole, under the province's own code.
WITHOUT_COUNTIES: frozenset[str] = frozenset({"71", "81", "82"})
