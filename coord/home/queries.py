"""Gathers what waits for a person from every room that he works in."""

from datetime import date, datetime

from coord.agreements import queries as agreements
from coord.cases import queries as cases
from coord.kernel.actor import Actor
from coord.kernel.tasks import Task
from coord.schedule import queries as schedule


def list_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Everything that waits, overdue first, then by the last day, then what has none."""
    tasks = [
        *schedule.list_tasks(actor, now=now),
        *cases.list_tasks(actor, now=now),
        *agreements.list_tasks(actor),
    ]
    return sorted(tasks, key=lambda task: (not task.overdue, task.due_on or date.max, task.path))
