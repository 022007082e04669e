"""Folders of up to millions of postings: read once, counted, kept as Parquet; `commands.py` is its door."""
