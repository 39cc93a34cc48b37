"""The audit trail: every change of state leaves one line, chained by keyed hashes.

Nouns: entry. Verbs: record, verify. The trail holds who did what to which object,
never the content of a lead or a file, so that an auditor may read all of it.
"""
