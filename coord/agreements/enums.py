"""Kinds and states of agreements; what an obligation counts, for whom, when it is owed."""

import enum

from coord.kernel.text import N_


class AgreementKind(enum.StrEnum):
    """What sort of document it is."""

    FRAMEWORK = "framework"
    ACTION_PLAN = "action_plan"
    IMPLEMENTATION_PLAN = "implementation_plan"

    @property
    def label(self) -> str:
        """As a msgid."""
        return AGREEMENT_KINDS[self]


AGREEMENT_KINDS: dict[AgreementKind, str] = {
    AgreementKind.FRAMEWORK: N_("合作协议"),
    AgreementKind.ACTION_PLAN: N_("行动方案"),
    AgreementKind.IMPLEMENTATION_PLAN: N_("实施方案"),
}


class AgreementState(enum.StrEnum):
    """How far the document is. That it has ended is seen from its dates, not stored."""

    DRAFT = "draft"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"draft": N_("草案"), "published": N_("已印发")}[self.value]


class RecordKind(enum.StrEnum):
    """What kind of record an obligation counts."""

    COMPREHENSIVE_SUMMER = "comprehensive_summer"
    COMPREHENSIVE_AUTUMN_WINTER = "comprehensive_autumn_winter"
    DAILY = "daily"
    EMERGENCY = "emergency"
    EXCHANGE = "exchange"
    CROSS_BORDER = "cross_border"
    STUDY_EXCHANGE = "study_exchange"
    STUDY_VISIT = "study_visit"
    LOOK_BACK = "look_back"
    LEAD_TRANSFER = "lead_transfer"

    @property
    def label(self) -> str:
        """As a msgid."""
        return RECORD_KINDS[self]


RECORD_KINDS: dict[RecordKind, str] = {
    RecordKind.COMPREHENSIVE_SUMMER: N_("综合联动(夏季)"),
    RecordKind.COMPREHENSIVE_AUTUMN_WINTER: N_("综合联动(秋冬季)"),
    RecordKind.DAILY: N_("日常联动"),
    RecordKind.EMERGENCY: N_("应急联动"),
    RecordKind.EXCHANGE: N_("交流联动"),
    RecordKind.CROSS_BORDER: N_("跨界联合执法(成渝)"),
    RecordKind.STUDY_EXCHANGE: N_("执法交流学习(成渝)"),
    RecordKind.STUDY_VISIT: N_("学习调研"),
    RecordKind.LOOK_BACK: N_("回头看"),
    RecordKind.LEAD_TRANSFER: N_("线索移送"),
}


class ForWhom(enum.StrEnum):
    """Who owes it."""

    AGREEMENT = "agreement"
    CITY = "city"
    GROUP = "group"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"agreement": N_("全体"), "city": N_("各市"), "group": N_("各联动组")}[self.value]


class Trigger(enum.StrEnum):
    """When it is owed: always, or only when something happens."""

    NONE = "none"
    SEASONAL_AIR = "seasonal_air"
    OCCASION = "occasion"

    @property
    def label(self) -> str:
        """As a msgid."""
        return TRIGGERS[self]


TRIGGERS: dict[Trigger, str] = {
    Trigger.NONE: N_("固定要求"),
    Trigger.SEASONAL_AIR: N_("季节性大气形势、跨区域线索或其他实际情况触发"),
    Trigger.OCCASION: N_("有需要时"),
}
