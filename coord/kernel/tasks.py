"""What waits for a person: the one shape in which every room tells the workbench."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Task:
    """Something this person is asked to do now.

    `verb` and `title` are msgids (title may be plain data), `params` fill the verb.
    `due_on` is the last day in Asia/Shanghai, None where nothing runs;
    `provisional` marks a due date in a year whose holidays are not loaded.
    """

    room: str
    verb: str
    title: str
    path: str
    due_on: date | None = None
    overdue: bool = False
    provisional: bool = False
    params: dict[str, object] = field(default_factory=dict)
