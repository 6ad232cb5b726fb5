"""The pages of a booking, as tests ask for them."""

from django.urls import reverse


def url(world, step, **query):
    query = {"theme": world.theme.pk, **query}
    text = "&".join(f"{key}={value}" for key, value in query.items() if value is not None)
    return f"{reverse(f'schedule:{step}', args=[world.path.pk])}?{text}"


def text_of(response):
    return response.content.decode()
