"""One call in a process of its own, which is ended when the call takes too long.

A thread cannot be ended, and one regular expression or one parser in C holds all of them; a process can.
It is started when it is first wanted (a third of a second), serves one call after the other and ends with
this process. The limit is processor time where the system counts it, so that a busy machine fails no page.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import NoAnswer

R = TypeVar("R")

_MOST_AT_ONCE = 4
_MOST_MEMORY = 4 << 30
"""Bytes of address space: a page that unpacks to more fails itself, not the machine."""
_WAIT = 8.0
"""Times the limit that a call may take by the clock where processor time is limited: two cores under a load
of 14 give a seventh of their time."""
_COUNTS_TIME = hasattr(signal, "setitimer")
_SERVE = "from pipeline.deadline import serve; serve()"


def within(seconds: float, function: Callable[..., R], *args: Any) -> R:
    """Answer `function(*args)` out of a process that is ended after so many seconds.

    Function, arguments and answer must be picklable. Raises what the function raises, and `NoAnswer` where
    it took too long or ended its process.
    """
    task = pickle.dumps((seconds, Path.cwd(), function, args))
    with _ROOM:
        try:
            helper = _HELPERS.take()
        except OSError:  # no process can be started: better without a limit than not at all
            return function(*args)
        reply = helper.ask(task, seconds * _WAIT if _COUNTS_TIME else seconds)
        if reply is None:
            raise _ended(helper.end(), seconds)
        _HELPERS.give_back(helper)
    good, value = pickle.loads(reply)
    if not good:
        raise value
    return value  # type: ignore[no-any-return]


def warm(function: Callable[[], Any]) -> None:
    """Start the process now and have it call that first, beside other work, where it will be wanted soon."""
    with suppress(OSError):
        helper = _HELPERS.take()
        helper.prepare(pickle.dumps((60.0, Path.cwd(), function, ())))
        _HELPERS.give_back(helper)


def _ended(status: int, seconds: float) -> NoAnswer:
    late = status in (-getattr(signal, "SIGPROF", 0), -getattr(signal, "SIGKILL", 0), 1)
    if late:
        advice = "Raise read_seconds in the settings' section [fetch] if this is a posting."
        return NoAnswer(f"reading it took more than {seconds:g} seconds", "error", advice)
    return NoAnswer(f"reading it ended the process that read it (status {status})", "error")


class _Helper:
    """The process, seen from here."""

    def __init__(self) -> None:
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)  # noqa: PTH100  "" is here
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )

        self._owed = 0

    def prepare(self, task: bytes) -> None:
        """Send a task whose reply nobody waits for: the next question reads past it."""
        assert self._process.stdin is not None
        self._process.stdin.write(len(task).to_bytes(8, "big") + task)
        self._process.stdin.flush()
        self._owed += 1

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, task: bytes, wait: float) -> bytes | None:
        """Return the reply; None where the process ended instead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        clock = threading.Timer(wait, self._process.kill)
        clock.daemon = True
        clock.start()
        try:
            self._process.stdin.write(len(task).to_bytes(8, "big") + task)
            self._process.stdin.flush()
            while self._owed:
                self._owed -= 1
                if _message(self._process.stdout) is None:
                    return None
            return _message(self._process.stdout)
        except OSError:
            return None
        finally:
            clock.cancel()

    def end(self) -> int:
        """Leave nothing running; answer the status with which it ended."""
        with suppress(subprocess.TimeoutExpired):
            # whoever ended by itself says why only now
            self._process.wait(0.5)
        self._process.kill()
        with self._process:
            return self._process.wait()


class _Helpers:
    """The processes that wait for work; a forked child of this process starts its own."""

    def __init__(self) -> None:
        self._idle: list[_Helper] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def take(self) -> _Helper:
        with self._lock:
            if self._owner != os.getpid():
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                helper = self._idle.pop()
                if helper.alive():
                    return helper
                helper.end()
        return _Helper()

    def give_back(self, helper: _Helper) -> None:
        with self._lock:
            self._idle.append(helper)

    def close(self) -> None:
        with self._lock:
            if self._owner == os.getpid():
                for helper in self._idle:
                    helper._process.kill()
                    helper.end()
                self._idle.clear()


_HELPERS = _Helpers()
_ROOM = threading.BoundedSemaphore(_MOST_AT_ONCE)
atexit.register(_HELPERS.close)


# --- the other side ---------------------------------------------------------------------------


def serve() -> None:
    """Answer calls from stdin on stdout until nobody asks any more."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever prints would print into an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asking process decides what Ctrl-C ends
    _limit_memory()
    while (task := _message(sys.stdin.buffer)) is not None:
        reply = _reply(task)
        out.write(len(reply).to_bytes(8, "big") + reply)
        out.flush()


def _reply(task: bytes) -> bytes:
    try:
        seconds, here, function, args = pickle.loads(task)
        os.chdir(here)
        with _limited(seconds):
            return pickle.dumps((True, function(*args)))
    except BaseException as error:
        return _portable(error)


def _portable(error: BaseException) -> bytes:
    try:
        told = pickle.dumps((False, error))
        pickle.loads(told)
        return told
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}"[:500])))


class _limited:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        if _COUNTS_TIME:
            signal.setitimer(signal.ITIMER_PROF, self._seconds)  # SIGPROF, for which nobody waits, ends us

    def __exit__(self, *_: object) -> None:
        if _COUNTS_TIME:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most == resource.RLIM_INFINITY or most > _MOST_MEMORY:
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, most))


def _message(stream: Any) -> bytes | None:
    head = stream.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "big")
    content = stream.read(size)
    return content if len(content) == size else None
