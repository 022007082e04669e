"""How fast the review page is with thousands of skills, over HTTP as a browser asks.

    python -m benchmarks.review [--skills 5000] [--postings 2000] [--json OUT]

A workspace is made up (seeded), the page's server is started on it, and then asked as the page's own script
does: the first page, a step in the list, every kind of decision on the most demanded skills, each with the
whole page that answers it, and what is asked before one. The ten rows follow on their own where there are so
many skills, at the latest while the person reads or types, and are timed by themselves. Milliseconds, median
and worst.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.records import Mention, Posting, Provenance, Target
from pipeline.steps.place import Place

TARGET = Target("Loom engineer")
_SYLLABLES = [c + v for c in "bdklmnrstvz" for v in "aeio"]


def made_up(place: Place, skills: int, postings: int, each: int = 25) -> int:
    """A workspace with that many skills, half of them of the vocabulary; how many mentions it has."""
    chance = random.Random(7)
    known = sorted(place.words().skills)
    chance.shuffle(known)
    names = set(known[: skills // 2])
    while len(names) < skills:
        names.add(" ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(2)).capitalize())
    ordered = sorted(names)
    chance.shuffle(ordered)
    rest, weights = list(ordered), [1 / (i + 8) for i in range(len(ordered))]
    made: dict[str, list[Mention]] = {}
    written: list[Posting] = []
    for number in range(1, postings + 1):
        own = [rest.pop() for _ in range(-(-skills // postings)) if rest]
        wishes = list(dict.fromkeys([*own, *chance.choices(ordered, weights, k=each)]))
        posting, mentions = _posting(number, wishes, chance)
        written.append(posting)
        made[posting.id] = mentions
    place.remember_target(TARGET)
    with place.store() as store:
        store.save_target(TARGET)
        store.save_postings(TARGET.id, written)
        store.save_extracted(
            TARGET.id, dict.fromkeys(made, "made up"), [m for ms in made.values() for m in ms]
        )
    return sum(map(len, made.values()))


def _posting(number: int, wishes: list[str], chance: random.Random) -> tuple[Posting, list[Mention]]:
    text, spans = "Requirements\n", []
    for wish in wishes:
        text += "- You know "
        spans.append((len(text), len(text) + len(wish)))
        text += f"{wish} from work with looms\n"
    posting = Posting(
        f"p{number:06}", f"https://jobs.example/{number}", text, title=f"Loom engineer {number}",
        company=f"Mill {number % 700}", date="2026-10-01", number=number, fingerprint=str(number),
    )  # fmt: skip
    strengths = ("required", "duty", "preferred")
    return posting, [
        Mention.at(posting, a, b, strength=chance.choice(strengths), provenance=Provenance("local", "1"))
        for a, b in spans
    ]


def measured(root: Path, rounds: int = 8) -> dict[str, dict[str, float]]:
    """Milliseconds of each kind of request."""
    import httpx

    command = ["-c", "from pipeline.cli import main; main()", "review", "--no-browser", "-w", str(root)]
    began = time.perf_counter()
    server = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        if not address:
            raise SystemExit("`skillmatrix review` did not start")
        times: dict[str, list[float]] = {"command until its address is said": [time.perf_counter() - began]}
        headers = {"X-In-Place": "1"}  # what the page's own script sends
        with httpx.Client(base_url=address, headers=headers, follow_redirects=True, timeout=60) as client:
            _ask_everything(client, address, times, rounds)
    finally:
        server.terminate()
        server.wait()
    return {
        name: {"median": 1000 * statistics.median(some), "worst": 1000 * max(some), "times": len(some)}
        for name, some in times.items()
    }


def _ask_everything(client: Any, address: str, times: dict[str, list[float]], rounds: int) -> None:
    def timed(name: str, ask: Callable[[], Any]) -> str:
        began = time.perf_counter()
        answer = ask()
        times.setdefault(name, []).append(time.perf_counter() - began)
        answer.raise_for_status()
        return str(answer.text)

    page = timed("first page", lambda: client.get(""))
    place = re.compile(r'name="before" value="([^"]+:\d+:\d+)"')
    form = re.search(r'name="form" value="([^"]+)"', page)
    names = re.findall(r"<bdi>([^<]+)</bdi></a>", page)
    assert form is not None
    origin = "/".join(address.split("/")[:3])

    def asked(action: str, subject: str, **more: str) -> Any:
        fields = {"form": form[1], "action": action, "subject": subject, **more}
        return client.post("decide", data=fields, headers={"Origin": origin})

    def decide(action: str, subject: str, **more: str) -> Any:
        return asked(action, subject, step="do", **more)

    for name in names[1 : rounds + 1]:
        shown = timed("step in the list", lambda name=name: client.get("", params={"skill": name}))
        quote = place.findall(shown)[-1]
        client.get("ten")  # the script asks for them while the person reads
        for key in ("reject", "kind", "pin", "keep-out"):
            said = {"skill": name, "of": key}
            timed("what a key would change", lambda said=said: client.get("effects", params=said))
        timed("accept", lambda name=name: decide("accept", name, show="all"))
        timed("kind", lambda name=name: decide("kind:general", name))
        timed("pin", lambda name=name: decide("pin", name))
        timed("wrong-mention", lambda name=name, quote=quote: decide("wrong-mention", name, before=quote))
        timed("split", lambda name=name: decide("split", name, before=name, after=f"{name} split"))
        timed("the ten rows after it", lambda: client.get("ten"))
        timed("undo", lambda: decide("undo", ""))
        timed("rename", lambda name=name: decide("rename", name, after=f"{name} renamed"))
        client.get("ten")  # and while they type the other name
        timed("question before a merge", lambda name=name: asked("merge", f"{name} renamed", after=names[0]))
        timed("merge", lambda name=name: decide("merge", f"{name} renamed", after=names[0]))
    for name in names[rounds + 1 : 2 * rounds + 1]:
        timed("reject", lambda name=name: decide("reject", name))
        timed("search", lambda name=name: client.get("", params={"show": "all", "q": name[:4]}))
    timed("rejected ones", lambda: client.get("", params={"show": "rejected"}))
    timed("possible duplicates", lambda: client.get("", params={"show": "suggested"}))
    timed("before and after", lambda: client.get("rows"))
    timed("decisions", lambda: client.get("log"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--skills", type=int, default=5000)
    parser.add_argument("--postings", type=int, default=2000)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mentions = made_up(Place(Path(folder)), wanted.skills, wanted.postings)
        print(f"{wanted.skills:,} skills, {mentions:,} mentions in {wanted.postings:,} postings")
        found = measured(Path(folder))
    for name, row in found.items():
        print(f"{name:36} median {row['median']:7.0f} ms   worst {row['worst']:7.0f} ms")
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
