"""Tell what a part of a page is by its shape: a control, a hidden or folded part, a chip, a frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(
    {"audio", "canvas", "datalist", "dialog", "head", "iframe", "input", "map", "math", "noscript", "object"}
    | {"script", "select", "style", "svg", "template", "textarea", "title", "video"}
)
_FOLDS = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TRICKS = re.compile(
    r"font-size\s*:\s*(?:0|1px|0?\.\d+(?:px|pt|em|rem))(?![\d.])"
    r"|opacity\s*:\s*0(?:\.0+)?(?![\d.])|(?:left|top|text-indent)\s*:\s*-\d{4,}px",
    re.IGNORECASE,
)
_READER_ONLY = frozenset(
    {"accessibility-hidden", "screen-reader-text", "screenreader", "sr-only", "visually-hidden"}
    | {"visuallyhidden"}
)
_PANEL_NAMES = re.compile(
    r"accordion|collaps|panel|tab-?(?:pane|content|body)|expand|toggle|fold|(?:read|show|view|see)-?more|"
    r"truncat|details|description|requirement|qualification",
    re.IGNORECASE,
)
_REST_NAMES = re.compile(
    r"(?:read|show|view|see)[-_]?more|more[-_]?(?:text|content)|truncat|expand|collaps|full[-_]?text|\brest\b",
    re.I,
)
_NO_PANEL_NAMES = re.compile(r"modal|dialog|menu|popup|tooltip|cookie|consent|nav|alert|toast|lightbox", re.I)
CONTROL = re.compile(
    r"^\W*(?:(?:easy|quick|1-click) )?(?:apply|applied|save|share|submit|send|sign|log ?(?:in|out)|register|"
    r"subscribe|accept|reject|allow|decline|cookies?|close|menu|search|(?:show|read|see|view|load|learn)\b.{0,12}"
    r"(?:more|less|all|full|jobs?|details)|back|next|prev|print|copy|download|report|edit|upload|"
    r"cancel|ok\b|got it|"
    r"continue|toggle|open|expand|collapse|filter|sort|reset|clear|e-?mail|follow|create|get (?:job "
    r")?alerts?|"
    r"i'?m interested|refer|previous|new search|bookmark|favou?rite|language|english|deutsch"
    r"|(?:jetzt |online |hier )?bewerben|teilen|speichern|merken|drucken|weiter|mehr|schließen|"
    r"anmelden|suchen|"
    r"zurück|akzeptieren|ablehnen|postuler|je postule|partager|enregistrer|sauvegarder|voir|fermer|"
    r"accepter|refuser|"
    r"imprimer|postular\w*|inscribirme|compartir|guardar|aceptar|cerrar|ver más|buscar|odpovědět|"
    r"reagovat|sdílet|"
    r"uložit|zavřít|přihlásit|hledat|solliciteer|sollicite|delen|opslaan|sluiten|ansøg|søg|del\b|gem\b|luk\b|"
    r"ansök|dela|spara|stäng|aplikuj|udostępnij|zapisz|zamknij|candidati|condividi|salva|chiudi|candidatar)\b",
    re.IGNORECASE,
)
"""What a button says that does something; any other button heads a folded part or is a chip."""

_BLOCKS = frozenset(("ul", "ol", "dl", "li", *HEADINGS))
_INLINE = frozenset(("span", "a", "button", "code", "kbd", "mark", "label", "small"))
_CHIP_NAMES = re.compile(
    r"(?:^|[\s_-])(?:chips?|tags?|pills?|badges?|skills?|labels?|keywords?|tokens?|bubbles?|lozenges?|technolog\w+|"
    r"stack|competenc\w+)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_CHIP = 60


# --- what holds no words ----------------------------------------------------------------------


def is_wordless(element: HtmlElement) -> bool:
    """Return True for scripts, media, fields, and buttons that do something."""
    if not isinstance(element.tag, str):
        return True
    return is_control(element) if element.tag == "button" else element.tag in _SILENT


def is_control(button: HtmlElement) -> bool:
    """Return True for a button to press; False where it heads a part of the text or is a chip."""
    text = " ".join(button.text_content().split())
    if not text or len(text) > 120:
        return True
    parent = button.getparent()
    if parent is not None and parent.tag in HEADINGS:
        # the heading of an accordion is a button inside it: "Requirements" must stay
        return False
    if CONTROL.search(text):
        return True
    return not (_unfolds(button) or _is_followed(button) or button in _chips_of(parent))


def _unfolds(element: HtmlElement) -> bool:
    named = (
        "aria-expanded",
        "aria-controls",
        "data-toggle",
        "data-bs-toggle",
        "data-target",
        "data-bs-target",
    )
    return any(name in element.attrib for name in named) or element.get("role") in ("button", "tab")


def _is_followed(button: HtmlElement) -> bool:
    after = button.getnext()
    return after is not None and after.tag in ("div", "ul", "ol", "dl", "section", "table")


# --- what is out of sight ---------------------------------------------------------------------


def is_for_screen_readers(element: HtmlElement) -> bool:
    """Return True for the usual classes of text that only a screen reader speaks."""
    return not _READER_ONLY.isdisjoint((element.get("class") or "").split())


def is_hidden(element: HtmlElement) -> bool:
    """Return True where attributes or inline style keep the element from the eye."""
    style = element.get("style")
    return _is_folded(element) or is_for_screen_readers(element) or bool(style and _TRICKS.search(style))


def _is_folded(element: HtmlElement) -> bool:
    if "hidden" in element.attrib and element.get("hidden") != "until-found":
        return True
    style = element.get("style")
    return (element.get("aria-hidden") or "").lower() == "true" or bool(style and _FOLDS.search(style))


def is_panel(element: HtmlElement) -> bool:
    """Return True for a hidden part that a press unfolds: it is text of the page like any other.

    Text that is made invisible by size, colour or place is none, nor is a form, a menu or a lone sentence.
    """
    if not _is_folded(element) or not _says_a_word(element):
        return False
    name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    if (
        _TRICKS.search(element.get("style") or "")
        or is_for_screen_readers(element)
        or _NO_PANEL_NAMES.search(name)
    ):
        return False
    if element.xpath(".//input[not(@type='hidden')] | .//textarea | .//select"):
        return False
    if element.tag in ("li", "tr", "dd", "dt"):
        # the rest of a list whose first items are shown
        return any(
            isinstance(e.tag, str) and not is_hidden(e) for e in element.getparent() if e is not element
        )
    if element.tag in ("p", "span"):
        return _REST_NAMES.search(name) is not None
    if element.tag not in ("div", "section", "ul", "ol", "dl", "article", "table", "tbody"):
        return False
    return bool(_PANEL_NAMES.search(name)) or _is_headed(element) or _is_target(element)


def _says_a_word(element: HtmlElement) -> bool:
    return re.search(r"\w{2,}", element.text_content()) is not None


def _is_headed(element: HtmlElement) -> bool:
    parent = element.getparent()
    places = [element] if parent is None or element.getprevious() is not None else [element, parent]
    for place in places:
        head = place.getprevious()
        if head is not None and isinstance(head.tag, str) and not is_hidden(head):
            heads = head.tag in HEADINGS or head.tag in ("button", "summary", "dt", "label")
            inner = (
                any(e.tag in HEADINGS or e.tag == "button" for e in head.iter())
                and len(head.text_content()) < 120
            )
            text = " ".join(head.text_content().split())
            return (heads or inner or _unfolds(head)) and not CONTROL.search(text)
    return False


def _is_target(element: HtmlElement) -> bool:
    name = element.get("id")
    if not name:
        return False
    controls = (
        element.getroottree()
        .getroot()
        .xpath(
            "//*[@aria-controls=$name or @data-target=$hash or @data-bs-target=$hash]",
            name=name,
            hash=f"#{name}",
        )
    )
    return any(not CONTROL.search(" ".join(c.text_content().split())) for c in controls)


# --- chips and frames -------------------------------------------------------------------------


def chips(root: HtmlElement) -> set[HtmlElement]:
    """Return every short inline part that stands as one of a row of its like: each is an item of its own."""
    found: set[HtmlElement] = set()
    for parent in root.iter("div", "p", "td", "dd", "li", "section", "article", "main", "span", "body"):
        if len(parent) > 1:
            found.update(_chips_of(parent))
    return found


def _chips_of(parent: HtmlElement | None) -> list[HtmlElement]:
    """Return the chips among an element's children: runs of inline parts of one name with no text between."""
    found: list[HtmlElement] = []
    run: list[HtmlElement] = []
    before = "" if parent is None else (parent.text or "").strip()
    for child in () if parent is None else parent:
        if run and (child.tag != run[0].tag or (run[-1].tail or "").strip()):
            found += run if _are_chips(run, before) else []
            before = (run[-1].tail or "").strip() or ("x" if run[-1].tag in _INLINE else "")
            run = []
        if isinstance(child.tag, str) and (child.tag in _INLINE or "-" in child.tag):
            run.append(child)
        else:
            before = (child.tail or "").strip()
    return found + (run if _are_chips(run, before) else [])


def _are_chips(run: list[HtmlElement], before: str) -> bool:
    texts = [" ".join(c.text_content().split()) for c in run]
    if len(run) < 2 or not all(0 < len(text) <= _LONGEST_CHIP for text in texts):
        return False
    if any(has_blocks(c) for c in run):
        return False
    first = run[0]
    named = all(_CHIP_NAMES.search(c.get("class") or "") for c in run)
    if first.tag in ("button", "code", "kbd", "mark") or "-" in first.tag or named:
        return True
    if before:
        # amid a sentence a cut word is likelier than a row of chips
        return False
    if _CHIP_NAMES.search(first.getparent().get("class") or ""):
        return True
    glued = all(not (c.tail or "") for c in run[:-1])
    # "<span style=…>Py</span><span>thon</span>" is one word that an editor cut
    whole = all(not text[0].islower() for text in texts) and not any(c.get("style") for c in run)
    return glued and whole


def has_blocks(element: HtmlElement) -> bool:
    """Return True for a cell or part that holds a list, a heading, or several paragraphs."""
    paragraphs = 0
    for inner in element.iterdescendants():
        if inner.tag in _BLOCKS:
            return True
        paragraphs += inner.tag in ("p", "br", "div")
        if paragraphs > 1:
            return True
    return False
