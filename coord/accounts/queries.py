"""The readers of organisations and people that other rooms call."""

from sqlalchemy import select

from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation, Person, PersonRole
from coord.db import db
from coord.kernel.actor import Role


def find_organisation(region_code: str) -> Organisation | None:
    """The enforcement team of a county or city, by its six digits."""
    return db.session.scalar(
        select(Organisation)
        .where(
            Organisation.region_code == region_code,
            Organisation.kind.in_([OrganisationKind.CITY_CORPS, OrganisationKind.COUNTY_TEAM]),
        )
        .order_by(Organisation.id)
    )


def list_organisations(kind: OrganisationKind | None = None) -> list[Organisation]:
    """Organisations by region code, optionally of one kind."""
    statement = select(Organisation)
    if kind is not None:
        statement = statement.where(Organisation.kind == kind)
    return list(db.session.scalars(statement.order_by(Organisation.region_code, Organisation.id)))


def list_people_of(region_code: str, *roles: Role) -> list[Person]:
    """Live accounts of one county's or city's team, optionally with any of some roles."""
    statement = (
        select(Person)
        .join(Organisation, Person.organisation_id == Organisation.id)
        .where(Organisation.region_code == region_code, Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    if roles:
        statement = statement.where(
            Person.id.in_(select(PersonRole.person_id).where(PersonRole.role.in_(roles)))
        )
    return list(db.session.scalars(statement).unique())


def find_person(login: str) -> Person | None:
    """The account of a login."""
    return db.session.scalar(select(Person).where(Person.login == login))
