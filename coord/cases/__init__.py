"""Cross-boundary leads: offered by one county to another, with receipts and clocks.

Nouns: lead, event, evidence, clock. Verbs: draft, offer, acknowledge, accept, return,
object, designate, report progress, extend, feed back, confirm, dispute, withdraw. The
sender's copy is never destroyed; nobody but the two counties knows that a lead exists,
unless an objection takes it to their cities.
"""
