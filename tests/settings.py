"""The project's settings as tests run them, whatever the developer's environment says.

Only DATABASE_URL and DATA_DIR come from outside: they choose where the tests run, not what they see.
"""

import os

os.environ.update(
    SECRET_KEY="only-for-tests-and-as-long-as-a-key-of-an-installation-has-to-be",
    DEBUG="0",
    DEMO="1",
    # "testserver", where Django's client asks, is not this machine by its name.
    DEMO_PUBLIC="1",
    SECURE="0",
    SIGNUP_OPEN="1",
    EMAIL_URL="",
    FEEDS_ALLOW_LOOPBACK="0",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    SITE_URL="http://testserver",
    CSRF_TRUSTED_ORIGINS="",
    TRUSTED_PROXY_COUNT="0",
    DEFAULT_FROM_EMAIL="",
    EMAIL_TIMEOUT="",
    MAIL_KEPT_DAYS="",
    NOTES_KEPT_DAYS="",
    LOGS_KEPT_DAYS="",
    PRIVACY_CONTACT="",
    # Plain file names, found without collectstatic.
    STATIC_HASHED="0",
    # Every test signs somebody in from the same address.
    LOGIN_RATE="10000/m/ip",
    LOGIN_FAILED_RATE="10000/m/ip,10000/m/key",
    SECRET_KEY_FALLBACKS="",
    MFA_REQUIRED="",
    MFA_SSO_COUNTS="",
    SESSION_IDLE_HOURS="",
    SESSION_ABSOLUTE_HOURS="",
    CACHE_URL="",
    SECURITY_CONTACT="",
    LOG_FORMAT="json",
    AUTH_LOG_KEPT_DAYS="",
    METRICS_TOKEN="",
    SENTRY_DSN="",
    INVARIANTS_MINUTES="0",
)

from everwise.settings import *  # noqa: F403 - the environment above must be set first
from everwise.settings import INSTALLED_APPS

# An existing row that is saved whole is an error.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.whole_rows.Guard"]

# The real hasher is slow on purpose; tests sign in hundreds of people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Look static files up when asked for, instead of listing them all for every test client.
WHITENOISE_AUTOREFRESH = True
