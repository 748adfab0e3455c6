"""Settings of the demonstration: loopback only, console senders, data in the git-ignored folder."""

from community.settings.base import *  # noqa: F403
from community.settings.base import env

SECRET_KEY = env.str("SECRET_KEY", default="demonstration-only-never-for-real-residents")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
