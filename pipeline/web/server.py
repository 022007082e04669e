"""The review page's addresses and answers; every answer is a whole page that works without script."""

from __future__ import annotations

import contextlib
import gc
import secrets
import socket
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from pipeline.errors import SkillmatrixError, UsageError
from pipeline.records import Rulings
from pipeline.report.words import LEVELS, SELF_CHECK
from pipeline.steps import neighbours
from pipeline.steps.review import MOST_TEXT, TAKES_BACK, Review, View, Wish, fold_in, row_changes, said
from pipeline.steps.scoring import LARGE
from pipeline.web import look
from pipeline.web.guard import MOST_DRAINED, Guard, Keys
from pipeline.web.look import ACCEPT_ROWS, REJECT_SINGLE, Asked, bulk, grouped, says

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.records import Suggestion

FOLDER = Path(__file__).parent / "pages"
MOST_BODY = 200_000
"""Bytes of a form: one that is about many picked skills names each of them."""

ASKS_FIRST = frozenset(("merge", "split", "rename", ACCEPT_ROWS, REJECT_SINGLE))
"""Decisions that are shown with what they change before a person says yes."""

MOST_PICKED = 2_000
"""Skills that one decision may be about."""

STAYS = frozenset(("kind", "priority", "pin", "keep-out", "wrong-mention", *TAKES_BACK))
"""Decisions after which the same skill stays open."""


class Pages:
    """Makes the pages of one review."""

    def __init__(self, review: Review, keys: Keys) -> None:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        self.review, self.keys = review, keys
        self._notes: OrderedDict[str, str] = OrderedDict()
        self._batches: list[tuple[str, ...]] = []
        self._env = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=look.harmless,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters.update(look.FILTERS_OF_WORDS)

    # --- pages ------------------------------------------------------------------------------------

    def list_and_evidence(
        self,
        said: Mapping[str, str],
        question: look.Question | None = None,
        wrong: str = "",
        in_place: bool = False,
    ) -> str:
        """Return the list with one skill or row beside it."""
        view, asked = self.review.view, self._asked(said)
        found = self._suggestions(view, asked)
        suggestions = found or ()
        names = look.wanted(view, asked, suggestions)
        if not asked.skill and not asked.row and names:
            page = asked.page if (asked.page - 1) * look.PER_PAGE < len(names) else 1
            asked = asked.but(skill=names[(page - 1) * look.PER_PAGE])
        # with thousands of skills the ten rows take half of an answer's time: they follow on their own
        ten = None if in_place and not asked.row and view.scoring.is_large else view.scoring.draft.rows
        detail = look.detail(view, asked, asked.skill, suggestions, ten or ()) if asked.skill else None
        listed = look.listed(view, asked, suggestions)
        row = next((r for r in ten or () if r.theme == asked.row), None)
        return self._page(
            "review.html",
            view=view,
            asked=asked,
            listed=listed,
            groups=grouped(ten or (), listed.items) if asked.show == look.ROWS else (),
            bulk={name: len(bulk(view, name)) for name in (ACCEPT_ROWS, REJECT_SINGLE)}
            if asked.show == look.ROWS
            else {},
            detail=detail,
            row=row,
            row_pinned=bool(row and look.held(view, row)),
            ten=ten,
            question=question,
            wrong=wrong,
            filters=look.FILTERS,
            nothing=look.NOTHING,
            note=self._notes.pop(said.get("note", ""), ""),
            themes=sorted({t.title for t in view.scoring.basis.vocabulary.themes.values()}) if detail else (),
            # names to choose from while typing; thousands make each page slow to lay out, and any other can
            # be typed
            names=list(view.scoring.scores)[:300],
            effects=self.effects(detail.name) if detail and said.get("effects") else (),
            keys=look.AT_A_KEY,
            pairs=len(suggestions),
            comparing=found is None,
        )

    def _asked(self, said: Mapping[str, str]) -> Asked:
        """Return what the address asks for.

        Thousands of skills begin with a flat list, which is there sooner.
        """
        asked = Asked.of(said)
        large = len(self.review.view.scoring.skills) > LARGE
        return asked.but(show="undecided") if large and asked.show == look.ROWS else asked

    def _suggestions(self, view: View, asked: Asked) -> Sequence[Suggestion] | None:
        """Return what is suggested by now; whoever asks for the suggestions waits for them."""
        return self.review.suggestions(view, wait=asked.show == "suggested")

    def effects(self, name: str, of: str = "") -> list[tuple[str, tuple[str, ...]]]:
        """Return for each decision that one key makes, or for one of them, what it would change."""
        wishes = look.at_a_key(self.review.view, name)
        asked = [wishes[of]] if of in wishes else wishes.values()
        return [(look.sentence(w), self.review.effect([w]).lines) for w in asked]

    def ten(self, said: Mapping[str, str]) -> str:
        """Return the ten rows as a piece of a page."""
        view, asked = self.review.view, Asked.of(said)
        template = self._env.get_template("_ten.html")
        return template.render(
            ten=view.scoring.draft.rows, asked=asked, root=f"/{self.keys.token}/", row=None
        )

    def effects_page(self, said: Mapping[str, str]) -> str:
        """Return the same as a piece of a page."""
        found = self.effects(said.get("skill", ""), said.get("of", ""))
        return self._env.get_template("_effects.html").render(effects=found)

    def rows(self, said: Mapping[str, str]) -> str:
        """Return the ten rows before this review, or without any decision, and now."""
        view, bare = self.review.view, said.get("from") == "nothing"
        first = view.scoring.under(Rulings()) if bare else self.review.first
        return self._page(
            "rows.html",
            view=view,
            before=first.draft,
            bare=bare,
            after=view.scoring.draft,
            changes=row_changes(first.draft.rows, view.scoring.draft.rows),
            note=self._notes.pop(said.get("note", ""), ""),
        )

    def stand(self, said: Mapping[str, str], wrong: str = "") -> str:
        """Return the ten rows with the person's own levels, each with a form to rate it."""
        view = self.review.view
        return self._page(
            "stand.html",
            view=view,
            **neighbours.planning().stand(self.review, view.scoring, said.get("row", "")),
            levels=LEVELS,
            statements=SELF_CHECK,
            most=MOST_TEXT,
            typed=said.get("evidence", "")[:MOST_TEXT] if wrong else "",
            wrong=wrong,
            note=self._notes.pop(said.get("note", ""), ""),
        )

    def log(self, said: Mapping[str, str]) -> str:
        """Return every decision, newest first, with those that sleep and those that contradict each other."""
        view = self.review.view
        return self._page(
            "log.html",
            view=view,
            in_force={d.id for d in view.in_force},
            # a page of thousands takes seconds; `review log` has all
            decisions=view.decisions[::-1][:500],
            note=self._notes.pop(said.get("note", ""), ""),
        )

    def _page(self, name: str, **known: Any) -> str:
        review = self.review
        return self._env.get_template(name).render(
            root=f"/{self.keys.token}/",
            form=self.keys.form,
            target=review.target,
            who=review.who,
            busy=review.busy,
            trouble=review.trouble,
            **known,
        )

    # --- decisions ---------------------------------------------------------------------------------

    def decide(self, form: Mapping[str, str]) -> tuple[str, bool]:
        """Return where to go on, or with False the page that asks first."""
        view, asked = self.review.view, self._asked(form)
        wishes = self._wishes(form)
        action = form.get("action", "").partition(":")[0]
        if action in ASKS_FIRST and form.get("step") != "do":
            return self._question(form, action, wishes), False
        before = look.wanted(view, asked, self._suggestions(view, asked) or ())
        subject, said = self._undone(form) if action == "undo" else self._made(wishes, asked)
        if form.get("back") in ("log", "rows"):
            return f"{form['back']}?note={self._note(said)}", True
        if action in STAYS or action == "undo" or asked.skill == wishes[0].after:
            asked = asked.but(skill=subject)
        elif action != "retitle":
            asked = self._next(before, asked, asked.skill or subject)
        asked = asked.but(skill="" if asked.row else asked.skill, posting="")
        return f"{asked.link()}&note={self._note(said)}", True

    def _wishes(self, form: Mapping[str, str]) -> list[Wish]:
        """Return a form's wishes: one for each subject that it names, or those of a bulk decision."""
        action, _, value = form.get("action", "").partition(":")
        if action in (ACCEPT_ROWS, REJECT_SINGLE):
            found = bulk(self.review.view, action)
            if not found:
                raise UsageError("nothing is left to decide there", "Every such skill was decided before.")
            return found
        if action not in look.SENTENCES:
            raise UsageError("the form does not say what to decide")
        after, why = value or form.get("after", ""), form.get("why", "")
        subjects = form.get("subject", "").split("\n")[:MOST_PICKED]
        return [Wish(action, subject, after, form.get("before", ""), why) for subject in subjects]

    def _question(self, form: Mapping[str, str], action: str, wishes: Sequence[Wish]) -> str:
        """Return the page that shows what the wishes would change."""
        wish = wishes[0] if action not in (ACCEPT_ROWS, REJECT_SINGLE) else Wish(action, "")
        sentence = look.sentence(wish) if wish.subject else says(action, len(wishes))
        return self.list_and_evidence(form, look.Question(wish, sentence, self.review.effect(wishes).lines))

    def _made(self, wishes: Sequence[Wish], asked: Asked) -> tuple[str, str]:
        """Put the wishes on record; return the skill that they were about and what was done in words."""
        made = self.review.decide(wishes)
        self._batches.append(tuple(decision.id for decision in made))
        wish, first = wishes[0], made[0]
        if wish.action not in TAKES_BACK:
            wish = Wish(first.action, first.subject, first.after, first.before)
        return wish.subject, look.done([wish, *wishes[1:]], self.review.view)

    def _undone(self, form: Mapping[str, str]) -> tuple[str, str]:
        """Take back the decision that the form names, else this person's last ones made together."""
        view, wanted = self.review.view, form.get("subject", "")
        mine = [d for d in view.in_force if d.who == self.review.who]
        last = self._batches.pop() if self._batches and not wanted else ()
        if len(last) > 1 and mine and mine[-1].id == last[-1]:
            there = {d.id: d for d in mine}
            self.review.decide([Wish("undo", i, before=said(there[i])) for i in last if i in there])
            return there[last[0]].subject, f"Undone: {len(last)} decisions."
        undone = self.review.undo(wanted)
        return undone.subject, f"Undone: {look.told(undone, self.review.view)}."

    def _next(self, before: Sequence[str], asked: Asked, name: str) -> Asked:
        """Return the page of the next skill to decide: of this search, else of the whole list."""
        view = self.review.view
        for wider in (asked, asked.but(q="", page=1)):
            left = look.wanted(view, wider, self._suggestions(view, wider) or ())
            if wider.show == look.ROWS:
                left = [n for n in left if n not in view.decided]
            found = look.next_of(before, left, name)
            if found:
                return wider.but(skill=found)
        return asked.but(q="", page=1, skill=name if name in view.scoring.scores else "")

    def rate(self, form: Mapping[str, str]) -> str:
        """Return where to go on once a rating is on the disk: the next row that has none."""
        said, row = neighbours.planning().rate(self.review, self.review.view.scoring, form)
        return "stand?" + urlencode({"row": row, "note": self._kept(said)})

    def write(self, form: Mapping[str, str]) -> str:
        """Return where to go on once the documents are written again with every decision folded in."""
        review = self.review
        paths = fold_in(review.place, review.target, review.settings)
        return f"rows?note={self._note('Written: ' + ', '.join(str(path) for path in paths) + '.')}"

    def _note(self, text: str) -> str:
        left = len(self.review.view.undecided)
        return self._kept(f"{text} {left} undecided {'is' if left == 1 else 'are'} left.")

    def _kept(self, text: str) -> str:
        name = secrets.token_hex(6)
        self._notes[name] = text
        # each is shown once; those of tabs that were closed are never asked for
        while len(self._notes) > 100:
            self._notes.popitem(last=False)
        return name


class Answers:
    """The pages as answers to requests; what a person did wrong is told on the page, never a traceback."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def page(self, make: Callable[[Mapping[str, str]], str]) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers a GET with the page that `make` makes of its parameters."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import HTMLResponse, PlainTextResponse

        async def answer(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(make, dict(request.query_params)))
            except SkillmatrixError as error:
                return PlainTextResponse(f"{error}\n{error.advice}", 500)

        return answer

    async def first(self, request: Request) -> Response:
        """Return the list and evidence; to our own script without what follows on its own."""
        in_place = "x-in-place" in request.headers
        make = self.page(lambda said: self.pages.list_and_evidence(said, in_place=in_place))
        return await make(request)

    def form(self, act: Callable[[Mapping[str, str]], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers a POST by that act, once the form is known to be of this sitting."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import PlainTextResponse

        async def answer(request: Request) -> Response:
            form = await _form(request)
            if form is None or not self.pages.keys.fits(form.get("form", "")):
                return PlainTextResponse("Not a form of this sitting: nothing was done.", 403)
            try:
                return await run_in_threadpool(act, form)
            except SkillmatrixError as error:
                return PlainTextResponse(f"{error}\n{error.advice}", 409)

        return answer

    def decide(self, form: Mapping[str, str]) -> Response:
        """Return the way on after a decision, the question before one, or what was wrong with it."""
        from starlette.responses import HTMLResponse

        try:
            text, done = self.pages.decide(form)
        except UsageError as error:
            wrong = f"{error}. {error.advice}"
            return HTMLResponse(self.pages.list_and_evidence(form, None, wrong), 422)
        return self._go(text) if done else HTMLResponse(text)

    def rate(self, form: Mapping[str, str]) -> Response:
        """Return the way on after a rating, or what was wrong with it."""
        from starlette.responses import HTMLResponse

        try:
            return self._go(self.pages.rate(form))
        except UsageError as error:
            return HTMLResponse(self.pages.stand(form, f"{error}. {error.advice}"), 422)

    def write(self, form: Mapping[str, str]) -> Response:
        """Return the way on after the documents were written."""
        return self._go(self.pages.write(form))

    def _go(self, where: str) -> Response:
        from starlette.responses import RedirectResponse

        return RedirectResponse(f"/{self.pages.keys.token}/{where}", 303)


def application(review: Review, keys: Keys) -> Guard:
    """Return the guarded application of one review."""
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    pages = Pages(review, keys)
    answers = Answers(pages)
    routes = [
        Route("/", answers.first),
        Route("/ten", answers.page(pages.ten)),
        Route("/effects", answers.page(pages.effects_page)),
        Route("/rows", answers.page(pages.rows)),
        Route("/stand", answers.page(pages.stand)),
        Route("/log", answers.page(pages.log)),
        Route("/decide", answers.form(answers.decide), methods=["POST"]),
        Route("/rate", answers.form(answers.rate), methods=["POST"]),
        Route("/write", answers.form(answers.write), methods=["POST"]),
        Mount("/static", StaticFiles(directory=FOLDER / "static")),
    ]
    return Guard(Starlette(routes=[Mount(f"/{keys.token}", routes=routes)]), keys)


async def _form(request: Request) -> dict[str, str] | None:
    """Return the fields of a form; None where it is none of ours."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_DRAINED:
            return None
    if kind != "application/x-www-form-urlencoded" or len(body) > MOST_BODY:
        return None
    try:
        # a bulk decision names its skills in one field; no form of ours has half as many
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=60)
    except ValueError:
        return None
    return dict(pairs)


@contextlib.contextmanager
def _seldom_collected(review: Review) -> Iterator[None]:
    """Read the review's data here, where errors reach the terminal, and serve with rare collections.

    What is read lives as long as the process, and what a decision makes is freed by its references: looking
    for rings in all of it again and again cost up to 40 ms of an answer.
    """
    usual = gc.get_threshold()
    gc.disable()
    try:
        review.view  # noqa: B018
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()
        yield
    finally:
        gc.enable()
        gc.set_threshold(*usual)
        gc.unfreeze()


def run(review: Review, port: int, say: Callable[[str], None], browser: bool) -> None:
    """Answer until interrupted; the address is said once it can be opened."""
    # asyncio sends at once only where TCP is named: else the last part of an answer waits 40 ms
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        # never another address: the page shows a person's decisions and has no log-in
        listening.bind(("127.0.0.1", port))
        listening.listen(64)  # whoever opens the address at once waits instead of being refused
    except OSError as error:
        raise UsageError(f"port {port} cannot be used: {error.strerror}", "Leave --port out.") from error
    with _seldom_collected(review):
        _answer(review, listening, say, browser)


def _answer(review: Review, listening: socket.socket, say: Callable[[str], None], browser: bool) -> None:
    import uvicorn

    keys = Keys()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/{keys.token}/"
    say(address)
    if browser:
        import webbrowser

        # the browser would be there before the server answers
        threading.Timer(0.3, webbrowser.open, [address]).start()
    config = uvicorn.Config(
        application(review, keys), log_level="error", access_log=False, server_header=False, lifespan="off"
    )
    with contextlib.suppress(KeyboardInterrupt):  # the way in which a person ends it
        uvicorn.Server(config).run(sockets=[listening])
