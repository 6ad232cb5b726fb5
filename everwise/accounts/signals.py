"""What has to happen whoever signs in or changes how they do, and which allauth and Django only tell by signals."""

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed, authenticator_used
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from everwise.accounts.mfa.required import ask_again
from everwise.accounts.sessions import ending, limits


@receiver(user_logged_in)
def begin_session(request, **facts) -> None:
    limits.begin(request, timezone.now())


@receiver([password_changed, password_set, password_reset])
def end_other_sessions(request, user, **facts) -> None:
    """Django lets none of them in any more, listed or not; so they are not listed either."""
    here = request.session.session_key or ""
    ending.end(UserSession.objects.filter(user=user).exclude(session_key=here))


@receiver(authenticator_removed)
def ask_for_a_second_step_again(request, **facts) -> None:
    ask_again(request)


@receiver(authenticator_used)
def tell_of_recovery_code(user, authenticator, **facts) -> None:
    """Whoever has the list can sign in as often as it has codes: its owner hears of each."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        # As stored: what came here was read before the code was used.
        left = str(len(Authenticator.objects.get(pk=authenticator.pk).wrap().get_unused_codes()))
        get_adapter().send_notification_mail("mfa/email/recovery_code_used", user, {"codes_left": left})
