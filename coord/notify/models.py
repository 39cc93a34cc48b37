"""One row per person told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base, Instant


class Notice(Base):
    """A sentence for one person, with the page it leads to."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: A msgid with %(name)s placeholders; holds no content that the page would hide.
    message: Mapped[str] = mapped_column(String(300))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Path on this site. Opening it asks the room's policy again.
    path: Mapped[str] = mapped_column(String(200))
    read_at: Mapped[datetime | None] = mapped_column(Instant)
