"""Folders of postings: which files there are, reading equal things once, and Parquet parts on disk."""

from pipeline.scale import parts
from pipeline.scale.inputs import InputFile, find_inputs, local_copy
from pipeline.scale.own import keep_own, kept_own, mark_of
from pipeline.scale.parts import Journal, PartWriter, file_stamp, finished, forget, part_name, save_finished
from pipeline.scale.reuse import Reusing, Saving
from pipeline.scale.values import month_of, role_of

__all__ = [
    "InputFile",
    "Journal",
    "PartWriter",
    "Reusing",
    "Saving",
    "file_stamp",
    "find_inputs",
    "finished",
    "forget",
    "keep_own",
    "kept_own",
    "local_copy",
    "mark_of",
    "month_of",
    "part_name",
    "parts",
    "role_of",
    "save_finished",
]
