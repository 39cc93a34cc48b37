"""The shell around every page: layout, guards, forms, errors, languages, static files.

Nothing in it knows a room above it; app.py hands it the table of rooms.
"""
