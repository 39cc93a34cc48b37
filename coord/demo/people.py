"""The demonstration's accounts: one county officer for every team, one person per role."""

from dataclasses import dataclass
from datetime import datetime

from coord.accounts import passwords
from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation, Person, PersonRole
from coord.accounts.queries import list_organisations
from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import SYSTEM, Role

#: Known to everyone: a demonstration holds no real information.
PASSWORD = "yanshi-liandong-2026"  # noqa: S105 - printed at each start, on purpose

OFFICER_LOGIN = "pujiang"


@dataclass(frozen=True)
class Account:
    """A demonstration account: whom it stands for, in both languages."""

    login: str
    name: str
    region_code: str
    roles: tuple[Role, ...]
    words: str


#: The accounts that the start prints, one or more for each role.
ACCOUNTS: tuple[Account, ...] = (
    Account(
        "chengdu",
        "测试员甲",
        "510100",
        (Role.COORDINATOR, Role.REVIEWER),
        "成都市联络员 / coordinator, Chengdu",
    ),
    Account(
        "meishan", "测试员乙", "511400", (Role.COORDINATOR,), "眉山市联络员 / coordinator, Meishan"
    ),
    Account(
        "pujiang",
        "执法员A01",
        "510131",
        (Role.OFFICER,),
        "蒲江县执法人员 / officer, Pujiang (Chengdu)",
    ),
    Account(
        "danling",
        "执法员A02",
        "511424",
        (Role.OFFICER,),
        "丹棱县执法人员 / officer, Danling (Meishan)",
    ),
    Account("reviewer", "测试员丙", "500100", (Role.REVIEWER,), "评查员 / reviewer, Chongqing"),
    Account("observer", "测试员丁", "510000", (Role.OBSERVER,), "观察员 / observer, province"),
    Account("sysadmin", "测试员戊", "", (Role.SYSTEM_ADMIN,), "系统管理员 / system administrator"),
    Account(
        "secadmin", "测试员己", "", (Role.SECURITY_ADMIN,), "安全管理员 / security administrator"
    ),
    Account("auditor", "测试员庚", "", (Role.AUDITOR,), "审计管理员 / auditor"),
)

#: Coordinators of the other cities; they sign the demonstration plan.
MORE_COORDINATORS: tuple[tuple[str, str], ...] = (
    ("deyang", "510600"),
    ("yaan", "511800"),
    ("ziyang", "512000"),
    ("chongqing", "500100"),
)


def make_people(now: datetime) -> dict[str, Person]:
    """Make the accounts where they are missing; by login."""
    hashed = passwords.hash_password(PASSWORD)
    organisations = {row.region_code: row for row in list_organisations()}
    people: dict[str, Person] = {}
    for account in ACCOUNTS:
        organisation = organisations[account.region_code]
        people[account.login] = _make(
            account.login, account.name, organisation, account.roles, hashed, now
        )
    for number, (login, code) in enumerate(MORE_COORDINATORS, start=1):
        name = f"测试员联络{number:02d}"
        people[login] = _make(login, name, organisations[code], (Role.COORDINATOR,), hashed, now)
    taken = {account.region_code for account in ACCOUNTS}
    number = len(ACCOUNTS)
    for organisation in organisations.values():
        if (
            organisation.kind is OrganisationKind.COUNTY_TEAM
            and organisation.region_code not in taken
        ):
            number += 1
            login = f"c{organisation.region_code}"
            name = f"执法员A{number:02d}"
            people[login] = _make(login, name, organisation, (Role.OFFICER,), hashed, now)
    db.session.flush()
    record("demonstration.people_made", "person", actor=SYSTEM, now=now, count=len(people))
    return people


def _make(
    login: str,
    name: str,
    organisation: Organisation,
    roles: tuple[Role, ...],
    hashed: str,
    now: datetime,
) -> Person:
    person = Person(
        login=login,
        name=name,
        certificate_number=f"TEST-{name[-3:]}" if Role.OFFICER in roles else "",
        organisation=organisation,
        password_hash=hashed,
        password_is_initial=False,
        created_at=now,
        role_rows=[PersonRole(role=role) for role in roles],
    )
    db.session.add(person)
    return person
