"""The one table of this app: the ready words of each community."""

from community.cases.replies.models import ReplyTemplate

__all__ = ["ReplyTemplate"]
