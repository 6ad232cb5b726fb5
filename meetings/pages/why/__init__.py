"""Why a time is not offered; about whom is searched for (participants.py)."""
