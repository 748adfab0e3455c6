"""Ways out of the hub, behind one interface; which SMS sender is used is a setting."""

import logging
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string

from community.access.masking import mask_phone
from community.notices.models import Delivery

if TYPE_CHECKING:
    from community.directory.models import User

log = logging.getLogger(__name__)


class SmsSender(Protocol):
    """A provider of text messages; raises on failure."""

    def send(self, phone: str, text: str) -> None: ...


class ConsoleSms:
    """Writes messages to the log: the demonstration's provider."""

    def send(self, phone: str, text: str) -> None:
        log.info("SMS to %s: %s", phone if settings.SMS_SHOW_NUMBERS else mask_phone(phone), text)


def sms_sender() -> SmsSender:
    return import_string(settings.SMS_SENDER)()


def address_of(user: "User", channel: str) -> str:
    """Where this person is reached, empty if nowhere."""
    return (user.phone if channel == Delivery.Channel.SMS else user.email) or ""


def send(delivery: Delivery) -> None:
    """Send one delivery now; raises whatever the sender raises."""
    title, body = delivery.notice.worded()
    if delivery.channel == Delivery.Channel.SMS:
        sms_sender().send(delivery.address, f"【睦邻】{title} {body}".strip())
    else:
        send_mail(title, body or title, settings.DEFAULT_FROM_EMAIL, [delivery.address])
