"""Who gets what at every address, spelled out: the gates of the whole site as one literal table.

Columns are PEOPLE of tests/gate_world.py, in that order. `login` is a redirect to the sign-in page, `staff` one to
the sign-in of Django's admin, `302` one to anywhere else. A POST is sent without a body: whoever passes the gate gets
400, and nothing is written.
"""

from meetings.enums import Kind
from tests.gate_world import PEOPLE

# Where a walk of the URLconf stops: what lies behind is not ours, and its front door has a row.
INCLUDES = {"accounts/": "accounts/login/", "admin/": "admin/"}

SITE = """
                                               anon. part. other exp. other org. sched. admin elsew. staff left
GET  /                                         login  200   200  200   200  200   200   200    200   200  200
POST /                                         login  405   405  405   405  405   405   405    405   405  405
GET  /paths/                                   login  200   200  200   200  200   200   200    200   200  200
POST /paths/                                   login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/                                login  200   200  200   200  200   200   200    200   200  200
POST /meetings/                                login  405   405  405   405  405   405   405    405   405  405
GET  /accounts/profile/                        login  200   200  200   200  200   200   200    200   200  200
POST /accounts/profile/                        login  200   200  200   200  200   200   200    200   200  200
GET  /accounts/zones/                          200    200   200  200   200  200   200   200    200   200  200
POST /accounts/zones/                          405    405   405  405   405  405   405   405    405   405  405
GET  /accounts/time-zone/                      login  200   200  200   200  200   200   200    200   200  200
POST /accounts/time-zone/                      login  400   400  400   400  400   400   400    400   400  400
GET  /accounts/device-zone/                    login  405   405  405   405  405   405   405    405   405  405
POST /accounts/device-zone/                    login  302   302  302   302  302   302   302    302   302  302
GET  /accounts/email/                          login  200   200  200   200  200   200   200    200   200  200
POST /accounts/email/                          login  302   302  302   302  302   302   302    302   302  302
GET  /accounts/2fa/recovery-codes/             login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/recovery-codes/             login  405  405  405  405  405  405  405  405  405  405
GET  /accounts/2fa/recovery-codes/download/    login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/recovery-codes/download/    login  405  405  405  405  405  405  405  405  405  405
GET  /accounts/2fa/webauthn/                   login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/webauthn/                   login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/                            login  200  200  200  200  200  200  200  200  200  200
POST /accounts/2fa/                            login  405  405  405  405  405  405  405  405  405  405
GET  /accounts/2fa/authenticate/               login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/authenticate/               login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/reauthenticate/             login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/reauthenticate/             login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/totp/activate/              login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/totp/activate/              login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/totp/deactivate/            login  404  404  404  404  404  404  404  404  404  404
POST /accounts/2fa/totp/deactivate/            login  404  404  404  404  404  404  404  404  404  404
GET  /accounts/2fa/recovery-codes/generate/    login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/recovery-codes/generate/    login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/webauthn/add/               login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/webauthn/add/               login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/webauthn/reauthenticate/    login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/webauthn/reauthenticate/    login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/webauthn/keys/<int:pk>/remove/ login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/webauthn/keys/<int:pk>/remove/ login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/webauthn/keys/<int:pk>/edit/ login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/webauthn/keys/<int:pk>/edit/ login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/2fa/webauthn/login/             login  302  302  302  302  302  302  302  302  302  302
POST /accounts/2fa/webauthn/login/             login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/sessions/                       login  200  200  200  200  200  200  200  200  200  200
POST /accounts/sessions/                       login  302  302  302  302  302  302  302  302  302  302
GET  /accounts/calendar/                       login  200   200  200   200  200   200   200    200   200  200
POST /accounts/calendar/                       login  302   302  302   302  302   302   302    302   302  302
GET  /accounts/calendar/remove/                login  405   405  405   405  405   405   405    405   405  405
POST /accounts/calendar/remove/                login  302   302  302   302  302   302   302    302   302  302
GET  /accounts/reminders/                      login  200   200  200   200  200   200   200    200   200  200
POST /accounts/reminders/                      login  404   404  404   404  404   404   404    404   404  404
GET  /reminders/                               404    404   404  404   404  404   404   404    404   404  404
POST /reminders/                               404    404   404  404   404  404   404   404    404   404  404
GET  /privacy/                                 200    200   200  200   200  200   200   200    200   200  200
POST /privacy/                                 405    405   405  405   405  405   405   405    405   405  405
GET  /accounts/data/                           login  200   200  200   200  200   200   200    200   200  200
POST /accounts/data/                           login  405   405  405   405  405   405   405    405   405  405
GET  /accounts/data/archive/                   login  302   302  302   302  302   302   302    302   302  302
POST /accounts/data/archive/                   login  302   302  302   302  302   302   302    302   302  302
GET  /accounts/data/erasure/                   login  302   302  302   302  302   302   302    302   302  302
POST /accounts/data/erasure/                   login  302   302  302   302  302   302   302    302   302  302
GET  /accounts/data/erasure/withdraw/          login  405   405  405   405  405   405   405    405   405  405
POST /accounts/data/erasure/withdraw/          login  302   302  302   302  302   302   302    302   302  302
GET  /invitations/                             404    404   404  404   404  404   404   404    404   404  404
POST /invitations/                             404    404   404  404   404  404   404   404    404   404  404
GET  /invitations/decline/                     404    404   404  404   404  404   404   404    404   404  404
POST /invitations/decline/                     404    404   404  404   404  404   404   404    404   404  404
GET  /invitations/ask/                         404    404   404  404   404  404   404   404    404   404  404
POST /invitations/ask/                         404    404   404  404   404  404   404   404    404   404  404
GET  /calendar/                                404    404   404  404   404  404   404   404    404   404  404
POST /calendar/                                405    405   405  405   405  405   405   405    405   405  405
GET  /accounts/login/                          200    302   302  302   302  302   302   302    302   302  302
POST /accounts/login/                          200    302   302  302   302  302   302   302    302   302  302
GET  /i18n/setlang/                            302    302   302  302   302  302   302   302    302   302  302
POST /i18n/setlang/                            302    302   302  302   302  302   302   302    302   302  302
GET  /admin/                                   staff staff staff staff staff staff staff staff staff 200 staff
POST /admin/                                   staff staff staff staff staff staff staff staff staff 200 staff
GET  /favicon.ico                              302    302   302  302   302  302   302   302    302   302  302
POST /favicon.ico                              302    302   302  302   302  302   302   302    302   302  302
GET  /.well-known/security.txt                 404    404   404  404   404  404   404   404    404   404  404
POST /.well-known/security.txt                 405    405   405  405   405  405   405   405    405   405  405
GET  /demo/mail/                               200    200   200  200   200  200   200   200    200   200  200
POST /demo/mail/                               405    405   405  405   405  405   405   405    405   405  405
GET  /demo/mail/<str:name>/                    200    200   200  200   200  200   200   200    200   200  200
POST /demo/mail/<str:name>/                    405    405   405  405   405  405   405   405    405   405  405
GET  /demo/mail/<str:name>/html/               200    200   200  200   200  200   200   200    200   200  200
POST /demo/mail/<str:name>/html/               405    405   405  405   405  405   405   405    405   405  405
GET  /paths/new/                               login  403   403  403   403  403   403   200    200   200  403
POST /paths/new/                               login  403   403  403   403  403   403   400    400   400  403
GET  /paths/<uuid:path_id>/                    login  200   200  200   200  200   200   200    404   404  404
POST /paths/<uuid:path_id>/                    login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/meetings/           login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/meetings/           login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/meetings/export/    login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/meetings/export/    login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/people/                 login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/                 login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/people/add/             login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/add/             login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/people/write/           login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/write/           login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/people/export/          login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/export/          login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/people/import/          login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/import/          login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/people/import/template/ login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/import/template/ login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/people/import/<uuid:import_id>/ login 403 403 403 403 403 403 200 404 404 404
POST /paths/<uuid:path_id>/people/import/<uuid:import_id>/ login 403 403 403 403 403 403 400 404 404 404
GET  /paths/<uuid:path_id>/people/import/<uuid:import_id>/stop/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/import/<uuid:import_id>/stop/ login 403 403 403 403 403 403 302 404 404 404
GET  /paths/<uuid:path_id>/insights/               login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/insights/               login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/insights/export/        login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/insights/export/        login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/see-as/                 login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/see-as/                 login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/see-as/stop/            login  405   405  405   405  405   405   405    405   405  405
POST /paths/<uuid:path_id>/see-as/stop/            login  403   403  403   403  403   403   302    404   404  404
GET  /paths/<uuid:path_id>/history/                login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/history/                login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/open/                   login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/open/                   login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/close/                  login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/close/                  login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/settings/               login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/settings/               login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/settings/room/          login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/settings/room/          login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/  login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/<uuid:user_id>/  login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/invite/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/<uuid:user_id>/invite/ login 403 403 403 403 403 403 404 404 404 404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/withdraw/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/<uuid:user_id>/withdraw/ login 403 403 403 403 403 403 404 404 404 404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/remind/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/<uuid:user_id>/remind/ login 403 403 403 403 403 403 302 404 404 404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/let-book/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/<uuid:user_id>/let-book/ login 403 403 403 403 403 403 400 404 404 404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/let-book/back/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/<uuid:user_id>/let-book/back/ login 403 403 403 403 403 403 404 404 404 404
GET  /paths/<uuid:path_id>/ask-to-book/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/ask-to-book/ login 302 302 403 403 403 403 403 404 404 404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/tell/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/people/<uuid:user_id>/tell/ login 403 403 403 403 403 403 302 404 404 404
GET  /paths/<uuid:path_id>/people/<uuid:user_id>/end/ login 403 403 200 403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/people/<uuid:user_id>/end/ login 403 403 400 403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/themes/                 login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/themes/                 login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/themes/add/             login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/themes/add/             login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/themes/<uuid:theme_id>/ login  403   403  403   403  403   403   200    404   404  404
POST /paths/<uuid:path_id>/themes/<uuid:theme_id>/ login  403   403  403   403  403   403   400    404   404  404
GET  /paths/<uuid:path_id>/themes/<uuid:theme_id>/move/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/themes/<uuid:theme_id>/move/ login 403 403 403 403 403 403 400 404 404 404
GET  /paths/<uuid:path_id>/themes/<uuid:theme_id>/retire/ login 403 403 403 403 403 403 200 404 404 404
POST /paths/<uuid:path_id>/themes/<uuid:theme_id>/retire/ login 403 403 403 403 403 403 302 404 404 404
GET  /paths/<uuid:path_id>/themes/<uuid:theme_id>/back/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/themes/<uuid:theme_id>/back/ login 403 403 403 403 403 403 302 404 404 404
GET  /paths/<uuid:path_id>/schedule/           login  200   200  200   200  200   200   200    404   404  404
POST /paths/<uuid:path_id>/schedule/           login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/schedule/time/      login  400   400  400   400  400   400   400    404   404  404
POST /paths/<uuid:path_id>/schedule/time/      login  405   405  405   405  405   405   405    405   405  405
GET  /paths/<uuid:path_id>/schedule/confirm/   login  400   400  400   400  400   400   400    404   404  404
POST /paths/<uuid:path_id>/schedule/confirm/   login  400   400  400   400  400   400   400    404   404  404
GET  /paths/<uuid:path_id>/schedule/manually/  login  403   403  200   200  200   200   200    404   404  404
POST /paths/<uuid:path_id>/schedule/manually/  login  403   403  400   400  400   400   400    404   404  404
GET  /paths/<uuid:path_id>/schedule/wait/<uuid:theme_id>/ login 200 200 403 403 403 403 403 404 404 404
POST /paths/<uuid:path_id>/schedule/wait/<uuid:theme_id>/ login 400 400 403 403 403 403 403 404 404 404
GET  /paths/<uuid:path_id>/schedule/wait/<uuid:theme_id>/leave/ login 405 405 405 405 405 405 405 405 405 405
POST /paths/<uuid:path_id>/schedule/wait/<uuid:theme_id>/leave/ login 302 302 403 403 403 403 403 404 404 404
GET  /meetings/held/<uuid:held_id>/            login  200   404  404   404  404   404   404    404   404  404
POST /meetings/held/<uuid:held_id>/            login  400   404  404   404  404   404   404    404   404  404
GET  /meetings/held/<uuid:held_id>/pass/       login  405   405  405   405  405   405   405    405   405  405
POST /meetings/held/<uuid:held_id>/pass/       login  302   404  404   404  404   404   404    404   404  404
GET  /availability/                            login  404   404  200   200  200   200   404    404   404  404
POST /availability/                            login  404   404  400   400  400   400   404    404   404  404
GET  /availability/calendars/                  login  404   404  200   200  200   200   404    404   404  404
POST /availability/calendars/                  login  405   405  405   405  405   405   405    405   405  405
GET  /availability/calendars/add/              login  405   405  405   405  405   405   405    405   405  405
POST /availability/calendars/add/              login  404   404  400   400  400   400   404    404   404  404
GET  /availability/calendars/upload/           login  405   405  405   405  405   405   405    405   405  405
POST /availability/calendars/upload/           login  404   404  400   400  400   400   404    404   404  404
GET  /availability/calendars/<int:calendar_id>/read/ login 405 405 405  405  405   405   405    405   405  405
POST /availability/calendars/<int:calendar_id>/read/ login 404 404 302  404  404   404   404    404   404  404
GET  /availability/calendars/<int:calendar_id>/addresses/ login 404 404 200 404 404 404 404 404 404 404
POST /availability/calendars/<int:calendar_id>/addresses/ login 404 404 302 404 404 404 404 404 404 404
GET  /availability/calendars/<int:calendar_id>/remove/ login 404 404 200 404 404   404   404    404   404  404
POST /availability/calendars/<int:calendar_id>/remove/ login 404 404 302 404 404   404   404    404   404  404
GET  /staff/installation/                      login  404   404  404   404  404   404   404    404   200  404
POST /staff/installation/                      login  405   405  405   405  405   405   405    405   405  405
GET  /staff/installation/test-mail/            login  405   405  405   405  405   405   405    405   405  405
POST /staff/installation/test-mail/            login  404   404  404   404  404   404   404    404   302  404
GET  /staff/people/<uuid:user_id>/deactivate/  login  404   404  404   404  404   404   404    404   200  404
POST /staff/people/<uuid:user_id>/deactivate/  login  404   404  404   404  404   404   404    404   400  404
GET  /staff/people/<uuid:user_id>/erase/       login  404   404  404   404  404   404   404    404   200  404
POST /staff/people/<uuid:user_id>/erase/       login  404   404  404   404  404   404   404    404   400  404
GET  /staff/memberships/<int:membership_id>/end/ login 404  404  404   404  404   404   404    404   200  404
POST /staff/memberships/<int:membership_id>/end/ login 404  404  404   404  404   404   404    404   400  404
GET  /paths/<uuid:path_id>/why/                login  200   200  200   200  200   200   200    404   404  404
POST /paths/<uuid:path_id>/why/                login  405   405  405   405  405   405   405    405   405  405
GET  /accounts/oidc/<slug:provider_id>/login/  200    200   200  200   200  200   200   200    200   200  200
POST /accounts/oidc/<slug:provider_id>/login/  502    502   502  502   502  502   502   502    502   502  502
GET  /accounts/oidc/<slug:provider_id>/login/callback/ 403 403 403 403 403 403    403   403    403   403  403
POST /accounts/oidc/<slug:provider_id>/login/callback/ 405 405 405 405 405 405    405   405    405   405  405
GET  /accounts/saml/<slug:provider_id>/login/  200    200   200  200   200  200   200   200    200   200  200
POST /accounts/saml/<slug:provider_id>/login/  200    200   200  200   200  200   200   200    200   200  200
GET  /accounts/saml/<slug:provider_id>/acs/    405    405   405  405   405  405   405   405    405   405  405
POST /accounts/saml/<slug:provider_id>/acs/    403    403   403  403   403  403   403   403    403   403  403
GET  /accounts/saml/<slug:provider_id>/acs/finish/ 403 403  403  403   403  403   403   403    403   403  403
POST /accounts/saml/<slug:provider_id>/acs/finish/ 405 405  405  405   405  405   405   405    405   405  405
GET  /accounts/saml/<slug:provider_id>/sls/    403    403   403  403   403  403   403   403    403   403  403
POST /accounts/saml/<slug:provider_id>/sls/    405    405   405  405   405  405   405   405    405   405  405
GET  /accounts/saml/<slug:provider_id>/metadata/ 200  200   200  200   200  200   200   200    200   200  200
POST /accounts/saml/<slug:provider_id>/metadata/ 405  405   405  405   405  405   405   405    405   405  405
GET  /accounts/logout/                         login  200   200  200   200  200   200   200    200   200  200
POST /accounts/logout/                         login  login login login login login login login login login login
"""

# One press of a button, without a body: the owner's POST is taken, and undone by the test.
BUTTONS = {
    ("POST", "/availability/calendars/<int:calendar_id>/read/"),
    ("POST", "/availability/calendars/<int:calendar_id>/addresses/"),
    ("POST", "/availability/calendars/<int:calendar_id>/remove/"),
    ("POST", "/paths/<uuid:path_id>/people/import/<uuid:import_id>/stop/"),
    ("POST", "/staff/installation/test-mail/"),
    ("POST", "/paths/<uuid:path_id>/themes/<uuid:theme_id>/retire/"),
    ("POST", "/paths/<uuid:path_id>/schedule/wait/<uuid:theme_id>/leave/"),
    ("POST", "/meetings/held/<uuid:held_id>/pass/"),
    # allauth writes down the address of a person made without one.
    ("POST", "/accounts/email/"),
    # The log of sign-ins has a row of each.
    ("POST", "/accounts/logout/"),
}

DROPIN = """
                                               anon. part. other exp. other org. sched. admin elsew. staff left
GET  /meetings/<uuid:meeting_id>/              login  200   404  200   404  200   404   200    404   404  200
POST /meetings/<uuid:meeting_id>/              login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/booked/       login  200   404  200   404  200   404   302    404   404  200
POST /meetings/<uuid:meeting_id>/booked/       login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/join/         login  200   404  200   404  200   404   200    404   404  200
POST /meetings/<uuid:meeting_id>/join/         login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/calendar.ics  login  200   404  200   404  200   404   200    404   404  200
POST /meetings/<uuid:meeting_id>/calendar.ics  login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/note/         login  200   404  403   404  200   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/note/         login  400   404  403   404  400   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/answers/      login  200   404  403   404  200   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/answers/      login  400   404  403   404  400   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/brief/        login  200   404  403   404  200   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/brief/        login  400   404  403   404  400   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/outcome/      login  403   404  403   404  403   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/outcome/      login  403   404  403   404  403   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/rating/       login  403   404  403   404  403   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/rating/       login  403   404  403   404  403   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/notes/        login  200   404  200   404  200   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/notes/        login  400   404  400   404  400   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/reschedule/   login  200   404  200   404  200   404   200    404   404  403
POST /meetings/<uuid:meeting_id>/reschedule/   login  400   404  400   404  400   404   400    404   404  403
GET  /meetings/<uuid:meeting_id>/reassign/     login  403   404  200   404  403   404   200    404   404  403
POST /meetings/<uuid:meeting_id>/reassign/     login  403   404  400   404  403   404   400    404   404  403
GET  /meetings/<uuid:meeting_id>/cancel/       login  200   404  200   404  200   404   200    404   404  403
POST /meetings/<uuid:meeting_id>/cancel/       login  400   404  400   404  400   404   400    404   404  403
GET  /meetings/<uuid:meeting_id>/rescue/       login  405   405  405   405  405   405   405    405   405  405
POST /meetings/<uuid:meeting_id>/rescue/       login  403   404  403   404  403   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/not-now/      login  405   405  405   405  405   405   405    405   405  405
POST /meetings/<uuid:meeting_id>/not-now/      login  403   404  403   404  403   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/edit/         login  403   404  403   404  403   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/edit/         login  403   404  403   404  403   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/hand-over/    login  403   404  403   404  403   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/hand-over/    login  403   404  403   404  403   404   403    404   404  403
GET  /meetings/<uuid:meeting_id>/delete/       login  403   404  403   404  403   404   403    404   404  403
POST /meetings/<uuid:meeting_id>/delete/       login  403   404  403   404  403   404   403    404   404  403
"""

ADHOC = """
                                               anon. part. other exp. other org. sched. admin elsew. staff left
GET  /meetings/<uuid:meeting_id>/              login  200   404  200   404  200   200   200    404   404  200
POST /meetings/<uuid:meeting_id>/              login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/booked/       login  302   404  302   404  302   302   302    404   404  302
POST /meetings/<uuid:meeting_id>/booked/       login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/join/         login  200   404  200   404  200   200   200    404   404  200
POST /meetings/<uuid:meeting_id>/join/         login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/calendar.ics  login  200   404  200   404  200   200   200    404   404  200
POST /meetings/<uuid:meeting_id>/calendar.ics  login  405   405  405   405  405   405   405    405   405  405
GET  /meetings/<uuid:meeting_id>/note/         login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/note/         login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/answers/      login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/answers/      login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/brief/        login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/brief/        login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/outcome/      login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/outcome/      login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/rating/       login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/rating/       login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/notes/        login  200   404  200   404  200   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/notes/        login  400   404  400   404  400   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/reschedule/   login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/reschedule/   login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/reassign/     login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/reassign/     login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/cancel/       login  403   404  403   404  403   403   403    404   404  403
POST /meetings/<uuid:meeting_id>/cancel/       login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/rescue/       login  405   405  405   405  405   405   405    405   405  405
POST /meetings/<uuid:meeting_id>/rescue/       login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/not-now/      login  405   405  405   405  405   405   405    405   405  405
POST /meetings/<uuid:meeting_id>/not-now/      login  403   404  403   404  403   403   403    404   404  403
GET  /meetings/<uuid:meeting_id>/edit/         login  403   404  403   404  200   200   200    404   404  403
POST /meetings/<uuid:meeting_id>/edit/         login  403   404  403   404  400   400   400    404   404  403
GET  /meetings/<uuid:meeting_id>/hand-over/    login  403   404  403   404  200   200   200    404   404  403
POST /meetings/<uuid:meeting_id>/hand-over/    login  403   404  403   404  400   400   400    404   404  403
GET  /meetings/<uuid:meeting_id>/delete/       login  403   404  403   404  200   200   200    404   404  403
POST /meetings/<uuid:meeting_id>/delete/       login  403   404  403   404  400   400   400    404   404  403
"""

# A meeting that has begun, is over or was called off: the same answer to each change, on GET and on POST.
CHANGES = ("note", "answers", "brief", "reschedule", "reassign", "cancel", "edit", "hand-over", "delete")
CLOSED = """
                                               anon. part. other exp. other org. sched. admin elsew. staff left
dropin begun                                   login  403   404  403   404  403   404   403    404   404  403
dropin past                                    login  403   404  403   404  403   404   403    404   404  403
dropin called-off                              login  403   404  403   404  403   404   403    404   404  403
adhoc  begun                                   login  403   404  403   404  403   403   403    404   404  403
adhoc  past                                    login  403   404  403   404  403   403   403    404   404  403
adhoc  called-off                              login  404   404  404   404  404   404   403    404   404  404
"""

# Taking the time of a session that somebody called off, with another expert: the answer to the button.
LOST = """
                                               anon. part. other exp. other org. sched. admin elsew. staff left
expert called-off                              login  302   404  403   404  302   404   403    404   404  403
admin  called-off                              login  302   404  403   404  302   404   403    404   404  403
participant called-off                         login  403   404  403   404  403   404   403    404   404  403
"""


def rows(text: str) -> dict[tuple[str, str], dict[str, str]]:
    """What each person gets, by the two words that begin a line."""
    _, *lines = text.strip().splitlines()
    table = {}
    for line in lines:
        first, second, *answers = line.split()
        table[first, second] = dict(zip(PEOPLE, answers, strict=True))
    return table


OF_SITE = rows(SITE)
OF_MEETING = {Kind.DROP_IN: rows(DROPIN), Kind.AD_HOC: rows(ADHOC)}
EVERY_CHANGE = rows(CLOSED)
RESCUES = {by: answers for (by, _), answers in rows(LOST).items()}
