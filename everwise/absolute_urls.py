"""Absolute addresses of our own pages: every one is made here, from SITE_URL."""

from urllib.parse import urlsplit

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a page, of its path as `reverse` makes it.

    `reverse` puts the path that the site is served below in front, but not in every thread that has seen no request;
    so it is added where it is missing. (No page of ours begins like it: settings refuses such a SITE_URL.)
    """
    site = urlsplit(settings.SITE_URL)
    if site.path and not path.startswith(f"{site.path}/"):
        path = f"{site.path}{path}"
    return f"{site.scheme}://{site.netloc}{path}"
