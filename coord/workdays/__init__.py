"""Statutory holidays, make-up workdays and the deadlines counted on them.

Nouns: holiday table, limit, due date. Verbs: is it a working day, when is it due, enter a
year's notice. A year whose notice is not entered makes every date in it provisional.
"""
