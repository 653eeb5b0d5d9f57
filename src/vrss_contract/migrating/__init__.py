"""Migrations as such: each is run on a database with rows in it, and what it did there is told.

Locks are read from a second session while they are held, a third one writes in the meantime, and
every way back is gone. Nothing is told for its words alone.
"""
