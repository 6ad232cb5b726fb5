"""Why somebody can't sign in by a provider."""


class SignInRefused(Exception):
    """Nobody is signed in. The text is for whoever tried; `detail` for the log, without anybody's name in it."""

    def __init__(self, text: str, detail: str = ""):
        super().__init__(text)
        self.detail = detail


class ProviderUnreachable(SignInRefused):
    """The provider does not answer, or not as the standard says."""


class Closed(SignInRefused):
    """The account is switched off."""
