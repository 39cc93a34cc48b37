"""What a new person does next, in three plain sentences for each role. Pure."""

from collections.abc import Set

from coord.kernel.actor import Role
from coord.kernel.text import N_

#: In the order in which the roles are looked up: who holds two is told of the first.
FIRST_STEPS: dict[Role, tuple[str, str, str]] = {
    Role.COORDINATOR: (
        N_("在“边界与联动组”比较方案,采纳一份联动组名单。"),
        N_("制定行动方案,为各组安排日期、地点和参加区县,然后发布。"),
        N_("行动之后看结果和义务表:哪些已完成,哪些还欠着。"),
    ),
    Role.OFFICER: (
        N_("先处理“等我处理”里的事:答复是否参加、签收线索、登记结果。"),
        N_("发现跨界问题时点“新建线索”,在地图上点一下位置,移送给邻县。"),
        N_("点“手机订阅”,把行动日历放进手机。"),
    ),
    Role.REVIEWER: (
        N_("在“合作协议”里查阅各项约定及其完成情况。"),
        N_("在“边界与联动组”里查看各组由哪些区县组成。"),
        N_("案卷评查启用后,分配给您的案卷会列在本页。"),
    ),
    Role.OBSERVER: (
        N_("在“行动与日历”里查阅已发布的行动方案和日历。"),
        N_("在“合作协议”里查看义务表:应做、已做、计划、逾期。"),
        N_("您看不到线索和案卷,也不需要办理任何事项。"),
    ),
    Role.SYSTEM_ADMIN: (
        N_("为新到人员建立账号,把一次性密码当面交给本人。"),
        N_("请安全管理员为其授予角色;没有角色的账号不能办理业务。"),
        N_("人员离岗时停用账号;放假通知公布后录入新一年的节假日。"),
    ),
    Role.SECURITY_ADMIN: (
        N_("为未授予角色的账号授予角色;三类管理员不得兼任,系统会拒绝。"),
        N_("账号被锁定时核实本人身份后解锁。"),
        N_("手机遗失或账号可疑时,让此人在所有设备上退出。"),
    ),
    Role.AUDITOR: (
        N_("定期校验审计日志是否完整。"),
        N_("按事项、人员和日期查阅,留意被拒的登录和角色变更。"),
        N_("需要留存时导出;导出本身也记入日志。"),
    ),
}


def first_steps(roles: Set[Role]) -> tuple[str, ...]:
    """The three sentences, as msgids, for a person with these roles; none without a role."""
    return next((steps for role, steps in FIRST_STEPS.items() if role in roles), ())
