"""The one refusal of a boundary file. Pure."""

from coord.kernel.errors import Invalid


class SourceError(Invalid):
    """The file cannot serve as a boundary source; says why, where and what to do."""
