"""Whose identity it is: the person who is linked with it, or who is now linked, or made.

The e-mail address decides once, when somebody first comes by a provider; afterwards the provider's own name for them
(`uid`). It decides only where the provider is the one of that domain and vouches for the address. So a stranger's
provider takes no account over, and whoever gets an address that somebody else had before gets no account with it.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everwise.accounts.locks import hold
from everwise.accounts.models import User
from everwise.sso import providers
from everwise.sso.errors import Closed, SignInRefused
from everwise.sso.identity import Identity

UID_LENGTH = SocialAccount._meta.get_field("uid").max_length
NAME_LENGTH = User._meta.get_field("name").max_length


def person_of(identity: Identity, now: datetime) -> User:
    """The person who may be signed in. Raises Refused."""
    try:
        return _person_of(identity, now)
    except IntegrityError:
        # The same person came in by two windows at once: by now one of them has been linked.
        return _person_of(identity, now)


def _person_of(identity, now):
    if not identity.uid or len(identity.uid) > UID_LENGTH or "\x00" in identity.uid:
        raise SignInRefused(_incomplete(identity), "its name for the person is missing, too long or unreadable")
    with transaction.atomic():
        linked = SocialAccount.objects.filter(provider=identity.provider.id, uid=identity.uid).first()
        if linked is not None:
            hold([linked.user_id])
            return _living(User.objects.get(pk=linked.user_id))
        email = _trusted_address(identity)
        user = _owner(email)
        if user is None:
            user = _made(identity, email, now)
        else:
            hold([user.pk])
            user = _living(User.objects.get(pk=user.pk))
            if SocialAccount.objects.filter(provider=identity.provider.id, user=user).exists():
                text = _("%(provider)s now has another account for your address. Ask the people who run your program.")
                raise SignInRefused(
                    text % {"provider": identity.provider.name}, "the address is linked with another uid"
                )
            _take_address(user, email)
        SocialAccount.objects.create(provider=identity.provider.id, uid=identity.uid, user=user)
    return user


def _trusted_address(identity):
    provider, email = identity.provider, identity.email.strip().lower()
    words = {"provider": provider.name}
    try:
        validate_email(email)
    except ValidationError:
        raise SignInRefused(_incomplete(identity), "it names no e-mail address") from None
    if providers.of_address(email) != provider:
        text = _(
            "%(provider)s does not look after addresses like yours, so it can’t open an account with it. Sign in by"
            " your password, or where your own organisation signs in."
        )
        raise SignInRefused(text % words, "the address has a domain that is not the provider's")
    if not identity.verified:
        text = _("%(provider)s has not confirmed that your e-mail address is yours. Ask the people who look after it.")
        raise SignInRefused(text % words, "the address is not verified")
    return email


def _incomplete(identity):
    text = _("%(provider)s did not say who you are. Ask the people who look after it to pass on your e-mail address.")
    return text % {"provider": identity.provider.name}


def _owner(email):
    """Who has shown that the address is theirs; else whose account is made for it."""
    shown = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return shown.user if shown else User.objects.filter(email__iexact=email).first()


def _living(user):
    if not user.is_active:
        raise Closed(_("You can’t sign in with it any more. Ask the admin of your path if that is a mistake."))
    return user


def _take_address(user, email):
    """Note that the address is theirs. Whoever set a password without showing that loses it."""
    if EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
        return
    if user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.filter(email__iexact=email).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


def _made(identity, email, now):
    if not identity.provider.create_people:
        text = _("There is no account for you here yet. Ask the people who run your program to add you.")
        raise SignInRefused(text, "nobody has this address, and the provider makes no people")
    # People write it themselves at many providers, and no database takes what no form lets through.
    name = identity.name.replace("\x00", "").strip()[:NAME_LENGTH]
    user = User.objects.create_user(email, name=name, date_joined=now)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
