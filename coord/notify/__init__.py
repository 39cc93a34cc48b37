"""Notices: who is told what, shown at the bell. Nouns: notice. Verbs: tell, mark read."""
