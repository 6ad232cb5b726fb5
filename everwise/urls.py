"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView
from django.views.i18n import set_language

from everwise.accounts.device_zone import ask_zone, use_device_zone
from everwise.accounts.mfa.views import download_recovery_codes, recovery_codes
from everwise.accounts.sessions.views import sessions
from everwise.accounts.views import Addresses, profile, zones
from everwise.web.security_txt import security_txt

favicon = login_not_required(RedirectView.as_view(url=lazy(staticfiles_storage.url, str)("favicon.svg")))

handler429 = "everwise.accounts.views.too_many_requests"
handler500 = "everwise.web.error_views.broken"

# /healthz and /readyz are answered before these are asked (meetings/pages/health).
urlpatterns = [
    path("", include("meetings.pages.urls")),
    path("accounts/profile/", profile, name="profile"),
    path("accounts/zones/", zones, name="zones"),
    path("accounts/time-zone/", ask_zone, name="ask-zone"),
    path("accounts/device-zone/", use_device_zone, name="device-zone"),
    path("accounts/email/", Addresses.as_view(), name="account_email"),
    path("accounts/", include("everwise.sso.urls")),
    # Ours before allauth's of the same names.
    path("accounts/2fa/recovery-codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", download_recovery_codes, name="mfa_download_recovery_codes"),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", sessions, name="sessions"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("favicon.ico", favicon),
    path(".well-known/security.txt", security_txt, name="security-txt"),
]
if settings.DEMO:
    from everwise.demo.views import mail_html, mail_list, mail_page

    urlpatterns += [
        path("demo/mail/", mail_list, name="demo-mail"),
        path("demo/mail/<str:name>/", mail_page, name="demo-mail-page"),
        path("demo/mail/<str:name>/html/", mail_html, name="demo-mail-html"),
    ]
