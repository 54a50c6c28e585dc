"""Spot checks, large exports, places that end, where an estate stands, when a revisit is tried again"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("phones", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_exports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_at"), "exports", ["at"], unique=False)
    op.create_index(op.f("ix_exports_user_id_at"), "exports", ["user_id", "at"], unique=False)

    op.create_table(
        "spot_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["users.id"], name=op.f("fk_spot_checks_drawn_by_id_users")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_spot_checks_estate_id_estates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_checks")),
    )
    op.create_index(
        op.f("ix_spot_checks_estate_id_drawn_at"), "spot_checks", ["estate_id", "drawn_at"], unique=False
    )

    op.create_table(
        "spot_check_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=10), nullable=True),
        sa.Column("found_by_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_spot_check_items_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["check_id"], ["spot_checks.id"], name=op.f("fk_spot_check_items_check_id_spot_checks")
        ),
        sa.ForeignKeyConstraint(
            ["found_by_id"], ["users.id"], name=op.f("fk_spot_check_items_found_by_id_users")
        ),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_spot_check_items_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_items")),
        sa.UniqueConstraint(
            "check_id", "case_id", "round", name=op.f("uq_spot_check_items_check_id_case_id_round")
        ),
    )
    op.create_index(op.f("ix_spot_check_items_case_id"), "spot_check_items", ["case_id"], unique=False)

    op.add_column("buildings", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("departments", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("estates", sa.Column("address", sa.String(length=120), server_default="", nullable=False))
    op.add_column("revisits", sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))

    op.create_index(
        op.f("ix_cases_estate_id_channel_filed_at_id"),
        "cases",
        ["estate_id", "channel", "filed_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_estate_id_category_filed_at_id"),
        "cases",
        ["estate_id", "category", "filed_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_estate_id_building_id_filed_at_id"),
        "cases",
        ["estate_id", "building_id", "filed_at", "id"],
        unique=False,
    )
    unrecorded = sa.text("rule IN ('record') AND met_at IS NULL AND ended_at IS NULL")
    op.create_index(
        "ix_deadlines_unrecorded",
        "deadlines",
        ["case_id"],
        unique=False,
        postgresql_where=unrecorded,
        sqlite_where=unrecorded,
    )

    _agreed_times()


def _agreed_times() -> None:
    """When an attempt was to be made again stood in the timeline alone, where it stays (T37)."""
    connection = op.get_bind()
    timeline = sa.table(
        "timeline",
        *(sa.column(name) for name in ("id", "case_id", "round", "act")),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("data", sa.JSON()),
    )
    revisits = sa.table(
        "revisits",
        *(sa.column(name) for name in ("case_id", "round")),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("again_at", sa.DateTime(timezone=True)),
    )
    rows = connection.execute(
        sa.select(timeline.c.case_id, timeline.c.round, timeline.c.at, timeline.c.data)
        .where(timeline.c.act == "revisit")
        .order_by(timeline.c.id)
    ).all()
    for case_id, number, at, data in rows:
        if data.get("again_at"):
            connection.execute(
                sa.update(revisits)
                .where(revisits.c.case_id == case_id, revisits.c.round == number, revisits.c.at == at)
                .values(again_at=datetime.fromisoformat(data["again_at"]).astimezone(UTC))
            )


def downgrade() -> None:
    op.drop_index("ix_deadlines_unrecorded", table_name="deadlines")
    op.drop_index(op.f("ix_cases_estate_id_building_id_filed_at_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_estate_id_category_filed_at_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_estate_id_channel_filed_at_id"), table_name="cases")

    op.drop_column("revisits", "again_at")
    op.drop_column("estates", "address")
    op.drop_column("departments", "ended_at")
    op.drop_column("buildings", "ended_at")

    op.drop_index(op.f("ix_spot_check_items_case_id"), table_name="spot_check_items")

    op.drop_table("spot_check_items")

    op.drop_index(op.f("ix_spot_checks_estate_id_drawn_at"), table_name="spot_checks")

    op.drop_table("spot_checks")

    op.drop_index(op.f("ix_exports_user_id_at"), table_name="exports")
    op.drop_index(op.f("ix_exports_at"), table_name="exports")

    op.drop_table("exports")
