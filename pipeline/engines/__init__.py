"""Text in, mentions out: `local` (default), `fast`, `llm`, `replay`; named in `plugins.ENGINES`."""
