"""How the database of DATABASE_URL is reached: by several hosts, pools and plans."""

from pathlib import Path

from everwise.config import databases

URL = "postgres://user:geheim@one:5433,two/everwise?target_session_attrs=read-write"


def connection(url=URL, *, keep_plans=True, pool=0):
    return databases.connection(url, keep_plans=keep_plans, pool=pool, test_file=Path("test.sqlite3"))


def test_several_hosts_are_tried_in_their_order():
    made = connection()

    assert (made["HOST"], made["PORT"]) == ("one,two", "5433,5432")
    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("everwise", "user", "geheim")
    assert made["OPTIONS"]["target_session_attrs"] == "read-write"


def test_pool_and_plans():
    alone, behind_a_pool = connection(), connection(keep_plans=False, pool=8)

    assert (alone["CONN_MAX_AGE"], alone["OPTIONS"]["prepare_threshold"]) == (60, 2)
    assert "pool" not in alone["OPTIONS"]
    assert not alone["DISABLE_SERVER_SIDE_CURSORS"]
    assert (behind_a_pool["CONN_MAX_AGE"], behind_a_pool["OPTIONS"]["prepare_threshold"]) == (0, None)
    assert behind_a_pool["OPTIONS"]["pool"]["max_size"] == 8
    assert behind_a_pool["DISABLE_SERVER_SIDE_CURSORS"]


def test_sqlite_has_no_pool():
    made = connection("sqlite:///x.sqlite3", pool=8)

    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert made["TEST"]["NAME"] == "test.sqlite3"
