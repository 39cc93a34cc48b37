"""The fictional demonstration season, made by one seeded generator.

Agencies and counties are real; firms, people, telephone numbers and document numbers are
invented and say so. Nothing here is imported in a production installation.
"""
