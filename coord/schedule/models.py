"""Campaigns, their actions, who takes part, what came of it, and subscriptions."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.agreements.enums import RecordKind
from coord.db import Base, Instant, enum_column
from coord.kernel.clock import shanghai_date
from coord.schedule.enums import (
    ActionState,
    Attendance,
    CampaignState,
    Confirmation,
    Focus,
    InspectionType,
)


class Campaign(Base):
    """A season's or a year's plan under an agreement, made by one city."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("window_to >= window_from", name="window"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[RecordKind] = mapped_column(enum_column(RecordKind))
    title: Mapped[str] = mapped_column(String(120))
    window_from: Mapped[date] = mapped_column(Date)
    window_to: Mapped[date] = mapped_column(Date)
    #: Values of Focus.
    foci: Mapped[list[str]] = mapped_column(JSON)
    #: The plan above it, as text.
    parent_plan: Mapped[str] = mapped_column(String(200), default="")
    #: The city whose coordinator made it.
    party: Mapped[str] = mapped_column(String(4), index=True)
    state: Mapped[CampaignState] = mapped_column(enum_column(CampaignState))
    created_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)

    actions: Mapped[list["JointAction"]] = relationship(
        back_populates="campaign", order_by="JointAction.starts_at"
    )

    @property
    def focus_kinds(self) -> list[Focus]:
        """The foci as enum members."""
        return [Focus(value) for value in self.foci]


class JointAction(Base):
    """One joint action: when, where, who hosts, who takes part."""

    __tablename__ = "joint_action"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: What obligation it counts for.
    kind: Mapped[RecordKind] = mapped_column(enum_column(RecordKind))
    focus: Mapped[Focus] = mapped_column(enum_column(Focus))
    title: Mapped[str] = mapped_column(String(120))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("joint_group.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(200))
    #: Region codes of the agency with territorial competence and of the leading one.
    host_code: Mapped[str] = mapped_column(String(6))
    lead_code: Mapped[str] = mapped_column(String(6))
    inspection: Mapped[InspectionType] = mapped_column(enum_column(InspectionType))
    approval_number: Mapped[str] = mapped_column(String(100), default="")
    #: Internal: shown on the page, never in a calendar.
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ActionState] = mapped_column(enum_column(ActionState))
    #: Constant and free of personal data (RFC 5545).
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    #: Rises when time, place or status change; never falls.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: Last change of anything that a calendar shows.
    changed_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    campaign: Mapped[Campaign] = relationship(back_populates="actions", lazy="joined")
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="action",
        order_by="Participant.region_code",
        lazy="selectin",
        cascade="all, delete-orphan",
    )
    result: Mapped["ActionResult | None"] = relationship(back_populates="action", lazy="selectin")

    @property
    def day(self) -> date:
        """The day it begins, in Asia/Shanghai."""
        return shanghai_date(self.starts_at)

    @property
    def region_codes(self) -> tuple[str, ...]:
        """Counties (or cities) that take part."""
        return tuple(row.region_code for row in self.participants)


class Participant(Base):
    """A county that takes part, its answer, and what it says of the record."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("action_id", "region_code"),
        CheckConstraint("(attendance = 'waiting') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("attendance != 'declined' OR reason != ''", name="reason"),
        CheckConstraint("confirmation != 'disputed' OR dispute != ''", name="dispute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("joint_action.id", ondelete="CASCADE"))
    region_code: Mapped[str] = mapped_column(String(6), index=True)
    attendance: Mapped[Attendance] = mapped_column(enum_column(Attendance))
    reason: Mapped[str] = mapped_column(String(300), default="")
    answered_by: Mapped[str] = mapped_column(String(100), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmation: Mapped[Confirmation] = mapped_column(enum_column(Confirmation))
    dispute: Mapped[str] = mapped_column(String(300), default="")
    confirmed_by: Mapped[str] = mapped_column(String(100), default="")

    action: Mapped[JointAction] = relationship(back_populates="participants")


class ActionResult(Base):
    """What came of an action, as the host records it (domain.md 4, counting traps)."""

    __tablename__ = "action_result"
    __table_args__ = tuple(
        CheckConstraint(f"{column} >= 0", name=column)
        for column in (
            "site_visits",
            "officer_times",
            "problems",
            "filings",
            "penalties",
            "fines_yuan",
            "transfers",
        )
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("joint_action.id"), unique=True)
    #: 家次: a site visited by three agencies is one.
    site_visits: Mapped[int]
    #: 人次: persons of all agencies.
    officer_times: Mapped[int]
    problems: Mapped[int]
    filings: Mapped[int]
    penalties: Mapped[int]
    fines_yuan: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    transfers: Mapped[int]
    summary: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    action: Mapped[JointAction] = relationship(back_populates="result")


class Subscription(Base):
    """A personal, revocable calendar address; the database keeps only the token's hash."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Tag of the last body served, and when the body last became another.
    etag: Mapped[str] = mapped_column(String(40), default="")
    body_changed_at: Mapped[datetime] = mapped_column(Instant)
