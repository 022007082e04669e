"""A model endpoint that answers from the annotations of posting sets, well or badly; its own process.

    python -m tests.servers.reader SET … [--spoilt dropped|corrupted|grouped|mixed] [--recorded]

It prints its port, knows its task by the prompt's first words, and finds the posting by its text. With
`--spoilt` a third of the items of each answer is left out, garbled, or put into another group, as a mediocre
model would. With `--recorded` it gives the answers in model.json, which a careful reader gave to the
program's own questions without seeing the annotations: mentions by posting, verdicts by line, names by
wording, rows by the names of skills. GET /log gives each request's task and answer as JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.accuracy import matches

SPOILT = 1 / 3
_NUMBERED = re.compile(r"^(\d+)\| (.*)$", re.MULTILINE)
Item = dict[str, Any]


class Reader:
    """Everything that the careful reader of some sets wrote down, asked as a model is asked."""

    def __init__(self, folders: Iterable[Path], spoilt: str = "") -> None:
        self.spoilt = spoilt
        self.texts: dict[str, str] = {}
        self.rows: dict[str, list[Item]] = defaultdict(list)
        self.row_of: dict[str, tuple[str, str]] = {}
        for folder in folders:
            for path in sorted(folder.glob("[0-9][0-9].txt")):
                self.texts[f"{folder.name}/{path.stem}"] = path.read_text(encoding="utf-8")
            for line in (folder / "a.jsonl").read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self.rows[f"{folder.name}/{row['posting']}"].append(row)
            for kind, rows in json.loads((folder / "a-matrix.json").read_text(encoding="utf-8")).items():
                for row in rows:
                    self.row_of.update(dict.fromkeys(row["skills"], (kind, row["title"])))

    def answer(self, system: str, user: str) -> tuple[str, Item]:
        """Return the task and the answer."""
        for opening, (task, say) in self._tasks.items():
            if system.startswith(opening):
                return task, say(user, random.Random(zlib.crc32(user.encode())))
        raise ValueError(f"no task begins with {system[:40]!r}")

    @property
    def _tasks(self) -> dict[str, tuple[str, Callable[[str, random.Random], Item]]]:
        return {
            "You read one": ("mentions", self._mentions),
            "You judge": ("judge", self._judge),
            "You name": ("names", self._names),
            "You draft": ("rows", self._rows),
            "You sort": ("kind", lambda *_: {"kind": "general", "reason": "It carries over."}),
            "You compare": ("merge", lambda *_: {"same": "no", "reason": "They are two things."}),
            "You help": ("prose", lambda *_: {"evidence": ["A finished piece of work."], "doubt": ""}),
        }

    # --- the tasks ---------------------------------------------------------------------------------

    def _mentions(self, user: str, rng: random.Random) -> Item:
        lines = _NUMBERED.findall(user)
        rows = self.rows[self._posting(line for _, line in lines)]
        items, levels = [], []
        for row in rows:
            for quote in row["quotes"]:
                at = next((n for n, line in lines if quote in line), None)
                if at is not None:
                    known = {"kind": row["kind"], "strength": row["strength"]}
                    items.append({"line": int(at), "quote": quote, "skill": quote, **known})
                    if row["years"]:
                        levels.append({"skill": quote, "words": f"{row['years']} years"})
        return {"mentions": self._spoil(items, rng, self._garbled_mention), "levels": levels}

    def _judge(self, user: str, rng: random.Random) -> Item:
        found = []
        for number, line in _NUMBERED.findall(user):
            quote = re.search(r"\[\[(.*?)\]\]", line)
            posting = self._posting([re.sub(r"\[\[|\]\]", "", line)])
            said = [q for row in self.rows[posting] for q in row["quotes"]]
            demand = quote is not None and any(matches(quote[1], q) for q in said)
            found.append({"id": int(number), "verdict": "demand" if demand else "none"})
        return {"verdicts": self._spoil(found, rng, self._garbled_verdict)}

    def _names(self, user: str, rng: random.Random) -> Item:
        groups: dict[str, list[int]] = defaultdict(list)
        for number, line in _NUMBERED.findall(user.partition("wordings:")[2]):
            groups[self._skill(line.split(" | ")[0]) or f"?{number}"].append(int(number))
        numbers = [{"id": n, "name": name} for name, ids in groups.items() for n in ids]
        kept = self._spoil(numbers, rng, self._garbled_id)
        found: dict[str, list[int]] = defaultdict(list)
        for one in kept:
            found[one["name"]].append(one["id"])
        kinds = {row["skill"]: row["kind"] for rows in self.rows.values() for row in rows}
        named = [
            {"name": name, "kind": kinds.get(name, "specific"), "ids": ids}
            for name, ids in found.items()
            if not name.startswith("?")
        ]
        return {"groups": named, "none": [n for name, ids in found.items() if name[0] == "?" for n in ids]}

    def _rows(self, user: str, rng: random.Random) -> Item:
        placed = []
        for number, line in _NUMBERED.findall(user.partition("skills:")[2]):
            skill = self._skill(line.split(" | ")[0])
            placed.append({"id": int(number), "name": "\t".join(self.row_of.get(skill or "", ("", "")))})
        kept = self._spoil(placed, rng, self._garbled_id)
        rows: dict[str, list[int]] = defaultdict(list)
        for one in kept:
            rows[one["name"]].append(one["id"])
        made = [
            {"title": name.split("\t")[1], "kind": name.split("\t")[0], "ids": ids, "reason": "Together."}
            for name, ids in rows.items()
            if name.strip()
        ]
        return {"rows": made, "rest": rows.get("\t", [])}

    # --- what of it is spoilt ----------------------------------------------------------------------

    def _spoil(
        self, items: list[Item], rng: random.Random, garble: Callable[[Item, random.Random], Item]
    ) -> list[Item]:
        if not self.spoilt:
            return items
        found = []
        for item in items:
            how = "" if rng.random() > SPOILT else self.spoilt
            how = rng.choice(("dropped", "corrupted", "grouped")) if how == "mixed" else how
            if how == "grouped":
                # into the place of another item; what has no group is judged at random
                other = rng.choice(items)
                item = {**item, **{k: other[k] for k in ("name", "verdict") if k in item}}
            if how != "dropped":
                found.append(garble(item, rng) if how == "corrupted" else item)
        return found

    def _garbled_mention(self, item: Item, rng: random.Random) -> Item:
        words = item["quote"].split()
        rng.shuffle(words)
        quote = " ".join([*words, "Zorblax"]) if rng.random() < 0.5 else item["quote"]
        changed = {"kind": rng.choice(("general", "specific")), "strength": rng.choice(("duty", "preferred"))}
        return {**item, "quote": quote, **changed}

    @staticmethod
    def _garbled_verdict(item: Item, rng: random.Random) -> Item:
        return {**item, "verdict": rng.choice(("demand", "offered", "others", "none"))}

    @staticmethod
    def _garbled_id(item: Item, rng: random.Random) -> Item:
        return {**item, "id": item["id"] + rng.choice((1, 500))}

    # --- finding things ----------------------------------------------------------------------------

    def _posting(self, lines: Iterable[str]) -> str:
        """Return the posting that holds the most of some lines' words in a row."""
        parts = [_flat(line)[:60] for line in lines if len(line) > 12] or ["?"]
        flat = {name: _flat(text) for name, text in self.texts.items()}
        return max(flat, key=lambda name: sum(part in flat[name] for part in parts))

    def _skill(self, wording: str) -> str | None:
        """Return the reader's name of a wording, or of one of our names."""
        best, found = 0.0, None
        for row in (row for rows in self.rows.values() for row in rows):
            for said in (row["skill"], *row["quotes"]):
                ours, theirs = set(wording.lower().split()), set(said.lower().split())
                near = 2.0 if said == wording else len(ours & theirs) / len(ours | theirs)
                if near > best:
                    best, found = near, row["skill"]
        return found if best >= 0.3 else None


class Recorded(Reader):
    """The answers that were recorded for some sets; what they do not know is left out or left as it is."""

    def __init__(self, folders: Iterable[Path]) -> None:
        folders = list(folders)
        super().__init__(folders)
        self.mentions: dict[str, Item] = {}
        self.verdicts: dict[str, str] = {}
        self.names: dict[str, list[str]] = {}
        self.drafted: list[Item] = []
        for folder in folders:
            held = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            self.mentions |= {f"{folder.name}/{posting}": said for posting, said in held["mentions"].items()}
            self.verdicts |= held["verdicts"]
            self.names |= held["names"]
            self.drafted += held["rows"]

    def _mentions(self, user: str, rng: random.Random) -> Item:
        return self.mentions[self._posting(line for _, line in _NUMBERED.findall(user))]

    def _judge(self, user: str, rng: random.Random) -> Item:
        lines = _NUMBERED.findall(user)
        return {
            "verdicts": [{"id": int(n), "verdict": self.verdicts.get(line, "demand")} for n, line in lines]
        }

    def _names(self, user: str, rng: random.Random) -> Item:
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        none = []
        for number, line in _NUMBERED.findall(user.partition("wordings:")[2]):
            name, kind = self.names.get(line.split(" | ")[0], ("", ""))
            (groups[name, kind] if name else none).append(int(number))
        return {
            "groups": [{"name": n, "kind": k, "ids": ids} for (n, k), ids in groups.items()],
            "none": none,
        }

    def _rows(self, user: str, rng: random.Random) -> Item:
        number = {line.split(" | ")[0]: int(n) for n, line in _NUMBERED.findall(user.partition("skills:")[2])}
        rows = [{**row, "ids": [number[s] for s in row["skills"] if s in number]} for row in self.drafted]
        rows = [row for row in rows if row["ids"]]
        placed = {n for row in rows for n in row["ids"]}
        return {"rows": rows, "rest": [n for n in number.values() if n not in placed]}


def _flat(text: str) -> str:
    return " ".join(text.split())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    reader: Reader
    log: list[Item]

    def do_GET(self) -> None:
        self._send(self.log)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        system, user = (message["content"] for message in body["messages"][:2])
        task, answer = self.reader.answer(system, user)
        self.log.append({"task": task, "system": system, "user": user, "answer": answer})
        content = json.dumps(answer)
        usage = {"prompt_tokens": len(system + user) // 4, "completion_tokens": len(content) // 4}
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._send(
            {"id": "x", "object": "chat.completion", "model": "reader", "choices": [choice], "usage": usage}
        )

    def _send(self, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None: ...


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--spoilt", default="")
    parser.add_argument("--recorded", action="store_true")
    given = parser.parse_args()
    Handler.reader = Recorded(given.sets) if given.recorded else Reader(given.sets, given.spoilt)
    Handler.log = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
