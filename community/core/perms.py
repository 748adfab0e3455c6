"""What a post may permit. Permissions are this enum; which role brings which of them is data (``access.Role``)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Perm(models.TextChoices):
    """Each is granted on a scope: a street, a community, a grid or a partner unit, and covers all within it."""

    SEE_CASES = "see_cases", _("查看事项")
    PATROL = "patrol", _("巡查")
    HANDLE_INCIDENTS = "handle_incidents", _("办理事件")
    DISPATCH_INCIDENTS = "dispatch_incidents", _("派遣事件")
    HANDLE_FOR_UNIT = "handle_for_unit", _("单位承办")
    VERIFY_INCIDENTS = "verify_incidents", _("核查事件")
    VET_WISHES = "vet_wishes", _("审核心愿")
    CLAIM_WISHES = "claim_wishes", _("认领心愿")
    LEAD_GRID = "lead_grid", _("网格督办")
    LEAD_COMMUNITY = "lead_community", _("社区督办")
    LEAD_STREET = "lead_street", _("街道督办")
    SEE_DIRECTORY = "see_directory", _("查看底册")
    REVEAL = "reveal", _("查看隐藏信息")
    IMPORT_DIRECTORY = "import_directory", _("导入底册")
    ADMIT_HOUSEHOLDS = "admit_households", _("审核入户")
    MANAGE_POSTS = "manage_posts", _("任命岗位")
    SEE_DASHBOARD = "see_dashboard", _("查看驾驶舱")
    SEE_POINTS = "see_points", _("查看积分台账")
    MANAGE_POINTS = "manage_points", _("管理积分")
    OPERATE = "operate", _("运行维护")
    MEDIATE = "mediate", _("调解纠纷")
    LEAD_MEDIATION = "lead_mediation", _("督办调解")
    COMMAND_EMERGENCY = "command_emergency", _("指挥应急")
    RUN_SURVEYS = "run_surveys", _("组织调查")
    FILL_SURVEYS = "fill_surveys", _("入户调查")
    EXPORT_SURVEYS = "export_surveys", _("导出调查结果")
    RUN_REDEMPTION = "run_redemption", _("组织积分兑换")
    HAND_OUT = "hand_out", _("核销兑换")
    RUN_VOLUNTEERS = "run_volunteers", _("组织志愿服务")
    RUN_FUND = "run_fund", _("管理公益基金")
    APPROVE_FUND = "approve_fund", _("审批基金支出")
