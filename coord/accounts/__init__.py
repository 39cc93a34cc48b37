"""Organisations and the people in them: who may sign in, and as what.

Nouns: organisation, person, role, sign-in session. Verbs: sign in, sign out, change
password, create account, disable, reset, grant roles, end sessions.
"""
