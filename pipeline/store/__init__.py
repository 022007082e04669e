"""The workspace's DuckDB file: records in, records out; the only room that speaks SQL."""

from pipeline.store.store import FILE_NAME, FRAMES, Store

__all__ = ["FILE_NAME", "FRAMES", "Store"]
