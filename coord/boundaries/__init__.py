"""County units, the borders they share across city lines, joint groups, dated rosters.

Nouns: unit, contact, grouping, roster, group. Verbs: read units, find contacts, group,
adopt, confirm, locate. The only room that knows geometry.
"""
