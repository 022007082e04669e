"""The program with every command; the commands import their rooms when they are called."""

from pipeline.cli import groups, llm, look, market, plan, review, stages, start, vocabulary
from pipeline.cli.root import app

COMMANDS = (start, stages, review, look, market, plan, llm, vocabulary)
"""The modules whose commands registered themselves on `app` as they were imported."""

__all__ = ["COMMANDS", "app"]

groups.arrange(app)
