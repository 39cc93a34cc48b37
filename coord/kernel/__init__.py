"""What every room stands on: who acts, what time it is, named refusals, workflow tables.

Nothing here knows of Flask, of a table in the database or of any room above.
"""
