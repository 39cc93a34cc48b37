"""The enforcement teams of the six cities and their counties, and two bodies beside them.

The agencies are real and public. Names of county teams follow the usual pattern of the
trade; a team that calls itself otherwise is still found by its region code.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation
from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import SYSTEM
from coord.kernel.regions import CHENGDU, CHONGQING, PARTY_NAMES, party_of, party_short_name

TRADE = "生态环境保护综合行政执法"

#: In the two big cities the city's corps is a 总队 and its districts' teams are 支队.
BIG_CITIES = frozenset({CHENGDU, CHONGQING})


def seed_organisations(counties: Iterable[tuple[str, str]], *, now: datetime) -> int:
    """Make the teams that are missing, from (code, name) of the counties; how many were."""
    known = set(db.session.scalars(select(Organisation.name)))
    missing = [row for row in _organisations(counties) if row.name not in known]
    db.session.add_all(missing)
    db.session.flush()
    if missing:
        record("organisations.seeded", "organisation", actor=SYSTEM, now=now, count=len(missing))
    return len(missing)


def _organisations(counties: Iterable[tuple[str, str]]) -> list[Organisation]:
    rows = [
        _organisation(f"四川省{TRADE}总队", "四川省", OrganisationKind.PROVINCE, "510000", ""),
        _organisation("平台管理组", "平台", OrganisationKind.PLATFORM, "", ""),
    ]
    for party, name in PARTY_NAMES.items():
        rank = "总队" if party in BIG_CITIES else "支队"
        title, short = f"{name}{TRADE}{rank}", party_short_name(party)
        rows.append(_organisation(title, short, OrganisationKind.CITY_CORPS, f"{party}00", party))
    for code, name in counties:
        party = party_of(code)
        rank = "支队" if party in BIG_CITIES else "大队"
        title = f"{PARTY_NAMES[party]}{name}{TRADE}{rank}"
        rows.append(_organisation(title, name, OrganisationKind.COUNTY_TEAM, code, party))
    return rows


def _organisation(
    name: str, short_name: str, kind: OrganisationKind, region_code: str, party: str
) -> Organisation:
    return Organisation(
        name=name, short_name=short_name, kind=kind, region_code=region_code, party=party
    )
