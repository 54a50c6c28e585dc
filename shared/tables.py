"""Every table, imported in one place so that migrations and tests see the whole schema."""

import shared.assessment.models
import shared.attachments.models
import shared.audit.models
import shared.calendars.models
import shared.cases.models
import shared.deadlines.models
import shared.duties.models
import shared.email_intake.models
import shared.escalation.models
import shared.exports.models
import shared.heartbeats.models
import shared.identity.models
import shared.improvement.models
import shared.incidents.models
import shared.notices.models
import shared.notifications.models
import shared.outbox.models
import shared.ownership.models
import shared.phrases.models
import shared.policies.models
import shared.presence.models
import shared.register.models
import shared.reports.models
import shared.retention.models
import shared.revisits.models
import shared.severity.models
import shared.supervision.models  # noqa: F401
