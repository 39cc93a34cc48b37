"""Holiday notices that an administrator entered."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.db import Base, Instant


class HolidayYear(Base):
    """A year whose notice was entered."""

    __tablename__ = "holiday_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: The notice: number and title.
    document: Mapped[str] = mapped_column(String(300))
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    days: Mapped[list["HolidayDay"]] = relationship(
        back_populates="of_year", cascade="all, delete-orphan", lazy="selectin"
    )


class HolidayDay(Base):
    """A day off or a make-up workday of an entered notice."""

    __tablename__ = "holiday_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("holiday_year.year"), index=True)
    is_workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40))

    of_year: Mapped[HolidayYear] = relationship(back_populates="days")
