"""The cities' agreements, what they oblige to, and how far it is met.

Nouns: agreement, party, clause, obligation, record, meter. Verbs: renew, sign, publish,
measure. The meter is computed from records at reading time, never ticked.
"""
