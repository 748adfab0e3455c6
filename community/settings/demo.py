"""Settings of the demonstration: loopback only, console senders, data in the git-ignored folder."""

from community.settings.base import *  # noqa: F403
from community.settings.base import env

SECRET_KEY = env.str("SECRET_KEY", default="demonstration-only-never-for-real-residents")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# Nothing is really sent: codes stand in the log and on the page that asks for them.
SMS_SHOW_NUMBERS = True
SMS_SHOW_CODES = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"community": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
