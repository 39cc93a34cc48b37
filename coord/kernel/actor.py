"""Who acts: a frozen picture of a signed-in person, passed as an argument everywhere."""

import enum
from dataclasses import dataclass

from coord.kernel.text import N_


class Role(enum.StrEnum):
    """What a person may be. The last three are separated from all others (三员分立)."""

    COORDINATOR = "coordinator"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    OBSERVER = "observer"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role's name as a msgid."""
        return ROLE_LABELS[self]


ROLE_LABELS: dict[Role, str] = {
    Role.COORDINATOR: N_("市级联动联络员"),
    Role.OFFICER: N_("区县执法人员"),
    Role.REVIEWER: N_("评查员"),
    Role.OBSERVER: N_("观察员"),
    Role.SYSTEM_ADMIN: N_("系统管理员"),
    Role.SECURITY_ADMIN: N_("安全管理员"),
    Role.AUDITOR: N_("审计管理员"),
}

#: The three administrators: no account holds two of them, nor one with a working role.
ADMINISTRATORS: frozenset[Role] = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
WORKING_ROLES: frozenset[Role] = frozenset(Role) - ADMINISTRATORS


@dataclass(frozen=True)
class Actor:
    """A person in the organisation he acts for.

    `region_code` is six digits as text: a county's code, or a city's ending in 00.
    `party` is the four-digit key of the city that signs agreements.
    """

    person_id: int | None
    name: str
    organisation_id: int | None
    organisation_name: str
    region_code: str
    party: str
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_county(self) -> bool:
        """Whether the actor acts for a county rather than for a whole city or above."""
        return len(self.region_code) == 6 and not self.region_code.endswith("00")


#: The machine itself: scheduled work, preparation, commands typed on the server.
SYSTEM = Actor(
    person_id=None,
    name="system",
    organisation_id=None,
    organisation_name="",
    region_code="",
    party="",
    roles=frozenset(),
)
