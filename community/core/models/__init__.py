from community.core.models.attachment import Attachment
from community.core.models.case import Case
from community.core.models.entry import Entry
from community.core.models.moving import Moving
from community.core.models.pausing import PausableCase
from community.core.models.serial import Serial

__all__ = ["Attachment", "Case", "Entry", "Moving", "PausableCase", "Serial"]
