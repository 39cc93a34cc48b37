"""Named refusals. An operation raises one; web/errors.py and cli.py alone word it.

`message` is the msgid (Chinese) with %(name)s placeholders, `params` fills them.
"""

from collections.abc import Mapping


class CoordError(Exception):
    """Base of everything Coord refuses on purpose."""

    status = 400

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params: Mapping[str, object] = params


class Invalid(CoordError):  # noqa: N818 - refusals read as adjectives
    """What came in breaks a rule: a bad date, a bad code, a field too long."""

    status = 422


class Refused(CoordError):  # noqa: N818
    """The thing is not in a state in which this may be done."""

    status = 409


class Conflict(Refused):
    """Somebody else changed the thing in the meantime."""


class NotAllowed(CoordError):  # noqa: N818
    """The actor may know of the thing but may not do this to it."""

    status = 403


class NotFound(CoordError):  # noqa: N818
    """There is no such thing, or the actor may not know of it."""

    status = 404
