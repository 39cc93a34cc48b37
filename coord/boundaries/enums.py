"""How sure a roster is, and what the map may show."""

import enum

from coord.kernel.text import N_


class Verification(enum.StrEnum):
    """Whether a roster was confirmed from the official document."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        """As a msgid."""
        return VERIFICATION_LABELS[self]


VERIFICATION_LABELS: dict[Verification, str] = {
    Verification.UNVERIFIED: N_("未核实"),
    Verification.VERIFIED: N_("已核实"),
}


class ContactChange(enum.StrEnum):
    """What a person did to a computed contact, with a reason."""

    ADD = "add"
    STRIKE = "strike"

    @property
    def label(self) -> str:
        """As a msgid."""
        return CHANGE_LABELS[self]


CHANGE_LABELS: dict[ContactChange, str] = {
    ContactChange.ADD: N_("人工增加"),
    ContactChange.STRIKE: N_("人工剔除"),
}


class RosterOrigin(enum.StrEnum):
    """Where a roster's groups came from."""

    SCENARIO = "scenario"
    SAVED = "saved"
    TYPED = "typed"
    IMPORTED = "imported"

    @property
    def label(self) -> str:
        """As a msgid."""
        return ORIGIN_LABELS[self]


ORIGIN_LABELS: dict[RosterOrigin, str] = {
    RosterOrigin.SCENARIO: N_("内置方案"),
    RosterOrigin.SAVED: N_("保存的方案"),
    RosterOrigin.TYPED: N_("手工录入"),
    RosterOrigin.IMPORTED: N_("表格导入"),
}


class WorkKind(enum.StrEnum):
    """Long work that runs beside the pages."""

    CHECK_IMPORT = "check_import"
    KEEP_IMPORT = "keep_import"
    GROUP = "group"

    @property
    def label(self) -> str:
        """As a msgid."""
        return WORK_LABELS[self]


WORK_LABELS: dict[WorkKind, str] = {
    WorkKind.CHECK_IMPORT: N_("检查边界文件"),
    WorkKind.KEEP_IMPORT: N_("载入边界文件"),
    WorkKind.GROUP: N_("计算编组"),
}


class WorkState(enum.StrEnum):
    """How far a piece of long work is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """As a msgid."""
        return STATE_LABELS[self]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {WorkState.DONE, WorkState.FAILED, WorkState.CANCELLED}


STATE_LABELS: dict[WorkState, str] = {
    WorkState.WAITING: N_("等待开始"),
    WorkState.RUNNING: N_("进行中"),
    WorkState.DONE: N_("已完成"),
    WorkState.FAILED: N_("失败"),
    WorkState.CANCELLED: N_("已取消"),
}


class MapView(enum.StrEnum):
    """What colours the counties of the map; the last three are scenarios by their own keys."""

    ROSTER = "roster"
    CITIES = "cities"
    PLAN = "plan"
    PAIRWISE = "pairwise"
    EVERYONE = "everyone"
