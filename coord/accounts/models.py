"""Organisations, people, their roles, and where they are signed in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.accounts.enums import OrganisationKind
from coord.db import Base, Instant, enum_column
from coord.kernel.actor import Actor, Role


class Organisation(Base):
    """A real agency, or the platform's own management."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    #: For tables and chips: 彭州, 成都市.
    short_name: Mapped[str] = mapped_column(String(50))
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind))
    #: Six digits: a county's code, a city's ending in 00; "" for the platform.
    region_code: Mapped[str] = mapped_column(String(6), index=True)
    #: Four-digit key of the city that signs agreements; "" where there is none.
    party: Mapped[str] = mapped_column(String(4), index=True)

    people: Mapped[list["Person"]] = relationship(back_populates="organisation")


class Person(Base):
    """An account. It is disabled, never deleted: its name stands in the trail."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("failed_count >= 0", name="failed_count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    #: Law-enforcement certificate number; may be empty.
    certificate_number: Mapped[str] = mapped_column(String(40), default="")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    #: Set by an administrator: must be changed at the next sign-in.
    password_is_initial: Mapped[bool] = mapped_column(default=True)
    #: After this instant an initial password no longer opens the account.
    initial_password_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    #: zh_CN or en; "" follows the browser's cookie.
    locale: Mapped[str] = mapped_column(String(10), default="")
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(back_populates="people", lazy="joined")
    role_rows: Mapped[list["PersonRole"]] = relationship(
        back_populates="person", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles the person holds."""
        return frozenset(row.role for row in self.role_rows)

    def as_actor(self) -> Actor:
        """The person as an argument for operations and policies."""
        return Actor(
            person_id=self.id,
            name=self.name,
            organisation_id=self.organisation_id,
            organisation_name=self.organisation.name,
            region_code=self.organisation.region_code,
            party=self.organisation.party,
            roles=self.roles,
        )


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_role"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(enum_column(Role))

    person: Mapped[Person] = relationship(back_populates="role_rows")


class SignInSession(Base):
    """A browser that is signed in. The cookie holds a random token, this row its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Browser's own description, cut to fit.
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(60), default="")

    person: Mapped[Person] = relationship()
