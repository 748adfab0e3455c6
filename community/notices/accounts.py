"""Accounts over django-allauth: phones as the hub keeps them, codes by SMS, words of our own.

An unverified number belongs to nobody: whoever proves it by a code gets it, and nobody can sign up with a neighbour's
number, set a password and wait for them.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import PhoneVerificationStage
from django.contrib import messages
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.directory.models import User
from community.directory.phones import PhoneField, normal_phone
from community.notices.channels import sms_sender

log = logging.getLogger(__name__)
TRY_LATER = gettext_lazy("尝试次数过多，为保护账号已暂停登录，请 15 分钟后再试，或联系社区工作人员。")
WRONG_PAIR = gettext_lazy("账号或密码不正确，请核对后再试。")


class ProveNewPhone(PhoneVerificationStage):
    """Whoever signs up proves the phone first. Accounts that the office made may sign in without one."""

    def handle(self) -> Any:
        return super().handle() if self.login.signup else (None, True)


class AccountAdapter(DefaultAccountAdapter):
    """Named in settings.ACCOUNT_ADAPTER."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": TRY_LATER,
        "username_password_mismatch": WRONG_PAIR,
        "phone_password_mismatch": WRONG_PAIR,
        "invalid_login": WRONG_PAIR,
        "incorrect_code": gettext_lazy("验证码不正确，请核对后再试。"),
        "phone_taken": gettext_lazy("这个手机号已被其他账号使用。"),
        "rate_limited": gettext_lazy("操作太频繁，请稍等片刻再试。"),
    }

    def get_login_stages(self) -> list[str]:
        allauths = f"{PhoneVerificationStage.__module__}.{PhoneVerificationStage.__name__}"
        ours = f"{__name__}.{ProveNewPhone.__name__}"
        return [ours if stage == allauths else stage for stage in super().get_login_stages()]

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**{**kwargs, "label": gettext_lazy("手机号")})

    def clean_phone(self, phone: str) -> str:
        return normal_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone, phone_verified=True).first()

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """An unproved number stays with the sign-in under way and is not written to the account."""
        user.phone, user.phone_verified = phone, verified
        if verified:
            with transaction.atomic():
                User.objects.filter(phone=phone, phone_verified=False).exclude(pk=user.pk).update(phone=None)
                user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        if (user.phone, user.phone_verified) != (phone, True):
            self.set_phone(user, phone, verified=True)

    def generate_unique_username(self, txts: list[str | None], regex: str | None = None) -> str:
        """Residents sign in by phone; their user name says nothing about them."""
        return f"u{get_random_string(11, 'abcdefghijkmnpqrstuvwxyz23456789')}"

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._text(phone, _("【睦邻】验证码 %(code)s，5 分钟内有效。请勿告诉他人。") % {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._text(phone, _("【睦邻】这个手机号还没有账号，请先在登录页点“注册”。如非本人操作，请忽略。"))

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text(phone, _("【睦邻】这个手机号已有账号，请直接用短信验证码登录。如非本人操作，请忽略。"))

    def _text(self, phone: str, words: str) -> None:
        """Send at once: a code cannot wait for the outbox, and is worthless when it comes late."""
        try:
            sms_sender().send(phone, words)
        except Exception:
            log.exception("a code could not be sent")
            messages.error(self.request, _("短信没有发出，请稍后再试，或用密码登录。"))
