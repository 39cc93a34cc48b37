"""What the trail's verbs and kinds are called. Pure; a verb that is not here shows as it is.

The house test `tests/audit/test_pages.py` finds every verb the rooms record and wants its name.
"""

from coord.kernel.text import N_

VERB_LABELS: dict[str, str] = {
    "action.added": N_("添加行动"),
    "action.answered": N_("答复行动"),
    "action.cancelled": N_("取消行动"),
    "action.closed": N_("行动办结"),
    "action.confirmed": N_("确认行动结果"),
    "action.disputed": N_("对行动结果提出异议"),
    "action.edited": N_("更改行动"),
    "action.recorded": N_("登记行动结果"),
    "agreement.draft_dropped": N_("放弃协议草案"),
    "agreement.drafted": N_("起草协议"),
    "agreement.loaded": N_("载入协议"),
    "agreement.published": N_("印发协议"),
    "agreement.revised": N_("修改协议草案"),
    "agreement.signed": N_("签署协议"),
    "agreement.superseded": N_("协议被接替"),
    "audit.exported": N_("导出审计日志"),
    "boundaries.activated": N_("启用边界版本"),
    "boundaries.kept": N_("保留边界版本"),
    "boundaries.loaded": N_("载入边界数据"),
    "boundaries.accuracy_stated": N_("注明边界精度"),
    "boundaries.map_number_set": N_("填写审图号"),
    "contact.added": N_("人工增加边界"),
    "contact.edit_withdrawn": N_("撤回边界人工增减"),
    "contact.struck": N_("人工剔除边界"),
    "campaign.made": N_("制定行动方案"),
    "campaign.published": N_("发布行动方案"),
    "demonstration.people_made": N_("建立演示账号"),
    "group.lead_named": N_("确定组长单位"),
    "holidays.entered": N_("录入放假通知"),
    "holidays.withdrawn": N_("撤回放假通知"),
    "import.brought": N_("上传边界文件"),
    "import.columns_chosen": N_("选择边界文件的列"),
    "import.dropped": N_("放弃导入边界文件"),
    "lead.accepted": N_("接收线索"),
    "lead.acknowledged": N_("签收线索"),
    "lead.auto_closed": N_("线索到期自动办结"),
    "lead.closed": N_("线索确认办结"),
    "lead.designated": N_("登记指定管辖"),
    "lead.disputed": N_("对线索反馈提出异议"),
    "lead.drafted": N_("新建线索草稿"),
    "lead.edited": N_("更改线索"),
    "lead.evidence_added": N_("添加线索材料"),
    "lead.evidence_removed": N_("移除线索材料"),
    "lead.extended": N_("线索延期"),
    "lead.fed_back": N_("线索最终反馈"),
    "lead.objected": N_("提出管辖异议"),
    "lead.offered": N_("移送线索"),
    "lead.progressed": N_("反馈线索进展"),
    "lead.reoffered": N_("再次移送线索"),
    "lead.returned": N_("退回线索"),
    "lead.withdrawn": N_("撤回线索"),
    "organisations.seeded": N_("建立单位"),
    "person.created": N_("新建账号"),
    "person.disabled": N_("停用账号"),
    "person.enabled": N_("启用账号"),
    "person.first_admin_created": N_("建立首位系统管理员"),
    "person.moved": N_("变更账号单位"),
    "person.password_changed": N_("更改密码"),
    "person.password_reset": N_("重置密码"),
    "person.roles_set": N_("设置角色"),
    "person.sessions_ended": N_("强制退出登录"),
    "person.sign_in_refused": N_("登录被拒"),
    "person.signed_in": N_("登录"),
    "person.signed_out": N_("退出登录"),
    "person.unlocked": N_("解锁账号"),
    "roster.adopted": N_("采纳联动组名单"),
    "roster.confirmed": N_("确认联动组名单"),
    "subscription.made": N_("新建日历订阅"),
    "subscription.revoked": N_("撤销日历订阅"),
    "work.asked": N_("提交长时间计算"),
    "work.cancelled": N_("取消长时间计算"),
}

KIND_LABELS: dict[str, str] = {
    "agreement": N_("协议"),
    "audit_entry": N_("审计日志"),
    "boundary_import": N_("导入的边界文件"),
    "boundary_vintage": N_("边界数据"),
    "boundary_work": N_("长时间计算"),
    "campaign": N_("行动方案"),
    "contact_edit": N_("人工增减的边界"),
    "holiday_year": N_("放假通知"),
    "joint_action": N_("联合行动"),
    "joint_group": N_("联动组"),
    "lead": N_("跨界线索"),
    "organisation": N_("单位"),
    "person": N_("人员账号"),
    "roster": N_("联动组名单"),
    "subscription": N_("日历订阅"),
}


def verb_label(verb: str) -> str:
    """The verb's name as a msgid, or the verb itself."""
    return VERB_LABELS.get(verb, verb)


def kind_label(kind: str) -> str:
    """The kind's name as a msgid, or the kind itself."""
    return KIND_LABELS.get(kind, kind)
