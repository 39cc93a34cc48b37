"""Gathers what waits for a person from every room that he works in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coord.accounts.register import Standing, count_standings
from coord.agreements import queries as agreements
from coord.audit.queries import trail_figures
from coord.boundaries import queries as boundaries
from coord.cases import queries as cases
from coord.kernel.actor import Actor, Role
from coord.kernel.clock import shanghai_date
from coord.kernel.tasks import Task
from coord.kernel.text import N_
from coord.schedule import queries as schedule
from coord.workdays.queries import current_table

#: From this month on the next year's holiday notice may be out (domain.md 6).
NOTICE_MONTH = 11
#: How far back the auditor's workbench counts refused sign-ins.
LOOK_BACK = timedelta(days=1)

#: Which standings each administrator acts on, in order.
STANDINGS: dict[Role, tuple[Standing, ...]] = {
    Role.SYSTEM_ADMIN: (
        Standing.LOCKED,
        Standing.INITIAL_EXPIRED,
        Standing.NEVER_USED,
        Standing.DISABLED,
    ),
    Role.SECURITY_ADMIN: (Standing.WITHOUT_ROLE, Standing.LOCKED, Standing.NEVER_USED),
}
REGISTERS: dict[Role, str] = {
    Role.SYSTEM_ADMIN: "/admin/people",
    Role.SECURITY_ADMIN: "/admin/roles",
}


def list_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Everything that waits, overdue first, then by the last day, then what has none."""
    tasks = [
        *schedule.list_tasks(actor, now=now),
        *cases.list_tasks(actor, now=now),
        *agreements.list_tasks(actor),
        *boundaries.list_tasks(actor, now=now),
        *_administration_tasks(actor, now),
    ]
    return sorted(tasks, key=lambda task: (not task.overdue, task.due_on or date.max, task.path))


def _administration_tasks(actor: Actor, now: datetime) -> list[Task]:
    today = shanghai_date(now)
    year = today.year + (today.month >= NOTICE_MONTH)
    if not actor.has(Role.SYSTEM_ADMIN) or current_table().is_loaded(year):
        return []
    return [
        Task(
            "workdays",
            N_("录入%(year)s年放假通知"),
            N_("通知公布之前,落在该年的期限只是暂定"),
            "/workdays/notice",
            params={"year": year},
        )
    ]


@dataclass(frozen=True)
class Figure:
    """A number on an administrator's workbench, with its msgid and where it leads.

    `wants_care`: something to look at where it is not zero.
    """

    label: str
    count: int
    path: str
    wants_care: bool = True


def list_figures(actor: Actor, *, now: datetime) -> list[Figure]:
    """The state of accounts or of the trail, for the administrator who minds it."""
    for role, standings in STANDINGS.items():
        if actor.has(role):
            counts = count_standings(actor, now=now)
            return [
                Figure(
                    standing.label,
                    counts[standing],
                    f"{REGISTERS[role]}?standing={standing.value}",
                    wants_care=standing is not Standing.DISABLED,
                )
                for standing in standings
            ]
    if actor.has(Role.AUDITOR):
        return _trail(actor, now)
    return []


def _trail(actor: Actor, now: datetime) -> list[Figure]:
    since = now - LOOK_BACK
    figures = trail_figures(actor, since=since)
    refused = f"/audit/?verb=person.sign_in_refused&first_on={shanghai_date(since)}"
    return [
        Figure(N_("审计日志条数"), figures.entries, "/audit/", wants_care=False),
        Figure(N_("24小时内被拒的登录"), figures.refused_sign_ins, refused),
    ]
