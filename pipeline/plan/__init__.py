"""A person's plan: levels, hours, cuts, order, verdicts, documents; the core enters by `door.py`."""
