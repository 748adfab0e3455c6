"""Settings common to demo, test and production; every secret and address comes from the environment."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from community.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = BASE_DIR / "var"
env = environ.Env()

DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.admin",
    "community.core",
    "community.directory",
    "community.access",
    "community.calendars",
    "community.imports",
    "community.timers",
    "community.duties",
    "community.notices",
    "community.cases",
    "points",
    "grids",
    "wishes",
    "property",
    "community.dashboards",
    "community.demonstration",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_celery_beat",
    "django_htmx",
    "django_cotton",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "community.core.preferences.LanguageOfAccount",
    "community.core.addresses.NothingIsNamedNul",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "community.access.staff.IdleLogOut",
    "community.access.staff.SecondFactor",
]

ROOT_URLCONF = "community.urls"
WSGI_APPLICATION = "community.wsgi.application"
ASGI_APPLICATION = "community.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community.core.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "community.core.rendering.FormRenderer"
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
}
# The ORM writes what selects first and what decorates last, so few joins need weighing: planning a list takes a quarter
# of the time. Nothing here runs long enough to be worth compiling, and workers for one question would take the cores
# from all the others: the map of a million incidents took half the processor's time without them.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options", "-c join_collapse_limit=4 -c jit=off -c max_parallel_workers_per_gather=0"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "community.core.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "mulin",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "community.directory.backends.NameBackend",
    "community.directory.backends.PhoneBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "community.directory.passwords.MixedCharacters"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# How people sign in (django-allauth): phone or user name with a password, or a code by SMS.
ACCOUNT_ADAPTER = "community.notices.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "community.directory.signing_up.SignUpFields"
ACCOUNT_FORMS = {
    "login": "community.directory.signing_in.SignInForm",
    "signup": "community.directory.signing_in.SignUpForm",
    "confirm_login_code": "community.directory.signing_in.LoginCodeForm",
    "verify_phone": "community.directory.signing_in.PhoneCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 5 * 60
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/10m/ip,5/15m/key",
    "request_login_code": "20/m/ip,3/5m/key,20/d/key",
    "verify_phone": "20/m/ip,3/5m/key",
    "change_phone": "3/m/user",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_TOTP_ISSUER = "睦邻"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs in by e-mail here
# Whoever holds a staff post: two factors, and out after so many minutes without a click (0: never).
STAFF_TOTP_REQUIRED = env.bool("STAFF_TOTP_REQUIRED", default=False)
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "community.formats"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Where maps take their tiles ({z}/{x}/{y}); empty: houses are drawn on plain ground. Coordinates are WGS 84, as phones
# give them; tiles drawn in another system (GCJ-02) lie some hundred metres off.
MAP_TILES: str = env.str("MAP_TILES", default="")
MAP_ATTRIBUTION: str = env.str("MAP_ATTRIBUTION", default="")
if MAP_TILES:
    _source = urlsplit(MAP_TILES.replace("{s}.", "*."))
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(f"{_source.scheme}://{_source.netloc}")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The same database as the cache; in the address of a socket Celery calls it its virtual host.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
# A task whose worker was killed goes to another after so many seconds; repeating one is harmless.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 10 * 60}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
LOGGING: dict[str, Any] = {  # to standard error, where gunicorn and Celery write too; Django alone would only mail it
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # It would log the letters of every PDF.
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}

SPECTACULAR_SETTINGS = {"TITLE": "睦邻 Mulin", "VERSION": "1"}

# Nothing that is not urgent is sent out between these local times.
QUIET_HOURS = ("22:00", "07:00")
SMS_SENDER = env.str("SMS_SENDER", default="community.notices.channels.ConsoleSms")
SMS_SHOW_NUMBERS = False
SMS_SHOW_CODES = False
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="mulin@localhost")


CELERY_BEAT_SCHEDULE = SCHEDULE
