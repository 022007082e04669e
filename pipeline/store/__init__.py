"""The workspace's DuckDB file: records in, records out; the only room that speaks SQL."""

from pipeline.store.store import FILE_NAME, Store

__all__ = ["FILE_NAME", "Store"]
