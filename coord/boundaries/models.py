"""Boundary vintages with their units and contacts; dated rosters with their groups."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.boundaries.enums import RosterOrigin, Verification
from coord.boundaries.studio_models import ContactEdit, SavedScenario
from coord.db import Base, Instant, enum_column


class BoundaryVintage(Base):
    """One boundary file as loaded: what it is, whose, of when."""

    __tablename__ = "boundary_vintage"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300))
    datum: Mapped[str] = mapped_column(String(60))
    vintage: Mapped[str] = mapped_column(String(100))
    licence: Mapped[str] = mapped_column(String(300))
    #: 审图号, filled by the owner; a map shown publicly must carry it.
    map_approval_number: Mapped[str | None] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    is_current: Mapped[bool] = mapped_column(index=True)
    loaded_at: Mapped[datetime] = mapped_column(Instant)
    loaded_by: Mapped[str] = mapped_column(String(320), default="")
    #: How far the source's lines may lie from the true ones, metres; None where not known.
    accuracy_m: Mapped[float | None]
    #: With which tolerance and least length the contacts were found, metres.
    tolerance_m: Mapped[float] = mapped_column(default=0.0)
    min_length_m: Mapped[float] = mapped_column(default=0.0)
    #: Repairs, overlaps, gaps, changes of code as found on loading; see report.py.
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    #: The vintage from whose counties functional zones were carved; None for a file.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_vintage.id"))
    #: Rises with each change by hand to its contacts.
    revision: Mapped[int] = mapped_column(default=0)


class CountyUnit(Base):
    """A county in one vintage."""

    __tablename__ = "county_unit"
    __table_args__ = (UniqueConstraint("vintage_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vintage_id: Mapped[int] = mapped_column(ForeignKey("boundary_vintage.id"), index=True)
    code: Mapped[str] = mapped_column(String(6), index=True)
    name: Mapped[str] = mapped_column(String(50))
    party: Mapped[str] = mapped_column(String(4), index=True)
    #: GeoJSON geometry, degrees, CGCS2000. Read only where asked for: it is large.
    geometry: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    #: A point inside, for labels and meeting points.
    label_lon: Mapped[float]
    label_lat: Mapped[float]
    perimeter_m: Mapped[float]
    area_m2: Mapped[float]


class BorderContact(Base):
    """A shared border between counties of different parties; `a` < `b`."""

    __tablename__ = "border_contact"
    __table_args__ = (
        UniqueConstraint("vintage_id", "a", "b"),
        CheckConstraint("a < b", name="order"),
        CheckConstraint("length_m > 0", name="length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vintage_id: Mapped[int] = mapped_column(ForeignKey("boundary_vintage.id"), index=True)
    a: Mapped[str] = mapped_column(String(6))
    b: Mapped[str] = mapped_column(String(6))
    length_m: Mapped[float]
    parts: Mapped[int]
    #: GeoJSON line, degrees, CGCS2000. Read only where asked for.
    line: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    #: Who added it and why, where no border was computed.
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("contact_edit.id"))
    #: Who struck it out and why; a struck contact stays here but counts nowhere.
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("contact_edit.id"))

    added_by: Mapped[ContactEdit | None] = relationship(foreign_keys=[added_by_id])
    struck_by: Mapped[ContactEdit | None] = relationship(foreign_keys=[struck_by_id])


class PartyDistance(Base):
    """How far two parties lie apart at their nearest points, metres; 0 where they touch."""

    __tablename__ = "party_distance"
    __table_args__ = (UniqueConstraint("vintage_id", "a", "b"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vintage_id: Mapped[int] = mapped_column(ForeignKey("boundary_vintage.id"), index=True)
    a: Mapped[str] = mapped_column(String(4))
    b: Mapped[str] = mapped_column(String(4))
    distance_m: Mapped[float]


class Roster(Base):
    """The joint groups in force from one day to another."""

    __tablename__ = "roster"
    __table_args__ = (
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="dates"),
        CheckConstraint(
            "(verification = 'verified') = (confirmed_document IS NOT NULL)"
            " AND (verification = 'verified') = (confirmed_at IS NOT NULL)",
            name="confirmed",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    origin: Mapped[RosterOrigin] = mapped_column(enum_column(RosterOrigin))
    #: The built-in scenario's key; "" where the groups came from elsewhere.
    scenario: Mapped[str] = mapped_column(String(40))
    saved_scenario_id: Mapped[int | None] = mapped_column(ForeignKey("saved_scenario.id"))
    vintage_id: Mapped[int] = mapped_column(ForeignKey("boundary_vintage.id"))
    #: First day in force. Unique, so of two who adopt for one day at once only one can.
    effective_from: Mapped[date] = mapped_column(Date, unique=True)
    #: Last day in force; open until a later roster is adopted.
    effective_to: Mapped[date | None] = mapped_column(Date)
    covered_m: Mapped[float]
    is_optimal: Mapped[bool]
    #: The rules that made the groups, with their values.
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: [{code, reason, params}] as computed on adoption.
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: What the check of a typed or imported roster against geometry said:
    #: [{group, message, params}], messages as msgids.
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    adopted_by: Mapped[str] = mapped_column(String(320))
    adopted_at: Mapped[datetime] = mapped_column(Instant)
    verification: Mapped[Verification] = mapped_column(enum_column(Verification))
    #: The official document that confirmed it: number and title.
    confirmed_document: Mapped[str | None] = mapped_column(Text)
    confirmed_by: Mapped[str | None] = mapped_column(String(320))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    saved_scenario: Mapped[SavedScenario | None] = relationship()
    groups: Mapped[list["JointGroup"]] = relationship(
        back_populates="roster", order_by="JointGroup.number", lazy="selectin"
    )


class JointGroup(Base):
    """One joint group (联动执法组) of a roster."""

    __tablename__ = "joint_group"
    __table_args__ = (UniqueConstraint("roster_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("roster.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    #: Metres of city border between its members.
    covered_m: Mapped[float]
    #: The member county whose team leads (牵头单位); "" until a coordinator names one.
    lead_code: Mapped[str] = mapped_column(String(6), default="")

    roster: Mapped[Roster] = relationship(back_populates="groups", lazy="joined")
    members: Mapped[list["GroupMember"]] = relationship(
        back_populates="group", order_by="GroupMember.code", lazy="selectin"
    )


class GroupMember(Base):
    """A county in a group, from one day to another."""

    __tablename__ = "group_member"
    __table_args__ = (
        UniqueConstraint("group_id", "code", "from_on"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("joint_group.id"), index=True)
    code: Mapped[str] = mapped_column(String(6), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)
    #: Why it joined or left after the roster's adoption, who noted it and when.
    joined_reason: Mapped[str] = mapped_column(Text, default="")
    left_reason: Mapped[str] = mapped_column(Text, default="")
    changed_by: Mapped[str] = mapped_column(String(320), default="")
    changed_at: Mapped[datetime | None] = mapped_column(Instant)

    group: Mapped[JointGroup] = relationship(back_populates="members")
