"""The documents of a plan, one module each."""
