"""States of a lead and what may be said of it (domain.md 10)."""

import enum

from coord.kernel.text import N_


class LeadState(enum.StrEnum):
    """Where a lead stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    OBJECTED = "objected"
    FED_BACK = "fed_back"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """As a msgid."""
        return LEAD_STATES[self]

    @property
    def tone(self) -> str:
        """The tag's tone on pages."""
        tones = {"closed": "good", "withdrawn": "off", "returned": "bad", "objected": "bad"}
        return tones.get(self.value, "wait")


LEAD_STATES: dict[LeadState, str] = {
    LeadState.DRAFT: N_("草稿"),
    LeadState.OFFERED: N_("已移送,待签收"),
    LeadState.ACKNOWLEDGED: N_("已签收,待接收"),
    LeadState.ACCEPTED: N_("办理中"),
    LeadState.RETURNED: N_("已退回"),
    LeadState.OBJECTED: N_("管辖异议,待指定"),
    LeadState.FED_BACK: N_("已反馈,待确认"),
    LeadState.CLOSED: N_("已办结"),
    LeadState.WITHDRAWN: N_("已撤回"),
}

#: Nothing more happens in these.
FINAL_STATES = frozenset({LeadState.CLOSED, LeadState.WITHDRAWN})


class Urgency(enum.StrEnum):
    """Ordinary clocks, or hours."""

    NORMAL = "normal"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {"normal": N_("一般"), "emergency": N_("紧急")}[self.value]


class LeadSource(enum.StrEnum):
    """Where it came from."""

    AUTOMATIC_MONITORING = "automatic_monitoring"
    POWER_MONITORING = "power_monitoring"
    VIDEO = "video"
    UAV = "uav"
    MOBILE_SURVEY = "mobile_survey"
    SATELLITE = "satellite"
    GRID_NETWORK = "grid_network"
    PETITION = "petition"
    HOTLINE_12369 = "hotline_12369"
    HOTLINE_12345 = "hotline_12345"
    MEDIA = "media"
    INSPECTION_FEEDBACK = "inspection_feedback"
    DOUBLE_RANDOM_DRAW = "double_random_draw"
    SPECIAL_CAMPAIGN = "special_campaign"
    JOINT_ACTION = "joint_action"
    LOOK_BACK_CHECK = "look_back_check"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As a msgid."""
        return SOURCES[self]


SOURCES: dict[LeadSource, str] = {
    LeadSource.AUTOMATIC_MONITORING: N_("自动监控"),
    LeadSource.POWER_MONITORING: N_("用电监控"),
    LeadSource.VIDEO: N_("视频监控"),
    LeadSource.UAV: N_("无人机"),
    LeadSource.MOBILE_SURVEY: N_("走航监测"),
    LeadSource.SATELLITE: N_("卫星遥感"),
    LeadSource.GRID_NETWORK: N_("网格化监测"),
    LeadSource.PETITION: N_("信访投诉"),
    LeadSource.HOTLINE_12369: N_("12369举报"),
    LeadSource.HOTLINE_12345: N_("12345热线"),
    LeadSource.MEDIA: N_("媒体与网络舆情"),
    LeadSource.INSPECTION_FEEDBACK: N_("督察反馈"),
    LeadSource.DOUBLE_RANDOM_DRAW: N_("双随机抽查"),
    LeadSource.SPECIAL_CAMPAIGN: N_("专项行动"),
    LeadSource.JOINT_ACTION: N_("联动执法"),
    LeadSource.LOOK_BACK_CHECK: N_("回头看"),
    LeadSource.OTHER: N_("其他"),
}


class Element(enum.StrEnum):
    """What is harmed, or which duty is broken."""

    AIR = "air"
    WATER = "water"
    SOLID_WASTE = "solid_waste"
    HAZARDOUS_WASTE = "hazardous_waste"
    SOIL = "soil"
    NOISE = "noise"
    RADIATION = "radiation"
    ECOLOGY = "ecology"
    MONITORING_FRAUD = "monitoring_fraud"
    PERMIT = "permit"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As a msgid."""
        return ELEMENTS[self]


ELEMENTS: dict[Element, str] = {
    Element.AIR: N_("大气"),
    Element.WATER: N_("水"),
    Element.SOLID_WASTE: N_("固体废物"),
    Element.HAZARDOUS_WASTE: N_("危险废物"),
    Element.SOIL: N_("土壤"),
    Element.NOISE: N_("噪声"),
    Element.RADIATION: N_("辐射"),
    Element.ECOLOGY: N_("生态"),
    Element.MONITORING_FRAUD: N_("监测数据造假"),
    Element.PERMIT: N_("排污许可"),
    Element.OTHER: N_("其他"),
}


class ReturnReason(enum.StrEnum):
    """Why a lead is returned."""

    WRONG_TERRITORY = "wrong_territory"
    INSUFFICIENT_MATERIAL = "insufficient_material"
    DUPLICATE = "duplicate"
    OTHER_AUTHORITY = "other_authority"

    @property
    def label(self) -> str:
        """As a msgid."""
        return RETURN_REASONS[self]


RETURN_REASONS: dict[ReturnReason, str] = {
    ReturnReason.WRONG_TERRITORY: N_("不属本辖区"),
    ReturnReason.INSUFFICIENT_MATERIAL: N_("材料不足"),
    ReturnReason.DUPLICATE: N_("重复线索"),
    ReturnReason.OTHER_AUTHORITY: N_("属其他部门职责"),
}


class Outcome(enum.StrEnum):
    """How it ended."""

    NO_FILING = "no_filing"
    RECTIFICATION_ONLY = "rectification_only"
    NO_PENALTY = "no_penalty"
    FINED = "fined"
    SEIZURE = "seizure"
    PRODUCTION_RESTRICTION = "production_restriction"
    DETENTION_TRANSFER = "detention_transfer"
    CRIME_TRANSFER = "crime_transfer"
    PENDING = "pending"
    DESIGNATED_ELSEWHERE = "designated_elsewhere"

    @property
    def label(self) -> str:
        """As a msgid."""
        return OUTCOMES[self]


OUTCOMES: dict[Outcome, str] = {
    Outcome.NO_FILING: N_("不予立案"),
    Outcome.RECTIFICATION_ONLY: N_("责令改正"),
    Outcome.NO_PENALTY: N_("不予处罚"),
    Outcome.FINED: N_("罚款"),
    Outcome.SEIZURE: N_("查封扣押"),
    Outcome.PRODUCTION_RESTRICTION: N_("限产停产"),
    Outcome.DETENTION_TRANSFER: N_("移送行政拘留"),
    Outcome.CRIME_TRANSFER: N_("移送涉嫌犯罪"),
    Outcome.PENDING: N_("已立案,处理中"),
    Outcome.DESIGNATED_ELSEWHERE: N_("指定由移送方办理"),
}
