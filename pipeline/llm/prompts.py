"""Released prompts: read by task and version, hashed, and their examples checked against their own text.

`prompts/<task>/vN.md` has the sections Instructions, Shape (the JSON schema of the answer) and any number
of "Example: …" with an input and an answer. `prompts/lock.json` keeps the hash of every released file: a
wording that changes is a new file, never an edit. In a wheel the folder lies inside the package.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.records import KINDS, STRENGTHS, PromptRef
from pipeline.text import at_word_bounds

TASKS = ("mentions", "judge", "names", "rows", "kind", "merge", "prose")
PARTS = "parts"
"""The folder of what several prompts say in the same words: `{kinds v1}` stands for `parts/kinds-v1.md`."""
ADVICE = "A released prompt is never edited: restore the file and write the change as a new version."

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    """One shown input with its right answer."""

    name: str
    input: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A released prompt: what is said first, the schema of the answer, the examples, and its reference."""

    ref: PromptRef
    instructions: str
    schema: Mapping[str, Any]
    examples: tuple[Example, ...]

    @property
    def system(self) -> str:
        """Everything that stays the same from call to call, so that a server can cache it."""
        schema = json.dumps(self.schema, ensure_ascii=False)
        return self._said("Answer with one JSON object of this schema and nothing else:", schema)

    @property
    def words(self) -> str:
        """The same without the schema, for a request that carries it anyway."""
        return self._said("Answer with one JSON object as in the examples and nothing else.")

    def _said(self, *form: str) -> str:
        examples = (
            f"Example input:\n{example.input}\nExample answer:\n{_compact(example.answer)}"
            for example in self.examples
        )
        return "\n\n".join([self.instructions, *form, *examples])


def folder() -> Path:
    """Return where the released prompts lie: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parents[1] / "_prompts"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "prompts"


def load(task: str, version: str | None = None) -> Prompt:
    """Return the prompt of a task, the newest version when none is named.

    Raises `SettingsError` if edited.
    """
    return _load(folder(), task, version or versions(task)[-1])


def versions(task: str, root: Path | None = None) -> list[str]:
    """Return the released versions of a task, oldest first."""
    found = sorted(int(p.stem[1:]) for p in ((root or folder()) / task).glob("v[0-9]*.md"))
    if not found:
        raise SettingsError(f"no prompt of the task {task!r} is released", f"There are {', '.join(TASKS)}.")
    return [f"v{number}" for number in found]


def problems(root: Path | None = None) -> list[str]:
    """Return what is wrong with the released prompts, one line each.

    Edited, unlocked, or an untrue example.
    """
    root = root or folder()
    locked = _locked(root)
    present = _released(root)
    found = [f"{name} is locked but gone" for name in sorted(set(locked) - set(present))]
    for name, path in present.items():
        if name not in locked:
            found.append(f"{name} is not in lock.json")
        elif locked[name] != _hash(path):
            found.append(f"{name} was edited after its release")
        task = name.split("/")[0]
        if task != PARTS:
            found += [f"{name}: {problem}" for problem in _untrue(_parse(path, task))]
    return found


def _released(root: Path) -> dict[str, Path]:
    paths = sorted([*root.glob("*/v*.md"), *root.glob(f"{PARTS}/*.md")])
    return {str(p.relative_to(root).as_posix()): p for p in paths}


def lock(root: Path | None = None) -> list[str]:
    """Return the files newly added to lock.json.

    Those already locked keep their hash, whatever they hold now.
    """
    root = root or folder()
    locked = _locked(root)
    present = {name: _hash(path) for name, path in _released(root).items()}
    added = sorted(set(present) - set(locked))
    content = json.dumps({**present, **locked}, indent=1, sort_keys=True) + "\n"
    (root / "lock.json").write_text(content, encoding="utf-8")
    return added


# --- reading ----------------------------------------------------------------------------------


@cache
def _load(root: Path, task: str, version: str) -> Prompt:
    name = f"{task}/{version}.md"
    path = root / name
    if not path.is_file():
        raise SettingsError(f"no prompt {name} is released", f"There are {', '.join(versions(task, root))}.")
    if _locked(root).get(name) != _hash(path):
        raise SettingsError(f"the prompt {name} is not the released one", ADVICE)
    for part in _parts(path):
        if _locked(root).get(part) != _hash(root / part):
            raise SettingsError(f"the prompt part {part} is not the released one", ADVICE)
    prompt = _parse(path, task)
    untrue = _untrue(prompt)
    if untrue:
        raise SettingsError(f"{name}: {untrue[0]}", ADVICE)
    return prompt


def _locked(root: Path) -> dict[str, str]:
    path = root / "lock.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _parse(path: Path, task: str) -> Prompt:
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    parts = _SECTION.split(text)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    examples = tuple(
        _example(name.partition(":")[2].strip(), content)
        for name, content in sections.items()
        if name.startswith("Example")
    )
    shape = _fences(sections.get("Shape", ""))
    if "Instructions" not in sections or "json" not in shape:
        raise SettingsError(f"{path.name} lacks its Instructions or its Shape", ADVICE)
    ref = PromptRef(task, path.stem, _hash(path))
    root = path.parents[1]
    said = _PART.sub(lambda found: (root / _part(found)).read_text("utf-8").strip(), sections["Instructions"])
    return Prompt(ref, said.strip(), json.loads(shape["json"]), examples)


_PART = re.compile(r"\{(\w+) (v\d+)\}")


def _part(found: re.Match[str]) -> str:
    return f"{PARTS}/{found[1]}-{found[2]}.md"


def _parts(path: Path) -> list[str]:
    return [_part(found) for found in _PART.finditer(path.read_text(encoding="utf-8"))]


def _example(name: str, content: str) -> Example:
    parts = _fences(content)
    return Example(name, parts.get("text", "").rstrip("\n"), json.loads(parts.get("json", "{}")))


def _fences(content: str) -> dict[str, str]:
    return {match[1]: match[2] for match in _FENCE.finditer(content)}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- are the examples true? -------------------------------------------------------------------


def _untrue(prompt: Prompt) -> list[str]:
    check = _CHECKS[prompt.ref.task]
    found = [] if prompt.examples else ["it has no example"]
    for example in prompt.examples:
        missing = [k for k in prompt.schema.get("required", ()) if k not in example.answer]
        found += [f"example {example.name!r}: {key} is missing" for key in missing]
        found += [f"example {example.name!r}: {problem}" for problem in check(example)]
    return found


def _mentions(example: Example) -> Iterator[str]:
    numbered = dict(_LINE.findall(example.input))
    for item in example.answer.get("mentions", ()):
        quote, skill = item["quote"], item["skill"]
        if not _stands(numbered.get(str(item.get("line")), "") if "line" in item else example.input, quote):
            yield f"the quote {quote!r} does not stand in the text"
        if not _stands(quote, skill) and not set(_words(skill)) <= set(_words(quote)):
            yield f"the skill {skill!r} does not stand in its quote"
        if item["kind"] not in KINDS or item["strength"] not in STRENGTHS:
            yield f"{skill!r} has a kind or strength outside the closed list"
        if item.get("depth") and item["depth"] not in example.input:
            yield f"the depth {item['depth']!r} does not stand in the text"
        if item.get("years") and str(item["years"]) not in example.input:
            yield f"{item['years']} years do not stand in the text"
    named = {item["skill"] for item in example.answer.get("mentions", ())}
    for level in example.answer.get("levels", ()):
        if level["skill"] not in named or not _stands(example.input, level["words"]):
            yield f"the words {level['words']!r} for {level['skill']!r} do not stand in the text"


_LINE = re.compile(r"^(\d+)\| (.*)$", re.MULTILINE)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w+#.]+", text)


def _stands(text: str, part: str) -> bool:
    at = text.find(part)
    while at >= 0:
        if at_word_bounds(text, at, at + len(part)):
            return True
        at = text.find(part, at + 1)
    return False


def _merge(example: Example) -> Iterator[str]:
    if example.answer.get("same") not in ("yes", "no", "narrower", "wider"):
        yield "the answer is neither yes, no, narrower nor wider"
    yield from _one_sentence(example)


def _kind(example: Example) -> Iterator[str]:
    if example.answer.get("kind") not in KINDS:
        yield "the kind is neither general nor specific"
    yield from _one_sentence(example)


def _one_sentence(example: Example) -> Iterator[str]:
    if not str(example.answer.get("reason", "")).strip().endswith("."):
        yield "the reason is no sentence"


def _judge(example: Example) -> Iterator[str]:
    yield from _each_once(example, [item["id"] for item in example.answer["verdicts"]])
    for item in example.answer["verdicts"]:
        if item["verdict"] not in ("demand", "offered", "others", "none"):
            yield f"{item['verdict']!r} is no verdict"


def _names(example: Example) -> Iterator[str]:
    groups = example.answer["groups"]
    given = [number for group in groups for number in group["ids"]]
    yield from _each_once(example, [*given, *example.answer["none"]])
    said = {word.lower()[:4] for word in _words(example.input)}
    for group in groups:
        if not {w.lower()[:4] for w in _words(group["name"]) if len(w) > 3} <= said:
            yield f"the name {group['name']!r} is not made of words of the input"


def _rows(example: Example) -> Iterator[str]:
    given = [number for row in example.answer["rows"] for number in row["ids"]]
    yield from _each_once(example, [*given, *example.answer["rest"]])
    for row in example.answer["rows"]:
        if row["kind"] not in KINDS:
            yield f"{row['title']!r} has no kind"
        if not row["title"].split()[0].endswith("ing"):
            yield f"{row['title']!r} is not titled as an action"


def _each_once(example: Example, given: list[int]) -> Iterator[str]:
    asked = [int(number) for number, _ in _LINE.findall(example.input)]
    if sorted(asked) != sorted(given):
        yield "the answer does not hold each number once"


def _prose(example: Example) -> Iterator[str]:
    if _LINK.search(_compact(example.answer)):
        yield "the answer holds a link"


_CHECKS: Mapping[str, Callable[[Example], Iterator[str]]] = {
    "mentions": _mentions,
    "judge": _judge,
    "names": _names,
    "rows": _rows,
    "merge": _merge,
    "kind": _kind,
    "prose": _prose,
}


if __name__ == "__main__":
    for line in (*(f"locked {name}" for name in lock()), *problems()):
        print(line)
