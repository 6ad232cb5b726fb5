"""Redis is away: the database counts meanwhile, the log stays short, and Redis is asked again."""

import logging

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from redis import exceptions

from everwise.db import cache_table, redis_cache
from tests.factories import PASSWORD
from tests.scene import NOW, a_person

pytestmark = pytest.mark.django_db


class Time:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


class FakeRedis:
    """Django's client of a Redis: a dictionary, or an error of whatever is asked."""

    def __init__(self):
        self.kept, self.asked = {}, 0
        self.error = None

    def __call__(self, *servers, **options):
        return self

    def _ask(self):
        self.asked += 1
        if self.error:
            raise self.error

    def add(self, key, value, timeout):
        self._ask()
        return self.kept.setdefault(key, value) is value

    def get(self, key, default):
        self._ask()
        return self.kept.get(key, default)

    def set(self, key, value, timeout):
        self._ask()
        self.kept[key] = value

    def delete(self, key):
        self._ask()
        return self.kept.pop(key, None) is not None


@pytest.fixture
def time(monkeypatch):
    time = Time()
    monkeypatch.setattr(redis_cache, "outage", redis_cache.Outage(time))
    return time


@pytest.fixture
def redis(monkeypatch, settings, time):
    redis = FakeRedis()
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient", redis)
    settings.CACHES = {
        "default": {"BACKEND": "everwise.db.redis_cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"},
        "table": {"BACKEND": cache_table.DATABASE_CACHE, "LOCATION": "everwise_cache"},
    }
    return redis


OUTAGES = [
    exceptions.ConnectionError("refused"),
    exceptions.TimeoutError("no word"),
    exceptions.BusyLoadingError("loading"),
    exceptions.ReadOnlyError("a standby"),
    exceptions.OutOfMemoryError("full"),
]


def test_redis_alone_is_asked_while_it_answers(redis):
    caches["default"].set("a", 1)

    assert redis.kept == {":1:a": 1}
    assert caches["table"].get("a") is None


@pytest.mark.parametrize("error", OUTAGES, ids=lambda error: type(error).__name__)
def test_table_counts_while_redis_is_away(redis, error):
    redis.error = error
    cache = caches["default"]

    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.incr("a") == 2
    assert cache.get_many(["a", "b"]) == {"a": 2}
    assert caches["table"].get("a") == 2
    assert redis.kept == {}


def test_fault_of_ours_is_no_outage(redis):
    redis.error = exceptions.ResponseError("WRONGTYPE")

    with pytest.raises(exceptions.ResponseError):
        caches["default"].get("a")


def test_redis_is_left_alone_for_seconds_and_then_asked_again(redis, time):
    redis.error = exceptions.ConnectionError("refused")
    for _ in range(3):
        caches["default"].get("a")
    assert redis.asked == 1

    time.seconds = redis_cache.AWAY_SECONDS
    redis.error = None
    caches["default"].set("a", 1)

    assert redis.kept == {":1:a": 1}


def test_outage_is_logged_once_a_minute(redis, time, caplog):
    redis.error = exceptions.ConnectionError("refused")
    with caplog.at_level(logging.WARNING):
        for seconds in range(0, 121, 5):
            time.seconds = float(seconds)
            caches["default"].get("a")

    assert [record.getMessage() for record in caplog.records] == [
        "Redis is away, the database counts meanwhile: ConnectionError: refused"
    ] * 3


@pytest.mark.usefixtures("clock")
def test_what_the_table_counted_runs_out_beside_a_redis(redis):
    # No model's table: tests that commit leave what they counted there.
    caches["table"].clear()
    caches["table"].set("old", 1, 60)
    caches["table"].set("living", 1, None)

    assert cache_table.delete_expired(NOW.replace(year=NOW.year + 5)) == 1
    assert caches["table"].get("living") == 1


@pytest.mark.usefixtures("clock")
def test_wrong_passwords_are_counted_while_redis_is_away(redis, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "20/m/ip,5/5m/key"}
    redis.error = exceptions.ConnectionError("refused")
    email = a_person().email

    def sign_in(password):
        return Client().post(reverse("account_login"), {"login": email, "password": password}).status_code

    assert [sign_in("wrong") for _ in range(6)] == [200] * 5 + [429]
    assert sign_in(PASSWORD) == 429
    assert redis.kept == {}
