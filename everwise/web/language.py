"""In which language a request is answered."""

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Whoever is signed in reads in the language of their profile, all others in that of their cookie or browser.

    As Django's LocaleMiddleware, which knows no profiles; and the thread has its own language back afterwards.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        own = request.user.language if request.user.is_authenticated else ""
        language = own if own in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        # For a page about an outage, which Django asks for when this has ended.
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response
