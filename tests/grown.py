"""A grown installation on PostgreSQL: meetings of others, written by the database itself; and what is read of them."""

import json
from contextlib import contextmanager

from django.db import connection

OTHERS = 20_000
PATHS = 300

# Everybody has a meeting now and then; half of them are over, of which nobody marked most.
ROWS = """
INSERT INTO accounts_user (id, password, is_superuser, email, name, called, language, time_zone, zone_asked,
    twelve_hour, usual_from, usual_until, appearance, remind_day_before, remind_hour_before, is_active, is_staff,
    date_joined, erased_as)
SELECT md5('user' || n)::uuid, '', false, 'other' || n || '@grown.example', 'Other ' || n, '', 'en', 'UTC', true,
    false, '07:00', '20:00', 'system', true, true, n % 100 <> 0, false, now(), ''
FROM generate_series(0, {others} - 1) n;
INSERT INTO paths_path (id, program_id, name, description, time_zone, start_interval_minutes, notice_minutes,
    horizon_days, change_until_minutes, language, opened_at)
SELECT md5('path' || n)::uuid, (SELECT min(id) FROM paths_program), 'Grown path ' || n, '', 'UTC', 30, 0, 60, 720,
    'en', now()
FROM generate_series(0, {paths} - 1) n;
INSERT INTO paths_theme (id, path_id, name, description, duration_minutes, position)
SELECT md5('theme' || n)::uuid, md5('path' || n)::uuid, 'Grown theme ' || n, '', 30, 0
FROM generate_series(0, {paths} - 1) n;
INSERT INTO paths_membership (path_id, user_id, role, started_at)
SELECT md5('path' || n % {paths})::uuid, md5('user' || n)::uuid,
    CASE WHEN n % 10 = 0 THEN 'expert' ELSE 'participant' END, now() FROM generate_series(0, {others} - 1) n;
INSERT INTO experts_expert (user_id, title, bio, languages, video_link, time_zone, accepting,
    buffer_before_minutes, buffer_after_minutes, notice_minutes)
SELECT md5('user' || n)::uuid, 'Coach ' || n, '', '', '', 'UTC', true, 0, 0, 0
FROM generate_series(0, {others} - 1, 10) n;
INSERT INTO meetings_meeting (id, path_id, theme_id, kind, status, title, agenda, note, place, video_link, starts_at,
    ends_at, organizer_id, created_by_id, created_at, sequence, cancel_message, counts_as_used)
SELECT md5('meeting' || n)::uuid, md5('path' || (n / 10) % {paths})::uuid, md5('theme' || (n / 10) % {paths})::uuid,
    'dropin',
    CASE WHEN n % 20 = 0 THEN 'cancelled' WHEN n % 3 = 0 AND n < {meetings} / 2 THEN 'held' ELSE 'scheduled' END,
    'Grown session ' || n, '', '', '', '', t.start, t.start + interval '30 minutes',
    md5('user' || t.guest)::uuid, md5('user' || t.guest)::uuid, t.start - interval '9 days', 0, '', true
FROM generate_series(0, {meetings} - 1) n CROSS JOIN LATERAL (SELECT
    timestamptz '{now}' + (n / 100 - {meetings} / 200) * interval '1 hour' AS start,
    (n % 100) * 10 + 1 + (n / 100) % 9 + 1000 * ((n / 900) % ({others} / 1000)) AS guest) t;
INSERT INTO meetings_attendee (meeting_id, user_id, role, starts_at, ends_at, live, added_at)
SELECT m.id, CASE r.role WHEN 'participant' THEN m.organizer_id ELSE md5('user' || g.n)::uuid END, r.role, m.starts_at,
    m.ends_at, m.status <> 'cancelled', m.created_at
FROM meetings_meeting m
JOIN (SELECT md5('user' || n)::uuid AS id, n - n % 10 AS n FROM generate_series(0, {others} - 1) n) g
    ON g.id = m.organizer_id
CROSS JOIN (VALUES ('participant'), ('expert')) r(role)
WHERE m.title LIKE 'Grown session %';
INSERT INTO meetings_meetingevent (meeting_id, happening, by_id, at, sequence, facts, message)
SELECT m.id, 'booked', m.organizer_id, m.created_at, 0, jsonb_build_object(
    'experts', jsonb_build_array(a.user_id), 'participants', jsonb_build_array(m.organizer_id)), ''
FROM meetings_meeting m JOIN meetings_attendee a ON a.meeting_id = m.id AND a.role = 'expert'
WHERE m.title LIKE 'Grown session %';
INSERT INTO meetings_notice (event_id, meeting_id, user_id, address, kind, priority, facts, sequence, message_id,
    due_at, starts_at, attempts, last_error, sent_at)
SELECT e.id, e.meeting_id, p.person::uuid, '', 'booked', 1, '{{}}', 0, gen_random_uuid(), e.at, NULL, 1, '', e.at
FROM meetings_meetingevent e CROSS JOIN LATERAL (
    SELECT jsonb_array_elements_text(e.facts->'experts') UNION ALL
    SELECT jsonb_array_elements_text(e.facts->'participants')) p(person)
WHERE e.meeting_id IN (SELECT id FROM meetings_meeting WHERE title LIKE 'Grown session %');
"""
TIDY = """
SELECT gin_clean_pending_list(c.oid::regclass) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'gin' AND c.relkind = 'i'
"""


def grow(meetings: int, now) -> None:
    """Needs a program to be there already."""
    with connection.cursor() as cursor:
        filled = {"meetings": meetings, "others": OTHERS, "paths": PATHS, "now": now.isoformat()}
        for statement in ROWS.format(**filled).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        # What autovacuum does soon, and a disk without a moving head, for which PostgreSQL's own figure is too high.
        cursor.execute(TIDY)
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL random_page_cost = 1.1")
        # A connection that has asked the small tables often keeps plans that were made for them.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")


@contextmanager
def rows_read():
    """Collects (rows read beyond the answer, statement) of each SELECT, by having the database run it once more."""
    found = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("SELECT") and "FOR UPDATE" not in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, params)
                [[told]] = cursor.fetchall()
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            found.append((_scanned(plan) - plan["Actual Rows"], sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def _scanned(node) -> float:
    """Rows that the leaves of a plan took from tables and indexes, those that a filter threw away as well."""
    loops = node.get("Actual Loops", 0)
    own = 0.0
    if "Relation Name" in node:
        thrown = sum(node.get(key, 0) for key in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        own = (node["Actual Rows"] + thrown) * loops
    return own + sum(_scanned(child) for child in node.get("Plans", ()))
