"""Kinds and states of campaigns, actions, attendance and confirmation."""

import enum

from coord.kernel.text import N_


class Focus(enum.StrEnum):
    """四重: the four foci of joint enforcement."""

    AIR = "air"
    WATER = "water"
    SOLID_HAZARDOUS_WASTE = "solid_hazardous_waste"
    OFF_SITE_CHECK = "off_site_check"

    @property
    def label(self) -> str:
        """As a msgid."""
        return FOCI[self]


FOCI: dict[Focus, str] = {
    Focus.AIR: N_("大气"),
    Focus.WATER: N_("水环境"),
    Focus.SOLID_HAZARDOUS_WASTE: N_("固(危)废"),
    Focus.OFF_SITE_CHECK: N_("非现场检查"),
}


class InspectionType(enum.StrEnum):
    """What an action is under 国办发〔2024〕54号; `none` where no firm is visited."""

    NONE = "none"
    DAILY = "daily_inspection"
    SPECIAL = "special_inspection"
    CASE = "case_inspection"

    @property
    def label(self) -> str:
        """As a msgid."""
        return INSPECTIONS[self]


INSPECTIONS: dict[InspectionType, str] = {
    InspectionType.NONE: N_("不入企(会商、交流等)"),
    InspectionType.DAILY: N_("日常检查"),
    InspectionType.SPECIAL: N_("专项检查"),
    InspectionType.CASE: N_("个案检查"),
}


class CampaignState(enum.StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"draft": N_("草案"), "published": N_("已发布")}[self.value]


class ActionState(enum.StrEnum):
    """How far a joint action is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """As a msgid."""
        return ACTION_STATES[self]

    @property
    def tone(self) -> str:
        """The tag's tone on pages."""
        tones = {"closed": "good", "cancelled": "off", "draft": "wait", "reported": "wait"}
        return tones.get(self.value, "neutral")


ACTION_STATES: dict[ActionState, str] = {
    ActionState.DRAFT: N_("草案"),
    ActionState.PUBLISHED: N_("已发布"),
    ActionState.REPORTED: N_("已登记,待确认"),
    ActionState.CLOSED: N_("已办结"),
    ActionState.CANCELLED: N_("已取消"),
}


class Attendance(enum.StrEnum):
    """A county's answer."""

    WAITING = "waiting"
    ATTENDING = "attending"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"waiting": N_("待答复"), "attending": N_("参加"), "declined": N_("不参加")}[
            self.value
        ]

    @property
    def tone(self) -> str:
        """The tag's tone on pages."""
        return {"waiting": "wait", "attending": "good", "declined": "bad"}[self.value]


class Confirmation(enum.StrEnum):
    """What a county says of the host's record."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"waiting": N_("待确认"), "confirmed": N_("已确认"), "disputed": N_("有异议")}[
            self.value
        ]

    @property
    def tone(self) -> str:
        """The tag's tone on pages."""
        return {"waiting": "wait", "confirmed": "good", "disputed": "bad"}[self.value]
