"""The ledger, measures, training, lessons, meetings, reports, periodic duties, exports as jobs, accesses by person"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LEDGER = ("assessment_entries", "assessment_decisions", "bonuses")


def upgrade() -> None:
    op.create_table(
        "bonuses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bonuses_by_id_users")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_bonuses_estate_id_estates")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bonuses_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bonuses")),
    )
    op.create_index(
        op.f("ix_bonuses_estate_id_user_id_month"), "bonuses", ["estate_id", "user_id", "month"], unique=False
    )

    op.create_table(
        "duty_occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=30), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["estate_id"], ["estates.id"], name=op.f("fk_duty_occurrences_estate_id_estates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_occurrences")),
        sa.UniqueConstraint(
            "estate_id", "duty", "starts_on", name=op.f("uq_duty_occurrences_estate_id_duty_starts_on")
        ),
    )
    op.create_index(
        op.f("ix_duty_occurrences_estate_id_due_at"),
        "duty_occurrences",
        ["estate_id", "due_at"],
        unique=False,
    )

    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=60), server_default="", nullable=False),
        sa.Column("agenda", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes", sa.Text(), server_default="", nullable=False),
        sa.Column("owners_present", sa.Integer(), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["called_by_id"], ["users.id"], name=op.f("fk_meetings_called_by_id_users")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_meetings_closed_by_id_users")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_meetings_estate_id_estates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_estate_id_held_at"), "meetings", ["estate_id", "held_at"], unique=False)

    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), server_default="", nullable=False),
        sa.Column("trainer", sa.String(length=60), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=True),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_trainings_estate_id_estates")),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["users.id"], name=op.f("fk_trainings_planned_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index(
        op.f("ix_trainings_estate_id_held_at"), "trainings", ["estate_id", "held_at"], unique=False
    )

    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["training_id"], ["trainings.id"], name=op.f("fk_attendances_training_id_trainings")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attendances_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("training_id", "user_id", name=op.f("uq_attendances_training_id_user_id")),
    )
    op.create_index(op.f("ix_attendances_user_id"), "attendances", ["user_id"], unique=False)

    op.create_table(
        "export_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.String(length=20), nullable=True),
        sa.Column("storage_key", sa.String(length=80), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_export_jobs_estate_id_estates")),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name=op.f("fk_export_jobs_export_id_exports")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_export_jobs_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_jobs")),
    )
    op.create_index(op.f("ix_export_jobs_expires_at"), "export_jobs", ["expires_at"], unique=False)
    op.create_index(
        op.f("ix_export_jobs_user_id_asked_at"), "export_jobs", ["user_id", "asked_at"], unique=False
    )

    op.create_table(
        "meeting_participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_participants_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_meeting_participants_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_participants")),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_meeting_participants_meeting_id_user_id")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("definitions", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("analysis", sa.Text(), server_default="", nullable=False),
        sa.Column("analysed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["analysed_by_id"], ["users.id"], name=op.f("fk_reports_analysed_by_id_users")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_reports_estate_id_estates")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_reports_made_by_id_users")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_versions.id"],
            name=op.f("fk_reports_policy_version_id_policy_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["users.id"], name=op.f("fk_reports_received_by_id_users")
        ),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_reports_signed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "estate_id", "kind", "starts_on", name=op.f("uq_reports_estate_id_kind_starts_on")
        ),
    )
    op.create_index(op.f("ix_reports_estate_id_ends_on"), "reports", ["estate_id", "ends_on"], unique=False)

    op.create_table(
        "lessons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=True),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("learnt", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_lessons_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_lessons_case_id_cases")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_lessons_estate_id_estates")),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name=op.f("fk_lessons_written_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_case_id"), "lessons", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_lessons_estate_id_approved_at"), "lessons", ["estate_id", "approved_at"], unique=False
    )

    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_key", sa.String(length=60), nullable=True),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("effect", sa.String(length=12), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_note", sa.Text(), server_default="", nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name=op.f("fk_measures_building_id_buildings")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_measures_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["users.id"], name=op.f("fk_measures_checked_by_id_users")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_measures_done_by_id_users")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_measures_estate_id_estates")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_measures_incident_id_incidents")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_measures_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_measures_owner_id_users")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["users.id"], name=op.f("fk_measures_raised_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("estate_id", "origin_key", name=op.f("uq_measures_estate_id_origin_key")),
    )
    op.create_index(op.f("ix_measures_case_id"), "measures", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_measures_estate_id_done_at_due_on"),
        "measures",
        ["estate_id", "done_at", "due_on"],
        unique=False,
    )
    op.create_index(op.f("ix_measures_owner_id_done_at"), "measures", ["owner_id", "done_at"], unique=False)

    op.create_table(
        "assessment_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_key", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("deadline_id", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"],
            ["assessment_entries.id"],
            name=op.f("fk_assessment_entries_about_id_assessment_entries"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessment_entries_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name=op.f("fk_assessment_entries_deadline_id_deadlines")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_assessment_entries_department_id_departments"),
        ),
        sa.ForeignKeyConstraint(
            ["estate_id"], ["estates.id"], name=op.f("fk_assessment_entries_estate_id_estates")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name=op.f("fk_assessment_entries_person_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_assessment_entries_proposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_entries")),
        sa.UniqueConstraint(
            "estate_id", "origin_key", name=op.f("uq_assessment_entries_estate_id_origin_key")
        ),
    )
    op.create_index(op.f("ix_assessment_entries_case_id"), "assessment_entries", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_assessment_entries_estate_id_month_person_id"),
        "assessment_entries",
        ["estate_id", "month", "person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assessment_entries_person_id_occurred_at"),
        "assessment_entries",
        ["person_id", "occurred_at"],
        unique=False,
    )

    op.create_table(
        "causes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_causes_case_id_cases")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_causes_estate_id_estates")),
        sa.ForeignKeyConstraint(["found_by_id"], ["users.id"], name=op.f("fk_causes_found_by_id_users")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_causes_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_causes")),
    )
    op.create_index(op.f("ix_causes_case_id"), "causes", ["case_id"], unique=False)
    op.create_index(op.f("ix_causes_estate_id_found_at"), "causes", ["estate_id", "found_at"], unique=False)

    op.create_table(
        "assessment_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("multiplier", sa.Integer(), server_default="1", nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_assessment_decisions_by_id_users")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["assessment_entries.id"],
            name=op.f("fk_assessment_decisions_entry_id_assessment_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_decisions")),
        sa.UniqueConstraint("entry_id", "step", name=op.f("uq_assessment_decisions_entry_id_step")),
    )
    op.create_index(op.f("ix_accesses_user_id_at"), "accesses", ["user_id", "at"], unique=False)

    with op.batch_alter_table("spot_checks") as batch:
        batch.add_column(sa.Column("department_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_spot_checks_department_id_departments"), "departments", ["department_id"], ["id"]
        )

    _append_only()


def _append_only() -> None:
    """The ledger can be added to, and nothing else; on PostgreSQL by the function of 0002."""
    if op.get_bind().dialect.name == "sqlite":
        for table in LEDGER:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in LEDGER:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    with op.batch_alter_table("spot_checks") as batch:
        batch.drop_constraint(op.f("fk_spot_checks_department_id_departments"), type_="foreignkey")
        batch.drop_column("department_id")

    op.drop_index(op.f("ix_accesses_user_id_at"), table_name="accesses")
    op.drop_table("assessment_decisions")
    op.drop_index(op.f("ix_causes_estate_id_found_at"), table_name="causes")
    op.drop_index(op.f("ix_causes_case_id"), table_name="causes")

    op.drop_table("causes")
    op.drop_index(op.f("ix_assessment_entries_person_id_occurred_at"), table_name="assessment_entries")
    op.drop_index(op.f("ix_assessment_entries_estate_id_month_person_id"), table_name="assessment_entries")
    op.drop_index(op.f("ix_assessment_entries_case_id"), table_name="assessment_entries")

    op.drop_table("assessment_entries")
    op.drop_index(op.f("ix_measures_owner_id_done_at"), table_name="measures")
    op.drop_index(op.f("ix_measures_estate_id_done_at_due_on"), table_name="measures")
    op.drop_index(op.f("ix_measures_case_id"), table_name="measures")

    op.drop_table("measures")
    op.drop_index(op.f("ix_lessons_estate_id_approved_at"), table_name="lessons")
    op.drop_index(op.f("ix_lessons_case_id"), table_name="lessons")

    op.drop_table("lessons")
    op.drop_index(op.f("ix_reports_estate_id_ends_on"), table_name="reports")

    op.drop_table("reports")
    op.drop_table("meeting_participants")
    op.drop_index(op.f("ix_export_jobs_user_id_asked_at"), table_name="export_jobs")
    op.drop_index(op.f("ix_export_jobs_expires_at"), table_name="export_jobs")

    op.drop_table("export_jobs")
    op.drop_index(op.f("ix_attendances_user_id"), table_name="attendances")

    op.drop_table("attendances")
    op.drop_index(op.f("ix_trainings_estate_id_held_at"), table_name="trainings")

    op.drop_table("trainings")
    op.drop_index(op.f("ix_meetings_estate_id_held_at"), table_name="meetings")

    op.drop_table("meetings")
    op.drop_index(op.f("ix_duty_occurrences_estate_id_due_at"), table_name="duty_occurrences")

    op.drop_table("duty_occurrences")
    op.drop_index(op.f("ix_bonuses_estate_id_user_id_month"), table_name="bonuses")

    op.drop_table("bonuses")
