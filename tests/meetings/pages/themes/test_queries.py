"""The pages of themes ask as much of the database for many as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.gate_world import signed_in
from tests.scene import a_path, a_theme, an_admin, an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize("page", ["themes", "add-theme", "theme"])
def test_queries_do_not_grow_with_themes_and_experts(page):
    path = a_path()
    client = signed_in(an_admin(path))
    experts = [an_expert(path, name="Eva 0")]
    first = a_theme(path, *experts, name="Theme 0")
    args = [path.pk, first.pk] if page == "theme" else [path.pk]

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"paths:{page}", args=args)).status_code == 200
        return len(queries)

    asked()
    before = asked()
    experts += [an_expert(path, name=f"Eva {number}") for number in range(1, 12)]
    first.experts.set(experts)
    for number in range(1, 60):
        a_theme(path, *experts[: number % 12], name=f"Theme {number}", position=number)

    assert asked() <= before
