"""Notices inside the application: which post was told how many things of which kind in which hour, who has read it, who wants what."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import TENANT, Base, Instant, Key, Number, Ref, String, UnitId, partial_index, same_unit


class Notice(Base):
    """So many things of one kind came to a post (or, handed on, to one person) in one hour: a line of a digest.

    The id is made from the natural key (campaign, addressee, `shown_at`, kind); `digest_id` from the same without the kind. What came
    is not copied: a reader looks at the things themselves. `arrived` only grows.
    """

    __tablename__ = "notices"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    digest_id: Mapped[Ref]
    campaign_id: Mapped[Ref]
    post_id: Mapped[Ref | None]
    membership_id: Mapped[Ref | None]
    kind: Mapped[String]
    """One of `workflow.notices.kinds.KINDS`."""
    shown_at: Mapped[Instant]
    arrived: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "notices_campaign_fk"),
        same_unit("post_id", "posts", "notices_post_fk"),
        same_unit("membership_id", "memberships", "notices_member_fk"),
        CheckConstraint("(post_id IS NULL) <> (membership_id IS NULL)", name="notices_to_a_post_or_a_person"),
        CheckConstraint("arrived > 0", name="notices_tell_something"),
        partial_index("notices_of_post", "unit_id", "post_id", "shown_at", where="post_id IS NOT NULL"),
        partial_index("notices_of_member", "unit_id", "membership_id", "shown_at", where="membership_id IS NOT NULL"),
        TENANT,
    )  # fmt: skip


class NoticeRead(Base):
    """How many things of a notice somebody has seen: what came later in the same hour is news again."""

    __tablename__ = "notice_reads"
    unit_id: Mapped[UnitId]
    notice_id: Mapped[Key]
    membership_id: Mapped[Key]
    seen: Mapped[Number]
    __table_args__ = (
        same_unit("notice_id", "notices", "notice_reads_notice_fk"),
        same_unit("membership_id", "memberships", "notice_reads_member_fk"),
        TENANT,
    )


class NoticeSetting(Base):
    """In which way a unit tells posts of a campaign from an instant on; empty: as the pack says. Kept, so that what is told late is told
    in the way of its time. Quiet hours are minutes of the local day."""

    __tablename__ = "notice_settings"
    unit_id: Mapped[UnitId]
    campaign_id: Mapped[Key]
    from_at: Mapped[Instant] = mapped_column(primary_key=True)
    quiet_from: Mapped[Number | None]
    quiet_until: Mapped[Number | None]
    every_hours: Mapped[Number | None]
    most_listed: Mapped[Number | None]
    changed_by_id: Mapped[Ref]
    changed_at: Mapped[Instant]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "notice_settings_campaign_fk"),
        same_unit("changed_by_id", "memberships", "notice_settings_member_fk"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="notice_settings_quiet_has_both_ends"),
        TENANT,
    )


class NoticeWish(Base):
    """What somebody does not want to be told, and their own quiet hours (minutes of the local day). No row: everything, always."""

    __tablename__ = "notice_wishes"
    unit_id: Mapped[UnitId]
    membership_id: Mapped[Key]
    mutes_due_soon: Mapped[bool] = mapped_column(default=False)
    mutes_to_confirm: Mapped[bool] = mapped_column(default=False)
    mutes_returned: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[Number | None]
    quiet_until: Mapped[Number | None]
    changed_at: Mapped[Instant]
    __table_args__ = (
        same_unit("membership_id", "memberships", "notice_wishes_member_fk"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="notice_wishes_quiet_has_both_ends"),
        TENANT,
    )
