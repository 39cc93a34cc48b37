"""Agreements with their parties, clauses and obligations."""

import hashlib
import json
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.agreements.enums import AgreementKind, AgreementState, ForWhom, RecordKind, Trigger
from coord.agreements.meter import Rule, Term
from coord.db import Base, Instant, enum_column


class Agreement(Base):
    """A document that several cities made together."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="dates"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Of a shipped data file; None for one made here.
    key: Mapped[str | None] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[AgreementKind] = mapped_column(enum_column(AgreementKind))
    state: Mapped[AgreementState] = mapped_column(enum_column(AgreementState))
    effective_from: Mapped[date] = mapped_column(Date)
    #: None: no end is known.
    effective_to: Mapped[date | None] = mapped_column(Date)
    dates_note: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(300))
    #: Of a demonstration: plainly labelled 演示.
    is_demo: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    drafted_by_party: Mapped[str] = mapped_column(String(4), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)

    parties: Mapped[list["AgreementParty"]] = relationship(
        back_populates="agreement",
        order_by="AgreementParty.id",
        lazy="selectin",
        cascade="all, delete-orphan",
    )
    clauses: Mapped[list["Clause"]] = relationship(
        back_populates="agreement", order_by="Clause.id", cascade="all, delete-orphan"
    )
    obligations: Mapped[list["Obligation"]] = relationship(
        back_populates="agreement", order_by="Obligation.id", cascade="all, delete-orphan"
    )

    def has_ended(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.effective_to is not None and self.effective_to < today

    def as_term(self) -> Term:
        """Its dates and cities as the meter reads them."""
        parties = frozenset(row.party for row in self.parties)
        return Term(self.effective_from, self.effective_to, parties)

    def content_mark(self) -> str:
        """A digest of what a city signs: title, dates, cities, clauses and rules."""
        content = [
            self.title,
            str(self.effective_from),
            str(self.effective_to),
            [row.party for row in self.parties],
            [[row.place, row.text] for row in self.clauses],
            [[str(value) for value in row.as_tuple()] for row in self.obligations],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


class AgreementParty(Base):
    """A city that signs."""

    __tablename__ = "agreement_party"
    __table_args__ = (UniqueConstraint("agreement_id", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    party: Mapped[str] = mapped_column(String(4), index=True)
    #: When, as the source says it, or the date of signing here; "" not signed yet.
    signed: Mapped[str] = mapped_column(String(60), default="")
    signed_by: Mapped[str] = mapped_column(String(100), default="")

    agreement: Mapped[Agreement] = relationship(back_populates="parties")


class Clause(Base):
    """What the document says, briefly, and where."""

    __tablename__ = "clause"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    place: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)

    agreement: Mapped[Agreement] = relationship(back_populates="clauses")


class Obligation(Base):
    """A clause as a rule: what counts, for whom, in which months of a year, how many."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("agreement_id", "key"),
        CheckConstraint("first_month BETWEEN 1 AND 12", name="first_month"),
        CheckConstraint("last_month BETWEEN first_month AND 12", name="last_month"),
        CheckConstraint("required >= 0", name="required"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    clause: Mapped[str] = mapped_column(String(60))
    kind: Mapped[RecordKind] = mapped_column(enum_column(RecordKind))
    for_whom: Mapped[ForWhom] = mapped_column(enum_column(ForWhom))
    first_month: Mapped[int]
    last_month: Mapped[int]
    required: Mapped[int]
    trigger: Mapped[Trigger] = mapped_column(enum_column(Trigger))
    #: What is assumed, shown as 未核实.
    note: Mapped[str] = mapped_column(String(200), default="")

    agreement: Mapped[Agreement] = relationship(back_populates="obligations")

    def as_rule(self) -> Rule:
        """The obligation as the meter reads it."""
        return Rule(*self.as_tuple())

    def as_tuple(self) -> tuple[str, RecordKind, ForWhom, int, int, int, Trigger]:
        """The rule's facts in the order of Rule's fields."""
        return (
            self.key,
            self.kind,
            self.for_whom,
            self.first_month,
            self.last_month,
            self.required,
            self.trigger,
        )
