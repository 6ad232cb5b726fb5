"""The demo program that `manage.py demo` writes into an empty database."""
