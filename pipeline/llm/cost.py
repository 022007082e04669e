"""Tokens, money and the cap that no call may break."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.errors import BudgetExhausted, SettingsError
from pipeline.settings import LlmSettings


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or many calls; `cached` are part of `sent`, reasoning is part of `received`."""

    sent: int = 0
    cached: int = 0
    received: int = 0
    assumed: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.sent + other.sent,
            self.cached + other.cached,
            self.received + other.received,
            self.assumed or other.assumed,
        )

    @property
    def total(self) -> int:
        """Tokens both ways."""
        return self.sent + self.received


def usage_of(reply: Mapping[str, Any], sent: int, most: int) -> Usage:
    """Return the usage that a reply states; where it states none, the estimate and the whole output limit."""
    stated = reply.get("usage")
    if not isinstance(stated, Mapping):
        return Usage(sent, 0, most, assumed=True)
    details = stated.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    prompt, completion = stated.get("prompt_tokens"), stated.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return Usage(sent, 0, most, assumed=True)
    return Usage(prompt, min(cached, prompt) if isinstance(cached, int) else 0, completion)


def tokens(text: str) -> int:
    """Estimate a text's tokens on the safe side: English has four characters a token, not three."""
    # bytes, not letters: other scripts take two or three of them, and more tokens
    return len(text.encode("utf-8", "replace")) // 3 + 1


def money(usage: Usage, settings: LlmSettings) -> float:
    """Return what it costs at the configured prices per million tokens.

    Cached input at its own price if set.
    """
    cached_price = settings.price_cached or settings.price_input
    fresh = usage.sent - usage.cached
    cost = fresh * settings.price_input + usage.cached * cached_price + usage.received * settings.price_output
    return cost / 1_000_000


class Budget:
    """Counts what is spent and refuses a call that could break the cap; safe for threads."""

    def __init__(self, settings: LlmSettings) -> None:
        if settings.budget_money and not (settings.price_input or settings.price_output):
            raise SettingsError(
                "[llm] budget_money is set but no price is",
                "Set price_input and price_output per million tokens, or use budget_tokens.",
            )
        self._settings = settings
        self._lock = threading.Lock()
        self._reserved = Usage()
        self.spent = Usage()
        self.calls: Counter[str] = Counter()

    @contextmanager
    def call(self, task: str, sent: int, most: int) -> Iterator[list[Usage]]:
        """Reserve room for one call; put its usage into the list. `BudgetExhausted` comes before sending.

        A call that ends without usage costs nothing when it failed: a refused request is not billed.
        """
        worst = Usage(sent, 0, most)
        with self._lock:
            self._check(self.spent + self._reserved + worst)
            self._reserved += worst
        used: list[Usage] = []
        try:
            yield used
        finally:
            with self._lock:
                back = self._reserved
                self._reserved = Usage(back.sent - sent, 0, back.received - most)
                for usage in used:
                    self.spent += usage
                    self.calls[task] += 1

    def add(self, task: str, usage: Usage) -> None:
        """Count a call that was made by another way."""
        with self._lock:
            self.spent += usage
            self.calls[task] += 1

    def check(self, planned: Usage) -> None:
        """Raise `BudgetExhausted` unless there is room for all of this."""
        with self._lock:
            self._check(self.spent + self._reserved + planned)

    def _check(self, then: Usage) -> None:
        cap = self._settings
        if cap.budget_tokens and then.total > cap.budget_tokens:
            raise BudgetExhausted(
                f"the next call could pass the budget of {cap.budget_tokens:,} tokens "
                f"({self.spent.total:,} are used)"
            )
        if cap.budget_money and money(then, cap) > cap.budget_money:
            raise BudgetExhausted(
                f"the next call could pass the budget of {cap.budget_money:g} "
                f"({money(self.spent, cap):.4f} is spent)"
            )

    def line(self) -> str:
        """Return the running total in a few words."""
        cost = f", {money(self.spent, self._settings):.4f} spent" if self._settings.price_output else ""
        return f"{sum(self.calls.values())} calls, {self.spent.total:,} tokens{cost}"
