"""What every template knows: navigation, the actor, languages, words for values."""

from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user
from jinja2 import StrictUndefined

from coord.kernel.actor import WORKING_ROLES, Role
from coord.kernel.regions import party_name, party_short_name
from coord.kernel.text import N_
from coord.notify.operations import count_unread
from coord.web.identity import current_actor, settings
from coord.web.translations import LANGUAGES, choose_language
from coord.web.words import day_text, instant_text, km_text, say, weekday


@dataclass(frozen=True)
class NavigationEntry:
    """A line of the main menu: the endpoint, its label, who sees it."""

    endpoint: str
    label: str
    roles: frozenset[Role]


FIELD_WORKERS = frozenset({Role.COORDINATOR, Role.OFFICER})
SCHEDULE_READERS = FIELD_WORKERS | {Role.OBSERVER}

#: The main menu, in order.
NAVIGATION: tuple[NavigationEntry, ...] = (
    NavigationEntry("home.index", N_("工作台"), frozenset(Role)),
    NavigationEntry("boundaries.index", N_("边界与联动组"), WORKING_ROLES),
    NavigationEntry("agreements.index", N_("合作协议"), WORKING_ROLES),
    NavigationEntry("schedule.index", N_("行动与日历"), SCHEDULE_READERS),
    NavigationEntry("cases.index", N_("线索移送"), FIELD_WORKERS),
    NavigationEntry("accounts_admin.people", N_("账号管理"), frozenset({Role.SYSTEM_ADMIN})),
    NavigationEntry("workdays.index", N_("节假日"), WORKING_ROLES | {Role.SYSTEM_ADMIN}),
    NavigationEntry("accounts_admin.roles", N_("角色与安全"), frozenset({Role.SECURITY_ADMIN})),
    NavigationEntry("audit.index", N_("审计日志"), frozenset({Role.AUDITOR})),
)


def install_shell(app: Flask) -> None:
    """Give the templates their words; a name that is not defined is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day_text,
        instant=instant_text,
        km=km_text,
        weekday=weekday,
        say=say,
        party=party_name,
        party_short=party_short_name,
    )

    @app.context_processor
    def _shell() -> dict[str, object]:
        signed_in = bool(current_user.is_authenticated)
        actor = current_actor() if signed_in else None
        menu = [entry for entry in NAVIGATION if actor is not None and actor.has(*entry.roles)]
        return {
            "actor": actor,
            "navigation": menu,
            "current_room": _room_of(request.endpoint or ""),
            "unread_notices": count_unread(actor) if actor is not None else 0,
            "language": choose_language(),
            "languages": LANGUAGES,
            "is_demo": not settings().is_production,
            "say": say,
        }


def _room_of(endpoint: str) -> str:
    """The menu's name for the room of an endpoint.

    A room's further faces are named after it: schedule_actions, boundaries_studio.
    """
    blueprint = endpoint.split(".", maxsplit=1)[0]
    homes = [entry.endpoint.split(".")[0] for entry in NAVIGATION]
    if blueprint in homes:
        return blueprint
    return next((home for home in homes if blueprint.startswith(f"{home}_")), blueprint)
