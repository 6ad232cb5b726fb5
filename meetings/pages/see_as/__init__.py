"""An admin looks at a path as a role or a person of it would: nothing can be changed, and nothing private is shown.

session.py keeps what was begun, middleware.py lets a closed list of pages through and refuses all else before any view
runs, forms_off.py switches off the forms of those pages, views.py begins and ends it.
"""
