"""Campaigns and joint actions, who takes part, what came of them, and calendars.

Nouns: campaign, action, attendance, record, confirmation, subscription. Verbs: plan,
publish, answer, cancel, record, confirm, subscribe.
"""
