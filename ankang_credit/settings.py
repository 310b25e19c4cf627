"""All settings, in Django's order; the environment is read here, once.

Without any environment this is the embedded profile: one machine, SQLite, files and keys under `var/`.
`ANKANG_PRODUCTION=1` is the other one, and refuses to start on anything missing, default or silly.
"""

import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from ankang_credit import databases, keys, production
from ankang_credit.environment import Environment, next_redis_database
from ankang_credit.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parents[1]

env = Environment()
PRODUCTION = env.bool("ANKANG_PRODUCTION", default=False)
if PRODUCTION and (reasons := production.problems(env.ENVIRON)):
    sys.exit(production.refusal(reasons))

# What this process is: web, worker, migrate or an operator's command. Decides how long it may wait.
ROLE = env.text("DB_ROLE", "command")

# Where the embedded profile keeps everything it writes.
DATA_ROOT = Path(env.text("ANKANG_DATA", str(BASE_DIR / "var"))).resolve()
DATA_ROOT.mkdir(parents=True, exist_ok=True)
FOLDER_KEYS = None if PRODUCTION else keys.of_folder(DATA_ROOT)


# Core

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY") or FOLDER_KEYS["secret_key"]
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# The loopback names are for health checks, which come to the container itself.
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS"), "127.0.0.1", "localhost", "[::1]"]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "ankang_credit",
    "portal",
    "redlist",
    "blacklist",
    "disclosure",
    "objections",
    "exchange",
    "measures",
    "registry",
    "ankang_credit.workbench.WorkbenchConfig",  # the admin, with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "axes",
    "csp",
    "django_otp",
    "django_htmx",
]

MIDDLEWARE = [
    # These three see every answer, errors and refusals too.
    "ankang_credit.access.AccessLogMiddleware",
    "ankang_credit.middleware.SecurityHeadersMiddleware",
    "ankang_credit.proxies.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ankang_credit.middleware.SafeRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "ankang_credit.urls"
WSGI_APPLICATION = "ankang_credit.wsgi.application"
CSRF_FAILURE_VIEW = "ankang_credit.errors.csrf_failure"

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
                "ankang_credit.context.site",
            ],
        },
    },
]

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750


# Database

DATABASE_URL = env.text("DATABASE_URL")
REPLICA_URL = env.text("REPLICA_URL")


def _database(url: str) -> dict:
    config = env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return databases.sqlite(Path(config["NAME"]))
    return databases.postgresql(config, role=ROLE)


DATABASES = {"default": _database(DATABASE_URL) if DATABASE_URL else databases.sqlite(DATA_ROOT / "db.sqlite3")}
if REPLICA_URL:
    DATABASES["replica"] = {**_database(REPLICA_URL), "TEST": {"MIRROR": "default"}}
# Statistics and exports may ask the replica; everything else must not, because it lags.
STATISTICS_DATABASE = "replica" if REPLICA_URL else "default"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Caches

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "ankang_credit.cache.ResilientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ankang",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "ankang"}
}


# Files

FILES_ROOT = Path(env.text("FILES_ROOT", str(DATA_ROOT / "files")))
MEDIA_ROOT = FILES_ROOT  # no MEDIA_URL: only views that check rights hand out what people filed
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names are made by collectstatic when the image is built; elsewhere files are served as they lie.
HASHED_STATIC = env.bool("ANKANG_HASHED_STATIC", default=PRODUCTION)
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))) if HASHED_STATIC else None
WHITENOISE_USE_FINDERS = not HASHED_STATIC
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_ROOT},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}


# What people hand in with an objection, a repair request or a complaint, per file and per case. Below that share of
# free disk nothing more is taken.
EVIDENCE = {"file_mb": 10, "files": 10, "total_mb": 30, "disk_reserve": 0.05}
PDF_FONT = env.text("PDF_FONT")  # another font file for receipts and letters; nothing: the one that is installed
SCANNER_URL = env.text("SCANNER_URL")  # clamd://host:port; nothing: the built-in signatures


# Email and short messages

EMAIL = env.email_url_config(env.text("EMAIL_URL", "dummymail://" if PRODUCTION else f"filemail://{DATA_ROOT}/mail"))
vars().update(EMAIL)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("SITE_EMAIL", "noreply@localhost")
SMS_URL = env.text("SMS_URL")


# Globalization

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True


# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# 30 minutes without a click end a session (等保 8.1.4.1 b).
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    # Health checks and the monitoring come from inside; the API answers 403 (see SafeRequestMiddleware).
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^api/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_TRUSTED_ORIGINS = [env.text("SITE_URL").rstrip("/")]
    if TRUSTED_PROXIES:
        # Anybody else's header is dropped by TrustedProxyMiddleware, which comes before SecurityMiddleware.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


# Staff accounts

AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "registry.directory.roles.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# A second factor for everybody who works here (等保 8.1.4.1 d); a demo asks for none.
STAFF_TOTP_REQUIRED = env.bool("STAFF_TOTP_REQUIRED", default=PRODUCTION)

# Wrong passwords within a quarter of an hour, see registry.door.lockout: of one account from one address, …
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# … of one account from everywhere, and of one address for all accounts (an office shares one).
LOGIN_BUDGETS = {"account": 10, "address": 50}
AXES_HANDLER = "registry.door.lockout.LoginBudgets"
AXES_USERNAME_CALLABLE = "registry.door.lockout.account_of"
AXES_CLIENT_IP_CALLABLE = "registry.door.lockout.household_of"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False


# Forms anybody may send. `posts`: pages sent by an address in ten minutes before a question is asked, and before it
# has to wait. `quickest`: seconds below which nobody fills in a whole form.
FORMS = {"posts": (60, 300), "filings": (5, 30), "quickest": 10, "draft_hours": 24}
# Guesses in ten minutes, for one address and for one number or subject.
GUESSES = {"address": 10, "target": 10, "identity": 5}


# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # Each view says whom it lets in; one that forgets lets in nobody.
    "DEFAULT_PERMISSION_CLASSES": ["ankang_credit.permissions.DenyAll"],
    "DEFAULT_THROTTLE_CLASSES": ["registry.api.throttles.Budget"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["registry.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "registry.api.schema.Schema",
    "EXCEPTION_HANDLER": "registry.api.problems.handler",
    # TrustedProxyMiddleware has already put the client's own address into REMOTE_ADDR.
    "NUM_PROXIES": 0,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Requests a minute: of an address, of a person, of a key; and of writes by any of them.
API_BUDGETS = {"anonymous": 120, "person": 300, "key": 1200, "write": 60}
# Days an answer of the joint check may be acted on; after that it has to be asked anew.
JOINT_CHECK_GOOD_FOR_DAYS = 7
SPECTACULAR_SETTINGS = {
    "TITLE": "信用安康 开放接口",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}


# Celery

CELERY_BROKER_URL = next_redis_database(REDIS_URL) if REDIS_URL else "memory://localhost/"
# In a request nobody waits for the queue: the outbox row is committed, and the next tick finds it.
_PATIENCE = 0.2 if ROLE == "web" else 2
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "socket_timeout": _PATIENCE,
        "socket_connect_timeout": _PATIENCE,
        "health_check_interval": 10,
        "max_retries": 0,  # of a sender; a worker goes by CELERY_BROKER_CONNECTION_MAX_RETRIES
    }
    if REDIS_URL
    else {"polling_interval": 0.05}  # with the default of one second, tasks crawl
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 29 * 60
CELERY_TASK_ROUTES = {"exchange.relay_tick": {"queue": "relay"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if REDIS_URL else 0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_ROOT / "beat")
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)  # lets the health check ask beat whether it still ticks


# Logging

LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ankang_credit.logs.JSONFormatter"}},
    "filters": {
        "route": {"()": "ankang_credit.access.RouteFilter"},
        "redact": {"()": "registry.privacy.RedactingFilter"},
    },
    "handlers": {
        # One line per event: standard error in production, a file of the data folder otherwise, so that the
        # terminal of the demo stays readable.
        "console": {
            "class": "logging.StreamHandler",
            "level": LOG_LEVEL if PRODUCTION else "WARNING",
            "filters": ["route", "redact"],
            "formatter": "json",
        },
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": DATA_ROOT / "portal.log",
            "maxBytes": 10_000_000,
            "backupCount": 3,
            "delay": True,
            "encoding": "utf-8",
            "filters": ["route", "redact"],
            "formatter": "json",
        },
    },
    "root": {"handlers": ["console"] if PRODUCTION else ["console", "file"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would print a second, unredacted line.
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "django.server": {"handlers": [], "propagate": True},
        # The access log has every refusal already, and without the address that was asked for.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}


# This portal

SITE = {
    "name": "信用安康",
    "url": "http://127.0.0.1:8000",
    # Whatever SITE_… says: organiser, undertaker, phone, identifier, icp, police_record, …
    **{name.removeprefix("SITE_").lower(): env.text(name) for name in env.ENVIRON if name.startswith("SITE_")},
}
CREDIT_TODAY = env.day("CREDIT_TODAY")
# What a delivered workbook may measure; beyond it, it is refused before anything opens it (docs/decisions/0023).
INTAKE_FILE_MIB = env.int("INTAKE_FILE_MIB", default=25)
INTAKE_TEXT_MIB = env.int("INTAKE_TEXT_MIB", default=80)  # of a CSV file, which is not packed
INTAKE_UNPACKED_MIB = env.int("INTAKE_UNPACKED_MIB", default=300)
INTAKE_ROWS = env.int("INTAKE_ROWS", default=200_000)
INTAKE_COLUMNS = env.int("INTAKE_COLUMNS", default=250)
INTAKE_CELLS = env.int("INTAKE_CELLS", default=5_000_000)
INTAKE_STRINGS = env.int("INTAKE_STRINGS", default=3_000_000)
# A workbook that is handed in stays in memory until it is sealed: nothing of it lies about in clear.
FILE_UPLOAD_MAX_MEMORY_SIZE = max(INTAKE_FILE_MIB, INTAKE_TEXT_MIB) * 1024 * 1024
INTAKE_KEEP_DAYS = env.int("INTAKE_KEEP_DAYS", default=30)  # workbooks hold ID numbers: sealed, then deleted
FIELD_KEYS = env.words("FIELD_KEYS") or FOLDER_KEYS["field_keys"]
FIELD_ALGORITHM = env.text("FIELD_ALGORITHM", "a1")
BLIND_INDEX_KEY = keys.blind_index_key(FIELD_KEYS)
PROVINCE_URL = env.text("PROVINCE_URL", "http://127.0.0.1:8000/mock-province/")
PROVINCE_KEY = env.text("PROVINCE_KEY") or FOLDER_KEYS["province_key"]
ENABLE_MOCK_PROVINCE = env.bool("ENABLE_MOCK_PROVINCE", default=False)
