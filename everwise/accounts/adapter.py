"""Where allauth asks us: who may sign up, and what a new person carries."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from everwise.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return settings.SIGNUP_OPEN

    def confirm_email(self, request, email_address):
        # allauth saves addresses whole, so they are read again with their person locked.
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=email_address.user_id)
            try:
                if email_address.pk:
                    email_address.refresh_from_db()
            except EmailAddress.DoesNotExist:
                # Staff have just given this person another one.
                return False
            return super().confirm_email(request, email_address)
