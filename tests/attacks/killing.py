"""Kills of a walking process at moments that are really in flight, from a process that only forks.

    python killing.py FOLDER MOMENTS        prints one JSON line a moment: what was wrong, [] if nothing

Every moment has a copy of FOLDER/start. A child gathers, reads, scores, freezes and rates; at a chosen
one of its file operations it says so, and is sent SIGKILL while it goes on. Only kills that landed count.
Another child then finishes the work, and what it leaves is compared with a walk that nobody disturbed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline import plugins
from pipeline.archive import hold
from pipeline.lists import read_sources
from pipeline.plan import person
from pipeline.records import Rating, Target
from pipeline.settings import Settings
from pipeline.steps.board import gather
from pipeline.steps.extract import extract
from pipeline.steps.place import Place
from pipeline.steps.run import Options, restate

TARGET = Target("Lighthouse keeper")
RATINGS = 6
ENGINE = plugins.engine("fast", Settings())
"""Made once: a second for each child otherwise."""
OPERATIONS = ("open", "os.rename", "os.mkdir", "os.remove", "os.truncate")


def work(folder: Path, tell: Callable[[bytes], object]) -> None:
    """Do what is interrupted: read, score and freeze a visit, and acknowledge ratings."""
    place, name = Place(folder / "workspace"), (folder / "name.txt").read_text()
    lines = read_sources(str(folder / "list.txt")).lines
    gather(place, TARGET, lines, Settings(), Options("fast", offline=True), None)
    extract(place, TARGET, ENGINE)
    with place.store() as store:
        frozen = store.snapshot(name, TARGET.id) is not None
    with hold(place.raw):
        restate(place, TARGET, Settings(), None if frozen else name)
    for level in range(len(person.ratings(place)), RATINGS):
        person.rate(place, [Rating(f"2026-11-0{level + 1}", TARGET.id, "python", level % 6)])
        tell(b"r")


def child(folder: Path, at: int, pipe: int) -> None:
    """Do the work; at its file operation number `at` say so. Never returns."""
    done = 0

    def count(event: str, args: tuple[object, ...]) -> None:
        nonlocal done
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.truncate") and str(folder) in str(
            args[0]
        ):
            done += 1
            if done == at:
                os.write(pipe, b"!")

    code = 1
    try:
        sys.addaudithook(count)
        work(folder, lambda said: os.write(pipe, said))
        os.write(pipe, f"#{done}#".encode())
        code = 0
    finally:
        os._exit(code)


def attempt(folder: Path, at: int, delay: float) -> tuple[int, bytes]:
    """Return the status of a child that was killed at a moment, and what it had said."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        child(folder, at, writes)
    os.close(writes)
    said = b""
    while part := os.read(reads, 100):
        said += part
        if b"!" in part:
            time.sleep(delay)
            os.kill(pid, signal.SIGKILL)
    os.close(reads)
    return os.waitpid(pid, 0)[1], said


def finished(folder: Path, acknowledged: int, wanted: object) -> list[str]:
    """Do the work to its end; answer what is lost or damaged."""
    work(folder, lambda said: None)
    place = Place(folder / "workspace")
    blobs = (place.raw / "pages").rglob("*.gz")
    found = [f"{blob.name} is damaged" for blob in blobs if not place.archive.has(blob.stem)]
    if len(person.ratings(place)) < acknowledged:
        found.append(f"{acknowledged} ratings were acknowledged, {len(person.ratings(place))} are kept")
    with place.store() as store:
        there = store.snapshot_names()
    kept = {(r["name"], r["target"]) for r in place.archive.records("snapshots")}
    if there != kept or (folder / "name.txt").read_text() not in {name for name, _ in kept}:
        found.append(f"snapshots in the database {there}, in data/raw {kept}")
    if state(folder) != wanted:
        found.append("scores, rows or postings are others")
    return found


def state(folder: Path) -> object:
    """Return scores, rows and postings at the end."""
    with Place(folder / "workspace").store() as store:
        parts = store.scores(TARGET.id), store.matrix(TARGET.id), store.postings(TARGET.id)
    return repr(parts)


def in_a_fork(work: Callable[[], object]) -> object:
    """Return what the work answers, done in a process of its own: this one opens no database."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            answer = json.dumps(work(), default=str)
        except BaseException as error:
            answer = json.dumps([f"{type(error).__name__}: {error}"])
        with os.fdopen(writes, "w") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(said)


def fresh(root: Path, name: str) -> Path:
    shutil.copytree(root / "start", root / name)
    return root / name


def main(root: Path, moments: int) -> None:
    draw, folder = random.Random(7), root / "now"
    shutil.copytree(root / "start", folder)
    (folder / "name.txt").write_text("spring")
    work(folder, lambda said: None)  # here, so that everything is loaded once and not in every child
    shutil.copytree(folder, root / "later")
    shutil.copy(root / "start" / "new.txt", root / "later" / "2.txt")
    (root / "later" / "name.txt").write_text("autumn")
    (root / "start" / "name.txt").write_text("spring")
    # in turn from nothing, where the database is made, and from a workspace that a second visit meets
    calm = {start: undisturbed(root / start, folder) for start in ("start", "later")}
    landed = tries = 0
    while landed < moments and tries < 3 * moments:
        tries += 1
        start = ("start", "later")[tries % 2]
        operations, wanted = calm[start]
        again(root / start, folder)
        at = 1 + tries * operations // moments if tries < moments else draw.randrange(1, operations)
        status, said = attempt(folder, at, draw.uniform(0, 0.01))
        if not os.WIFSIGNALED(status):
            continue  # it had ended before the signal came
        landed += 1
        known = said.count(b"r")
        wrong = in_a_fork(lambda known=known, wanted=wanted: finished(folder, known, wanted))  # type: ignore[misc]
        print(json.dumps({"start": start, "at": at, "of": operations, "wrong": wrong}), flush=True)


def again(start: Path, folder: Path) -> None:
    """Make a fresh copy at the same place: a posting's id tells where its file stands."""
    shutil.rmtree(folder)
    shutil.copytree(start, folder)


def undisturbed(start: Path, folder: Path) -> tuple[int, object]:
    """Return the file operations of the whole work, and what it leaves."""
    again(start, folder)
    status, said = attempt(folder, -1, 0.0)
    if status:
        raise SystemExit(f"the undisturbed work failed: {status}")
    return int(said.split(b"#")[1]), in_a_fork(lambda: state(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
