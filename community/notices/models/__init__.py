from community.notices.models.notice import Delivery, Notice

__all__ = ["Delivery", "Notice"]
