"""Severity, incidents, plans, postponements, the ladder of escalation, leave and changed settings"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RUNNING = sa.text("met_at IS NULL AND ended_at IS NULL AND breached_at IS NULL AND paused_at IS NULL")
BEFORE = sa.text("met_at IS NULL AND ended_at IS NULL AND breached_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["users.id"], name=op.f("fk_leaves_deputy_id_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leaves_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_leaves_user_id_starts_at"), ["user_id", "starts_at"], unique=False
        )

    op.create_table(
        "setting_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["estate_id"], ["estates.id"], name=op.f("fk_setting_changes_estate_id_estates")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_setting_changes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes")),
    )
    with op.batch_alter_table("setting_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_setting_changes_estate_id_at"), ["estate_id", "at"], unique=False
        )

    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name=op.f("fk_incidents_building_id_buildings")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["users.id"], name=op.f("fk_incidents_confirmed_by_id_users")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_incidents_estate_id_estates")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_incidents_opened_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incidents_estate_id_opened_at"), ["estate_id", "opened_at"], unique=False
        )

    op.create_table(
        "playbook_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_playbook_steps_by_id_users")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_playbook_steps_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_steps")),
        sa.UniqueConstraint("incident_id", "step", name=op.f("uq_playbook_steps_incident_id_step")),
    )
    op.create_table(
        "incident_memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_incident_memberships_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_incident_memberships_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_memberships_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_memberships")),
        sa.UniqueConstraint(
            "incident_id", "case_id", name=op.f("uq_incident_memberships_incident_id_case_id")
        ),
    )
    with op.batch_alter_table("incident_memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_memberships_case_id"), ["case_id"], unique=False)

    op.create_table(
        "special_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("designated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("designated_by_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_special_reports_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_special_reports_department_id_departments")
        ),
        sa.ForeignKeyConstraint(
            ["designated_by_id"], ["users.id"], name=op.f("fk_special_reports_designated_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["users.id"], name=op.f("fk_special_reports_handler_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_reports")),
        sa.UniqueConstraint("case_id", "clause", name=op.f("uq_special_reports_case_id_clause")),
    )
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_escalations_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_escalations_case_id_cases")),
        sa.ForeignKeyConstraint(["to_id"], ["users.id"], name=op.f("fk_escalations_to_id_users")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_escalations_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalations_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_escalations_to_id_answered_at"), ["to_id", "answered_at"], unique=False
        )

    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.String(length=10), nullable=False),
        sa.Column("loss", sa.Integer(), nullable=False),
        sa.Column("injury", sa.Boolean(), nullable=False),
        sa.Column("litigation", sa.Boolean(), nullable=False),
        sa.Column("media", sa.Boolean(), nullable=False),
        sa.Column("facility_failure", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("strong_complaint", sa.Boolean(), nullable=False),
        sa.Column("serious_consequences", sa.Boolean(), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_findings_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_findings_case_id_cases")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_findings_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_findings_case_id"), ["case_id"], unique=False)

    op.create_table(
        "gradings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_gradings_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_gradings_case_id_cases")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_gradings_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gradings")),
    )
    with op.batch_alter_table("gradings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gradings_case_id"), ["case_id"], unique=False)

    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_plans_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plans_case_id_cases")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_plans_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_case_id"), ["case_id"], unique=False)

    op.create_table(
        "postponements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.String(length=20), nullable=True),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_postponements_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_postponements_case_id_cases")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_postponements_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postponements")),
    )
    with op.batch_alter_table("postponements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_postponements_case_id"), ["case_id"], unique=False)

    op.create_table(
        "rungs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_rungs_answered_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rungs_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name=op.f("fk_rungs_deadline_id_deadlines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rungs")),
        sa.UniqueConstraint("deadline_id", "level", name=op.f("uq_rungs_deadline_id_level")),
    )
    with op.batch_alter_table("rungs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rungs_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_rungs_unanswered",
            ["answer_by"],
            unique=False,
            postgresql_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
        )

    op.create_table(
        "opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("complete_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_opinions_by_id_users")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_opinions_plan_id_plans")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_opinions_words_id_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
    )
    with op.batch_alter_table("opinions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opinions_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "rung_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rung_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rung_id"], ["rungs.id"], name=op.f("fk_rung_people_rung_id_rungs")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_rung_people_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rung_people")),
        sa.UniqueConstraint("rung_id", "user_id", name=op.f("uq_rung_people_rung_id_user_id")),
    )
    with op.batch_alter_table("rung_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rung_people_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("fault", sa.String(length=10), server_default="presumed", nullable=False)
        )
        batch_op.add_column(sa.Column("incident_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_cases_incident_id"), ["incident_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_cases_incident_id_incidents"), "incidents", ["incident_id"], ["id"]
        )

    with op.batch_alter_table("category_routes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("building_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("handler_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_category_routes_estate_id_category"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_category_routes_estate_id_category_building_id"),
            ["estate_id", "category", "building_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_category_routes_building_id_buildings"), "buildings", ["building_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_category_routes_handler_id_users"), "users", ["handler_id"], ["id"]
        )

    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("duty", sa.String(length=20), server_default="first_responder", nullable=False)
        )
        batch_op.add_column(sa.Column("original_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_by", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index("ix_deadlines_running")
    op.execute("UPDATE deadlines SET original_due_at = due_at")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.alter_column("original_due_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(
        "ix_deadlines_running", "deadlines", ["near_at"], postgresql_where=RUNNING, sqlite_where=RUNNING
    )

    with op.batch_alter_table("estates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_from", sa.Integer(), server_default="1260", nullable=False))
        batch_op.add_column(sa.Column("quiet_until", sa.Integer(), server_default="480", nullable=False))

    with op.batch_alter_table("policy_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("published_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_policy_versions_published_by_id_users"), "users", ["published_by_id"], ["id"]
        )

    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("documented", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("companion_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_revisits_companion_id_users"), "users", ["companion_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_revisits_companion_id_users"), type_="foreignkey")
        batch_op.drop_column("companion_id")
        batch_op.drop_column("documented")

    with op.batch_alter_table("policy_versions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_policy_versions_published_by_id_users"), type_="foreignkey")
        batch_op.drop_column("published_by_id")
        batch_op.drop_column("published_at")

    with op.batch_alter_table("estates", schema=None) as batch_op:
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")

    op.drop_index("ix_deadlines_running", "deadlines")
    op.create_index(
        "ix_deadlines_running", "deadlines", ["near_at"], postgresql_where=BEFORE, sqlite_where=BEFORE
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_column("paused_at")
        batch_op.drop_column("moved_by")
        batch_op.drop_column("original_due_at")
        batch_op.drop_column("duty")

    with op.batch_alter_table("category_routes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_category_routes_handler_id_users"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_category_routes_building_id_buildings"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_category_routes_estate_id_category_building_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_category_routes_estate_id_category"), ["estate_id", "category"]
        )
        batch_op.drop_column("handler_id")
        batch_op.drop_column("building_id")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cases_incident_id_incidents"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_cases_incident_id"))
        batch_op.drop_column("incident_id")
        batch_op.drop_column("fault")

    with op.batch_alter_table("rung_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rung_people_user_id"))

    op.drop_table("rung_people")
    with op.batch_alter_table("opinions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opinions_plan_id"))

    op.drop_table("opinions")
    with op.batch_alter_table("rungs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rungs_unanswered",
            postgresql_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
            sqlite_where=sa.text("answered_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rungs_case_id"))

    op.drop_table("rungs")
    with op.batch_alter_table("postponements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_postponements_case_id"))

    op.drop_table("postponements")
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plans_case_id"))

    op.drop_table("plans")
    with op.batch_alter_table("gradings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gradings_case_id"))

    op.drop_table("gradings")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_case_id"))

    op.drop_table("findings")
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalations_to_id_answered_at"))
        batch_op.drop_index(batch_op.f("ix_escalations_case_id"))

    op.drop_table("escalations")
    op.drop_table("special_reports")
    with op.batch_alter_table("incident_memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_memberships_case_id"))

    op.drop_table("incident_memberships")
    op.drop_table("playbook_steps")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incidents_estate_id_opened_at"))

    op.drop_table("incidents")
    with op.batch_alter_table("setting_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_setting_changes_estate_id_at"))

    op.drop_table("setting_changes")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_user_id_starts_at"))

    op.drop_table("leaves")
