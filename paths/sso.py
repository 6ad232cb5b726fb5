"""What follows on paths when somebody signs in by a provider."""

from datetime import datetime

from everwise.accounts.models import User
from everwise.sso.adapter import SsoAdapter
from everwise.sso.identity import Identity
from paths import role_mapping


class MappingAdapter(SsoAdapter):
    def signed_in(self, user: User, identity: Identity, now: datetime) -> None:
        role_mapping.apply(user=user, identity=identity, now=now)
