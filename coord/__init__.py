"""Coord: cross-city coordination of ecological-environment enforcement.

The rooms of the house and the order in which they may import one another are
described in docs/developer.md and held by the import-linter contracts.
"""

__version__ = "0.2.0"
