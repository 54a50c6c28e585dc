"""Returns, tasks, hand-overs, outstanding works, saved views, unsent words, phrases, flats, one-time codes, search"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_handovers_estate_id_estates")),
        sa.ForeignKeyConstraint(["giver_id"], ["users.id"], name=op.f("fk_handovers_giver_id_users")),
        sa.ForeignKeyConstraint(["receiver_id"], ["users.id"], name=op.f("fk_handovers_receiver_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(
        op.f("ix_handovers_receiver_id_answered_at"),
        "handovers",
        ["receiver_id", "answered_at"],
        unique=False,
    )

    op.create_table(
        "phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_phrases_estate_id_estates")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_phrases_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
    )
    op.create_index(op.f("ix_phrases_estate_id_ended_at"), "phrases", ["estate_id", "ended_at"], unique=False)

    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_saved_views_estate_id_estates")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_estate_id"), "saved_views", ["estate_id"], unique=False)
    op.create_index(op.f("ix_saved_views_user_id"), "saved_views", ["user_id"], unique=False)

    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name=op.f("fk_units_building_id_buildings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("building_id", "name", name=op.f("uq_units_building_id_name")),
    )
    op.create_table(
        "presences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writes", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_presences_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presences_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presences")),
        sa.UniqueConstraint("case_id", "user_id", name=op.f("uq_presences_case_id_user_id")),
    )
    op.create_index(op.f("ix_presences_seen_at"), "presences", ["seen_at"], unique=False)

    op.create_table(
        "unsent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_unsent_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_unsent_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_unsent_user_id_place")),
    )
    op.create_index(op.f("ix_unsent_touched_at"), "unsent", ["touched_at"], unique=False)

    op.create_table(
        "outstanding_works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.Column("result_words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_outstanding_works_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outstanding_works_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_outstanding_works_department_id_departments")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_outstanding_works_ended_by_id_users")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_outstanding_works_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["result_words_id"], ["words.id"], name=op.f("fk_outstanding_works_result_words_id_words")
        ),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_outstanding_works_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outstanding_works")),
    )
    op.create_index(op.f("ix_outstanding_works_case_id"), "outstanding_works", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_outstanding_works_owner_id_ended_at"),
        "outstanding_works",
        ["owner_id", "ended_at"],
        unique=False,
    )

    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("wanted_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.Column("result_words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_tasks_asked_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_tasks_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_tasks_ended_by_id_users")),
        sa.ForeignKeyConstraint(
            ["result_words_id"], ["words.id"], name=op.f("fk_tasks_result_words_id_words")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name=op.f("fk_tasks_taken_by_id_users")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_tasks_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_case_id"), "tasks", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_tasks_department_id_ended_at"), "tasks", ["department_id", "ended_at"], unique=False
    )

    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("answer_words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_words_id"], ["words.id"], name=op.f("fk_returns_answer_words_id_words")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_returns_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_returns_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_returns_case_id_cases")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_returns_decided_by_id_users")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_returns_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(op.f("ix_returns_case_id"), "returns", ["case_id"], unique=False)

    op.add_column("assignments", sa.Column("final", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_notices_case_id_cases"), "cases", ["case_id"], ["id"])

    op.add_column("revisits", sa.Column("hindrance", sa.String(length=12), nullable=True))

    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forced", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("handover_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_transfers_handover_id_handovers"), "handovers", ["handover_id"], ["id"]
        )

    op.add_column("users", sa.Column("otp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("otp_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("otp_step", sa.Integer(), server_default="0", nullable=False))

    _lists()
    _search()


# Of what the desk asks for again and again there is little: small indexes find it among very many cases.
LISTS = {
    "ix_rounds_contested": ("rounds", ["case_id", "number"], "cause IN ('appeal', 'rating')"),
    "ix_outside_orders_unanswered": (
        "outside_orders",
        ["due_at", "case_id"],
        "answered_at IS NULL AND due_at IS NOT NULL",
    ),
    "ix_deadlines_progress": (
        "deadlines",
        ["due_at", "case_id"],
        "rule IN ('stalled', 'internal_progress') AND met_at IS NULL AND ended_at IS NULL AND paused_at IS NULL",
    ),
}


def _lists() -> None:
    for name, (table, columns, those) in LISTS.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(those), sqlite_where=sa.text(those))


def _search() -> None:
    """Words of cases, cut into pairs of characters, so that Chinese is found without a dictionary.

    SQLite: FTS5, whose row is the case's number. PostgreSQL: a vector with an inverted index.
    """
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE case_terms USING fts5(terms, detail=none, columnsize=0, tokenize='unicode61')"
        )
        insert = "INSERT INTO case_terms (rowid, terms) VALUES (:id, :terms)"
    else:
        op.execute(
            "CREATE TABLE case_terms (case_id integer PRIMARY KEY REFERENCES cases (id), terms tsvector NOT NULL)"
        )
        # Without a list of what came last: every search would read it through.
        op.execute("CREATE INDEX ix_case_terms_terms ON case_terms USING gin (terms) WITH (fastupdate = off)")
        insert = "INSERT INTO case_terms (case_id, terms) VALUES (:id, array_to_tsvector(string_to_array(:terms, ' ')))"
    said = connection.execute(
        sa.text(
            "SELECT cases.id, description, demands, spot FROM cases JOIN statements ON case_id = cases.id"
            " WHERE erased_at IS NULL ORDER BY cases.id"
        ),
        execution_options={"yield_per": 1000},
    )
    for some in said.partitions():
        rows = [
            {"id": case, "terms": " ".join(_terms(" ".join(filter(None, words))))} for case, *words in some
        ]
        connection.execute(sa.text(insert), [row for row in rows if row["terms"]])


def _terms(text: str) -> list[str]:
    """As `shared.register.terms` cut a text on the day of this migration."""
    found: dict[str, None] = {}
    for run in re.findall(r"[a-z0-9]+|[^\W_a-z0-9]+", unicodedata.normalize("NFKC", text).lower()):
        if run.isascii():
            found[run[:40]] = None
        else:
            found |= dict.fromkeys([*(run[i : i + 2] for i in range(len(run) - 1)), run[-1]])
    return list(found)


def downgrade() -> None:
    op.execute("DROP TABLE case_terms")
    for name, (table, _columns, _those) in LISTS.items():
        op.drop_index(name, table_name=table)
    op.drop_column("users", "otp_step")
    op.drop_column("users", "otp_since")
    op.drop_column("users", "otp_secret")

    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_transfers_handover_id_handovers"), type_="foreignkey")
        batch_op.drop_column("handover_id")
        batch_op.drop_column("forced")

    op.drop_column("revisits", "hindrance")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notices_case_id_cases"), type_="foreignkey")
        batch_op.drop_column("case_id")
        batch_op.drop_column("pinned")

    op.drop_column("assignments", "final")

    op.drop_index(op.f("ix_returns_case_id"), table_name="returns")

    op.drop_table("returns")
    op.drop_index(op.f("ix_tasks_department_id_ended_at"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_case_id"), table_name="tasks")

    op.drop_table("tasks")
    op.drop_index(op.f("ix_outstanding_works_owner_id_ended_at"), table_name="outstanding_works")
    op.drop_index(op.f("ix_outstanding_works_case_id"), table_name="outstanding_works")

    op.drop_table("outstanding_works")
    op.drop_index(op.f("ix_unsent_touched_at"), table_name="unsent")

    op.drop_table("unsent")
    op.drop_index(op.f("ix_presences_seen_at"), table_name="presences")

    op.drop_table("presences")
    op.drop_table("units")
    op.drop_index(op.f("ix_saved_views_user_id"), table_name="saved_views")
    op.drop_index(op.f("ix_saved_views_estate_id"), table_name="saved_views")

    op.drop_table("saved_views")
    op.drop_index(op.f("ix_phrases_estate_id_ended_at"), table_name="phrases")

    op.drop_table("phrases")
    op.drop_index(op.f("ix_handovers_receiver_id_answered_at"), table_name="handovers")

    op.drop_table("handovers")
