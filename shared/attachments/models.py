"""A stored photo; it belongs to a draft until the draft is filed, then to the case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant


class Attachment(Base):
    __tablename__ = "attachments"
    __table_args__ = (Index(None, "case_id"), Index(None, "draft_id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # 128 random bits, hex; names the file
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="SET NULL"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int | None]
    act: Mapped[str | None] = mapped_column(String(20))  # the act it came with: filing, addition, progress …
    public: Mapped[bool]  # the owner may see it
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int] = mapped_column("bytes")  # of the photo, without its thumbnail
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    stored_at: Mapped[datetime] = mapped_column(Instant)
