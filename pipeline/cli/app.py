"""The program with every command; the commands import their rooms when they are called."""

from pipeline import plugins
from pipeline.cli import look, review, stages, start, trend, vocabulary
from pipeline.cli.root import app, arrange

COMMANDS = (start, stages, review, look, trend, vocabulary)
"""The modules of the core whose commands registered themselves on `app` as they were imported."""

__all__ = ["COMMANDS", "app"]

plugins.load_commands()
arrange(app)
