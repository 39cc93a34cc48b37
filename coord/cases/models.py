"""Leads, their timeline, their evidence."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.cases.enums import Element, LeadSource, LeadState, Outcome, ReturnReason, Urgency
from coord.db import Base, Instant, enum_column


class Lead(Base):
    """A lead that one county offers to another. States and instants are tied by CHECKs."""

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint("from_code != to_code", name="two_counties"),
        CheckConstraint(
            "state = 'draft' OR state = 'withdrawn' OR offered_at IS NOT NULL", name="offered"
        ),
        CheckConstraint(
            "state NOT IN ('acknowledged', 'accepted', 'fed_back') OR acknowledged_at IS NOT NULL",
            name="acknowledged",
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'fed_back') OR accepted_at IS NOT NULL", name="accepted"
        ),
        CheckConstraint("state != 'returned' OR return_reason IS NOT NULL", name="returned"),
        CheckConstraint(
            "state != 'fed_back' OR (fed_back_at IS NOT NULL AND outcome IS NOT NULL)",
            name="fed_back",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("credit_code != '' OR no_code_reason != ''", name="code_or_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: L2026-00012: the year and the row.
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    source: Mapped[LeadSource] = mapped_column(enum_column(LeadSource))
    element: Mapped[Element] = mapped_column(enum_column(Element))
    urgency: Mapped[Urgency] = mapped_column(enum_column(Urgency))
    firm_name: Mapped[str] = mapped_column(String(120))
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    no_code_reason: Mapped[str] = mapped_column(String(120), default="")
    #: Degrees, CGCS2000.
    lon: Mapped[float]
    lat: Mapped[float]
    #: What the officer typed and in which datum.
    given_position: Mapped[str] = mapped_column(String(80))
    county_code: Mapped[str] = mapped_column(String(6))
    border_distance_m: Mapped[float | None]
    place: Mapped[str] = mapped_column(String(200))
    seen_on: Mapped[date] = mapped_column(Date)
    description: Mapped[str] = mapped_column(Text)
    from_code: Mapped[str] = mapped_column(String(6), index=True)
    to_code: Mapped[str] = mapped_column(String(6), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("joint_group.id"))
    state: Mapped[LeadState] = mapped_column(enum_column(LeadState), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[ReturnReason | None] = mapped_column(enum_column(ReturnReason))
    objected_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Number of the document by which the common superior decided.
    designation: Mapped[str] = mapped_column(String(200), default="")
    first_feedback_at: Mapped[datetime | None] = mapped_column(Instant)
    extended_at: Mapped[datetime | None] = mapped_column(Instant)
    fed_back_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    events: Mapped[list["LeadEvent"]] = relationship(back_populates="lead", order_by="LeadEvent.id")
    evidence: Mapped[list["Evidence"]] = relationship(back_populates="lead", order_by="Evidence.id")


class LeadEvent(Base):
    """A line of the lead's own timeline, which both counties read. Append-only."""

    __tablename__ = "lead_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(String(100))
    by_code: Mapped[str] = mapped_column(String(6))
    note: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    lead: Mapped[Lead] = relationship(back_populates="events")


class Evidence(Base):
    """A file of a lead, hashed on arrival. Taken back only by a tombstone with a reason."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(removed_at IS NULL) = (remove_reason = '')", name="tombstone"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    #: As the person's machine called it; shown, never used as a path.
    original_name: Mapped[str] = mapped_column(String(200))
    #: Random; the path under the evidence folder.
    stored_name: Mapped[str] = mapped_column(String(80), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(100))
    by_code: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    remove_reason: Mapped[str] = mapped_column(String(300), default="")

    lead: Mapped[Lead] = relationship(back_populates="evidence")
