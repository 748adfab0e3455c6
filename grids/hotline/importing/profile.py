"""An export of 12345 as a profile."""

from django.utils.translation import gettext_lazy as _

from community.imports.sheets import Profile
from grids.hotline.importing.keeper import TicketKeeper
from grids.hotline.importing.known import Known
from grids.hotline.importing.sheet import Tickets
from grids.hotline.models import HotlineTicket

TICKETS = Profile(
    "hotline",
    _("12345工单"),
    [Tickets()],
    models=[HotlineTicket],
    known=Known,
    keepers={HotlineTicket: TicketKeeper()},
    lead=_("12345平台导出的工单表，一行一件。地址会自动对上楼栋，同一编号的工单只更新、不重复。"),
    after="grids:hotline",
)
