"""Which clauses a change of the target can touch, so that a gate need not judge the others.

Pure but for ``base``, which reads what the change is told against, and ``narrow``, which asks both
databases. They are compared object by object (``differences``); rules say what each difference can
bear on (``touch``); the databases' own triggers, foreign keys and routines say where a clause's
statements come (``reach``); a clause is judged where the two meet (``choose``). A difference
without a rule has every clause judged. Rule: contracts/README.md, "The share of a change".
"""
