"""Insights: how a path goes, for its admins, in pictures, tables and files.

`forms` reads which sessions are asked for, `report` asks the database, `session_cards` and `expert_cards` put what it
says into tables and pictures, `export` writes the same tables as files.
"""
