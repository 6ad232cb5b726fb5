"""All settings. Each environment variable is explained where it is read; README lists them in a table."""

import importlib.resources
import os
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import dj_email_url
from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from everwise.accounts import mfa
from everwise.config import caches, databases, mailboxes, watching
from everwise.config.environment import Environment, answers_to, begins_like_a_page, is_loopback
from everwise.seeing import logs

# Zone rules come from the tzdata package alone: the same on every machine, whatever its system has.
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
# What is wrong in here is reported at once, one line each, and nothing starts (everwise/config/start.py and checks.py).
ENV = Environment(os.environ)
ENVIRONMENT_FAULTS = ENV.faults

# DEBUG=1 turns on Django's error pages. Never in production.
DEBUG = ENV.flag("DEBUG")
# DEMO=1 allows `manage.py demo` and shows every e-mail sent at /demo/mail/. `make run` sets it.
DEMO = ENV.flag("DEMO")
# SECURE=0 allows plain http (for the demo on one's own machine); otherwise cookies need https.
SECURE = ENV.flag("SECURE", default=not (DEBUG or DEMO))
# DATA_DIR holds the SQLite database, collected static files and the demo's mail.
DATA_DIR = ENV.folder("DATA_DIR", BASE_DIR / ".data")
# SECRET_KEY signs sessions and links. Required outside DEBUG and DEMO.
SECRET_KEY = ENV.secret_key("SECRET_KEY", stand_in="demo-only-" + "everwise" * 6 if DEBUG or DEMO else "")
# SECRET_KEY_FALLBACKS: former keys, comma separated, by which what they signed and encrypted can still be read.
SECRET_KEY_FALLBACKS = ENV.former_keys("SECRET_KEY_FALLBACKS")
# ALLOWED_HOSTS: comma separated host names that this installation answers to.
ALLOWED_HOSTS = ENV.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# SITE_URL: where people reach this installation, below a path of a domain too; every absolute address starts with it.
SITE_URL = ENV.address("SITE_URL", "http://127.0.0.1:8000", example="https://learn.example.com")
SITE = urlsplit(SITE_URL)
if ENV.are_good("SITE_URL", "ALLOWED_HOSTS") and not answers_to(SITE.hostname or "", ALLOWED_HOSTS):
    ENV.refuse("ALLOWED_HOSTS", f"does not have {SITE.hostname}, the host of SITE_URL", SITE.hostname or "")
if begins_like_a_page(SITE.path):
    ENV.refuse("SITE_URL", f"its path begins like a page of Everwise ({SITE.path})", "https://example.com/everwise")
# Served below a path: whether a proxy leaves it in what it passes on, takes it away or says it by SCRIPT_NAME.
FORCE_SCRIPT_NAME = SITE.path or None
if ENV.is_set("SCRIPT_NAME") and ENV.text("SCRIPT_NAME").rstrip("/") != SITE.path:
    ENV.refuse("SCRIPT_NAME", "is not the path of SITE_URL, which is enough", SITE.path or "(leave it unset)")
# CSRF_TRUSTED_ORIGINS: more origins that forms may come from; that of SITE_URL is one already.
CSRF_TRUSTED_ORIGINS = [f"{SITE.scheme}://{SITE.netloc}", *ENV.origins("CSRF_TRUSTED_ORIGINS")]
# TRUSTED_PROXY_COUNT: how many proxies of one's own stand in front. Without any, no header of theirs is believed.
TRUSTED_PROXY_COUNT = ENV.whole("TRUSTED_PROXY_COUNT", 0, least=0, most=9)
if SECURE and not TRUSTED_PROXY_COUNT and ENV.are_good("SECURE", "TRUSTED_PROXY_COUNT"):
    ENV.refuse(
        "TRUSTED_PROXY_COUNT", "is not set, and with SECURE=1 the redirect to https would never end without it", "1"
    )
if SECURE and SITE.scheme != "https" and ENV.are_good("SECURE", "SITE_URL"):
    ENV.refuse("SITE_URL", f'"{SITE_URL}" is no https address, which SECURE=1 asks for', "https://learn.example.com")
# DEMO_PUBLIC=1 lets others than this machine into the demo, whose passwords and e-mails anybody can read.
DEMO_PUBLIC = ENV.flag("DEMO_PUBLIC")
if (
    DEMO
    and ENV.are_good("DEMO_PUBLIC")
    and not DEMO_PUBLIC
    and not all(is_loopback(host) for host in (SITE.hostname or "", *ALLOWED_HOSTS))
):
    ENV.refuse(
        "DEMO",
        "1 shows everybody's e-mail and has known passwords, so SITE_URL and ALLOWED_HOSTS must name this machine alone"
        " (127.0.0.1, localhost), unless DEMO_PUBLIC=1",
        "0",
    )
# SIGNUP_OPEN=1 lets anybody make an account; closed, an administrator adds people.
SIGNUP_OPEN = ENV.flag("SIGNUP_OPEN")
# FEEDS_ALLOW_LOOPBACK=1 lets calendars and video servers be on this very machine. For tests only.
FEEDS_ALLOW_LOOPBACK = ENV.flag("FEEDS_ALLOW_LOOPBACK")

INSTALLED_APPS = [
    "everwise",
    "everwise.accounts",
    "experts",
    "paths",
    "meetings",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "everwise.sso",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "timezone_field",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "everwise.seeing.requests.RequestMiddleware",
    # Before all others: no answer goes out without these headers.
    "everwise.web.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "everwise.web.client_address.ClientAddressMiddleware",
    "everwise.web.middleware.PrefixMiddleware",
    "everwise.web.middleware.SecretAddressMiddleware",
    "meetings.pages.health.HealthMiddleware",
    "meetings.pages.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "everwise.web.middleware.PrivatePagesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "everwise.web.middleware.BrotliMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "everwise.sso.middleware.EndingMiddleware",
    "everwise.web.language.LanguageMiddleware",
    "everwise.accounts.sessions.limits.LimitsMiddleware",
    "everwise.accounts.kept_posts.SignInMiddleware",
    "everwise.accounts.mfa.required.RequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "everwise.accounts.kept_posts.ConfirmMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "everwise.web.middleware.HostileInputMiddleware",
    "meetings.pages.see_as.middleware.SeeAsMiddleware",
]

ROOT_URLCONF = "everwise.urls"
WSGI_APPLICATION = "everwise.wsgi.application"

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
                "everwise.web.context.reading",
                "paths.context.expertise",
            ],
            "builtins": ["django.templatetags.i18n", "everwise.templatetags.sentences"],
        },
    }
]

# DATABASE_PLANS=0 keeps no plans of queries on a connection, which a pool in transaction mode (pgbouncer) wants: what
# one client prepared, another would meet. The time page takes about a quarter longer so (docs/scale.md).
DATABASE_PLANS = ENV.flag("DATABASE_PLANS", default=True)
# DATABASE_POOL: the most connections that one process holds, shared by its threads; 0 gives each thread its own.
DATABASE_POOL = ENV.whole("DATABASE_POOL", 0, least=0, most=100)
# DATABASE_URL: postgres://... for production, several hosts separated by commas; SQLite in DATA_DIR by default.
DATABASE_URL = ENV.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'everwise.sqlite3'}")
DATABASES = {
    "default": databases.connection(
        DATABASE_URL, keep_plans=DATABASE_PLANS, pool=DATABASE_POOL, test_file=DATA_DIR / f"test-{os.getpid()}.sqlite3"
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# W004 wants a plain unique e-mail field; ours is unique whatever the case, by a constraint on Lower("email").
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    # It does all that Django's own does. With both, a wrong password would be hashed twice.
    "allauth.account.auth_backends.AuthenticationBackend",
    "meetings.permissions.backend.MeetingBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "everwise.accounts.passwords.NamesValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "meetings.mail.adapter.MailingAdapter"
ACCOUNT_FORMS = {
    "signup": "everwise.accounts.forms.SignupForm",
    "login": "everwise.accounts.forms.LoginForm",
    "reset_password": "everwise.accounts.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "everwise.accounts.models.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# LOGIN_RATE: failed and successful sign-ins allowed per address, as allauth writes rates.
# LOGIN_FAILED_RATE: wrong passwords allowed per address (ip), and per address and account (key): never per account
# alone, since then an attacker could lock its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": ENV.rate("LOGIN_RATE", "30/m/ip"),
    "login_failed": ENV.rate("LOGIN_FAILED_RATE", "20/m/ip,5/5m/key"),
}
# Before an e-mail address or a password is changed, whoever is signed in shows that they know the password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Each such change is reported to the address that was there before.
ACCOUNT_EMAIL_NOTIFICATIONS = True

# SSO_PROVIDERS: who signs people in by OpenID Connect or SAML, as JSON or the path of a file (docs/sso.md).
SSO_PROVIDERS = ENV.sso_providers("SSO_PROVIDERS")
# SSO_SESSION_HOURS: how long somebody stays signed in who came from there, whatever they do.
SSO_SESSION_HOURS = ENV.number("SSO_SESSION_HOURS", 12, least=0.1, most=720)
# SSO_REFRESH_MINUTES: how often the worker asks a provider of OpenID Connect whether it still knows them; 0 for never.
SSO_REFRESH_MINUTES = ENV.whole("SSO_REFRESH_MINUTES", 15, least=0, most=1_440)
SOCIALACCOUNT_ADAPTER = "paths.sso.MappingAdapter"
# Two-step sign-in (everwise/accounts/mfa). A passkey asks the device for a finger, a face or a PIN: it is two steps.
MFA_ADAPTER = "everwise.accounts.mfa.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = mfa.FORMS
# A clock half a minute off is common. The forms take each code once all the same.
MFA_TOTP_TOLERANCE = 1
# Whoever signs in has a confirmed address: another one that waits is no reason against a second step.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# MFA_REQUIRED: who must have two-step sign-in: staff, admins (of paths and programs), everybody; empty for nobody.
MFA_REQUIRED = ENV.some_of("MFA_REQUIRED", {"staff", "admins", "everybody"})
# MFA_SSO_COUNTS=0 asks for a second step of our own even of those whom single sign-on has signed in.
MFA_SSO_COUNTS = ENV.flag("MFA_SSO_COUNTS", default=True)

# SESSION_IDLE_HOURS: after so long without a click, whoever is signed in signs in again.
SESSION_IDLE_HOURS = ENV.whole("SESSION_IDLE_HOURS", 72, least=1, most=8_760)
# SESSION_ABSOLUTE_HOURS: the same so long after signing in, whatever was clicked.
SESSION_ABSOLUTE_HOURS = ENV.whole("SESSION_ABSOLUTE_HOURS", 336, least=1, most=8_760)
if SESSION_ABSOLUTE_HOURS < SESSION_IDLE_HOURS and ENV.are_good("SESSION_IDLE_HOURS", "SESSION_ABSOLUTE_HOURS"):
    ENV.refuse(
        "SESSION_IDLE_HOURS",
        f"{SESSION_IDLE_HOURS} is longer than SESSION_ABSOLUTE_HOURS={SESSION_ABSOLUTE_HOURS}",
        str(SESSION_ABSOLUTE_HOURS),
    )
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600

# CACHE_URL: a Redis that all processes share; without one, and while it is away, a table of the database. It holds
# what limits count.
CACHE_URL = ENV.cache_server("CACHE_URL")
CACHES = caches.configuration(CACHE_URL)

# EMAIL_URL: smtp://user:password@host:587/?tls=True. In the demo mail is kept as files in DATA_DIR/mail.
EMAIL_URL = ENV.mail_server("EMAIL_URL", others={"console", "memory", "dummy"} if DEBUG or DEMO else ())
if EMAIL_URL:
    vars().update(dj_email_url.parse(EMAIL_URL))
    if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        # The same with a deadline.
        EMAIL_BACKEND = "everwise.smtp.EmailBackend"
elif DEMO:
    EMAIL_BACKEND = "everwise.demo.mailbox.FileMailbox"
elif DEBUG:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    # What can't be sent waits in the outbox, and nothing counts as sent.
    EMAIL_BACKEND = "everwise.smtp.NoServer"
    if SECURE and not ENV.is_set("EMAIL_URL") and ENV.are_good("SECURE", "DEMO", "DEBUG"):
        ENV.refuse("EMAIL_URL", "is not set, so no e-mail could be sent", "smtp://user:password@host:587/?tls=True")
# EMAIL_TIMEOUT: seconds that the mail server has for one message, from connecting to its last word.
EMAIL_TIMEOUT = ENV.number("EMAIL_TIMEOUT", 10, least=1, most=30)
# IMAP_URL, REPLIES_ADDRESS: the mailbox that answers to invitations arrive in, and its address (docs/replies.md).
REPLIES = mailboxes.replies(ENV)
# MAIL_KEPT_DAYS: days after which the worker deletes an e-mail that was sent, or given up, from the outbox.
MAIL_KEPT_DAYS = ENV.whole("MAIL_KEPT_DAYS", 90, least=1, most=36_500)
# NOTES_KEPT_DAYS: days after a meeting at which notes and the words of feedback are deleted; empty: they are kept.
NOTES_KEPT_DAYS = ENV.whole_or_none("NOTES_KEPT_DAYS", least=1, most=36_500)
# LOGS_KEPT_DAYS: the same for Django's log of what was changed by whom.
LOGS_KEPT_DAYS = ENV.whole_or_none("LOGS_KEPT_DAYS", least=1, most=36_500)
# PRIVACY_CONTACT: whom people ask about their data: an e-mail address, or an https address.
PRIVACY_CONTACT = ENV.contact("PRIVACY_CONTACT")
# The demo's mailbox: one file a message.
MAIL_DIR = DATA_DIR / "mail"
# DEFAULT_FROM_EMAIL: the installation's own address, sender of every e-mail.
SENDER = ENV.sender("DEFAULT_FROM_EMAIL", "Everwise <everwise@demo.example>")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = SENDER.header

STATIC_URL = f"{SITE.path}/static/"
# A release brings its static files along, collected.
COLLECTED = BASE_DIR / "collected"
STATIC_ROOT = COLLECTED if COLLECTED.is_dir() else DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # bootstrap-wrapper is a plain folder of files, no Django app.
    ("bootstrap/css", str(importlib.resources.files("bootstrap") / "css")),
]
# STATIC_HASHED=0 serves files by their plain names, as tests do.
STATIC_HASHED = ENV.flag("STATIC_HASHED", default=not DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "everwise.assets.storage.BundledStaticFilesStorage"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_HASHED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Bootstrap's source maps are large, and only developer tools read them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

# A language more is a line here, by its name in itself, and its folder of texts in locale/ (`make messages`).
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
]
LANGUAGE_CODE = "en"
# Where a library says a thing in another tone, ours comes first. `make messages` knows the first folder alone.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_of_libraries"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its select arrow and checkmarks as data: images.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{SITE.path}/"
# By these names browsers take a cookie over https alone, and __Host- from no other host of the domain.
COOKIE_PREFIX = ("__Secure-" if SITE.path else "__Host-") if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
MESSAGE_COOKIE_NAME = f"{COOKIE_PREFIX}messages"
# What somebody chose before they signed in, for a year: then their profile has it.
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "everwise.web.message_storage.Storage"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
# HSTS_SUBDOMAINS=1 tells browsers to ask all hosts below this one by https alone, for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.flag("HSTS_SUBDOMAINS")
# HSTS_PRELOAD=1 agrees to browsers' built-in lists, which are hard to get off again.
SECURE_HSTS_PRELOAD = ENV.flag("HSTS_PRELOAD")
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    ENV.refuse("HSTS_PRELOAD", "asks for HSTS_SUBDOMAINS=1 beside it", "0")
# What these two would add is the administrator's choice: nothing to warn of while they are off.
SILENCED_SYSTEM_CHECKS += ["security.W005"] * (not SECURE_HSTS_INCLUDE_SUBDOMAINS)
SILENCED_SYSTEM_CHECKS += ["security.W021"] * (not SECURE_HSTS_PRELOAD)
# Believed of a proxy of our own alone: anybody else could claim to have come by https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
# Static files are for our own pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# SECURITY_CONTACT: who hears of weaknesses, e-mail addresses or https pages; named at /.well-known/security.txt.
SECURITY_CONTACT = watching.contacts(ENV, "SECURITY_CONTACT")
# A booking form is small; anything larger is a mistake or an attack.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# In the admin an expert's page with two hundred exceptions, or a path's with three hundred people, is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# AUTH_LOG_KEPT_DAYS: days after which the worker deletes a row of the log of sign-ins.
AUTH_LOG_KEPT_DAYS = ENV.whole("AUTH_LOG_KEPT_DAYS", 180, least=1, most=36_500)
# METRICS_TOKEN opens /metrics to whoever sends it ("Authorization: Bearer ..."); without one there is no such page.
METRICS_TOKEN = watching.token(ENV, "METRICS_TOKEN")
# INVARIANTS_MINUTES: how often a worker counts what must never be, for /metrics and the log; 0 never.
INVARIANTS_MINUTES = ENV.whole("INVARIANTS_MINUTES", 60, least=0, most=10_080)
# SENTRY_DSN: who is told of errors, by Sentry's protocol; without one nothing is loaded for it.
SENTRY_DSN = watching.receiver(ENV, "SENTRY_DSN")
# LOG_FORMAT: json, one object a line, or plain, for people.
LOGGING = logs.configuration(watching.choice(ENV, "LOG_FORMAT", logs.FORMATS, "plain" if DEMO or DEBUG else "json"))
