"""Makes leads and files for tests."""

import io
from dataclasses import replace
from datetime import date

from flask import current_app

from coord.boundaries.datum import Datum
from coord.cases.enums import Element, LeadSource, Urgency
from coord.cases.models import Evidence, Lead
from coord.cases.operations import LeadFacts, add_evidence, draft_lead, offer
from coord.config import Settings
from coord.kernel.actor import Actor
from tests.factories import NOW

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 40

FACTS = LeadFacts(
    title="涂装车间停产期间用电异常",
    source=LeadSource.POWER_MONITORING,
    element=Element.AIR,
    urgency=Urgency.NORMAL,
    firm_name="示例甲表面涂装有限公司(虚构)",
    credit_code="91000000MATEXT001B",
    no_code_reason="",
    lon=103.50,
    lat=30.14,
    datum=Datum.CGCS2000,
    place="示范路1号",
    seen_on=date(2026, 9, 18),
    description="用电负荷异常。",
    to_code="511424",
)


def offered(sender: Actor, **changes: object) -> Lead:
    """A lead that waits at the receiver's."""
    lead = draft_lead(replace(FACTS, **changes), actor=sender, now=NOW)  # type: ignore[arg-type]
    return offer(lead, actor=sender, now=NOW)


def add_file(lead: Lead, actor: Actor, name: str = "照片.pdf", content: bytes = PDF) -> Evidence:
    """A file of a lead, kept in the application's own folder."""
    settings: Settings = current_app.extensions["coord.settings"]
    return add_evidence(
        lead, io.BytesIO(content), name, folder=settings.evidence_folder, actor=actor, now=NOW
    )
