"use strict";
/* Keys, and pages that change in place. Everything here also works without: links and forms are plain. */

const $ = (selector, of = document) => of.querySelector(selector);
const $$ = (selector, of = document) => [...of.querySelectorAll(selector)];
const root = document.body.dataset.root;
/* the list stands above the evidence, not beside it */
const narrow = matchMedia("(max-width: 61.99rem)");
let busy = false;
/* the names of selected skills: they stay selected from page to page until a decision is made */
const picked = new Set();
const FOR_PICKED = ["accept", "reject", "move", "pin", "keep-out", "kind", "priority"];
let resting = 0;

async function go(address, options = {}, push = true) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    const headers = { "X-In-Place": "1" };
    const answer = await fetch(address, { credentials: "omit", headers, ...options });
    const kind = answer.headers.get("content-type") || "";
    if (!kind.startsWith("text/html")) {
      say(await answer.text(), true);
      return;
    }
    show(await answer.text(), answer.url, push && answer.url.startsWith(location.origin + root) && !answer.url.endsWith("/decide"));
  } catch (error) {
    say("No answer: is skillmatrix review still running?", true);
  } finally {
    busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

function show(html, address, push) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const page = $("main").className;
  const scrolled = list() ? list().scrollTop : 0;
  const open = $$("details[open]").map((d) => d.dataset.key || d.className);
  // a page that changes in place is focused by us: the browser would refuse, and say so in the console
  $$("[autofocus]", next).forEach((node) => { node.dataset.focus = ""; node.removeAttribute("autofocus"); });
  $("#app").replaceChildren(...$("#app", next).childNodes);
  document.title = next.title;
  const clean = new URL(address);
  clean.searchParams.delete("note");
  if (push) history.pushState(null, "", clean);
  if (open.includes("ten") && $("details.ten")) $("details.ten").open = true;
  if (open.includes("effects") && $("details.effects")) $("details.effects").open = true;
  if (list()) list().scrollTop = scrolled;
  settle();
  if ($("main").className !== page || narrow.matches) scrollTo(0, 0);
}

function settle() {
  const asks = $("[autofocus], [data-focus]");
  const now = $('.left a[aria-current]:not(.filters a)');
  showPicked();
  if (asks) asks.focus();
  else if (now) now.focus({ preventScroll: true });
  if (now && list()) now.parentElement.scrollIntoView({ block: "nearest" });
  const at = location.hash && $(location.hash);
  const mark = at || $(".posting mark");
  const text = $(".posting .text");
  if (mark && text) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
  const note = $("#note"), wrong = $('[role="alert"]'), head = $(".head h1"), question = $(".question");
  say((wrong || question || note || head || { textContent: "" }).textContent);
  fillEffects();
  fillTen();
}

/* What scrolls the list by itself; on a narrow screen it stands below the evidence and scrolls with the page. */
function list() {
  return narrow.matches ? null : $(".left");
}

function showPicked() {
  const line = $(".picked");
  if (!line) return;
  $$(".pick").forEach((box) => {
    box.hidden = false;
    box.checked = picked.has(box.parentElement.dataset.name);
  });
  line.hidden = !picked.size;
  line.textContent = picked.size ? `${picked.size} selected: accept (a), reject (r), move (t) or pin (p) them all; Esc clears.` : "";
}

function pick(name, on) {
  if (on === undefined ? !picked.has(name) : on) picked.add(name);
  else picked.delete(name);
  showPicked();
}

function say(text, loud) {
  $("#said").textContent = text;
  if (loud) {
    const line = $("#note") || $("#app").insertBefore(document.createElement("p"), $("#main"));
    line.id = "note";
    line.className = "note bad";
    line.textContent = text;
  }
}

/* A part that takes its time follows after the page: the ten rows of a large target, what keys would change. */
async function fill(box, address) {
  const answer = await fetch(address, { credentials: "omit" });
  if (!answer.ok) return;
  const piece = new DOMParser().parseFromString("<template>" + (await answer.text()) + "</template>", "text/html");
  box.replaceChildren(...$("template", piece).content.childNodes);
}

async function fillEffects() {
  const box = $("details.effects");
  if (!box || !box.open || box.dataset.done) return;
  box.dataset.done = "1";
  for (const part of $$("[data-part]", box)) await fill(part, part.dataset.part);
}

/* At once where they are seen, else while the person reads or types: a question about them is then quick. */
function fillTen() {
  clearTimeout(resting);
  const list = $("#ten[data-part]");
  if (!list) return;
  const ask = () => {
    const address = list.dataset.part;
    list.removeAttribute("data-part");
    fill(list, address);
  };
  if (list.closest("details").open) ask();
  else resting = setTimeout(() => { if (list.isConnected && !busy) ask(); }, 400);
}

function step(by) {
  const all = $$(".left .skills a, .left .ten[open] a, .left a.number");
  const at = all.findIndex((a) => a.hasAttribute("aria-current"));
  const next = all[at + by];
  if (next) return go(next.href);
  const more = $(by > 0 ? '[data-more="after"]' : '[data-more="before"]');
  if (more) go(more.href);
}

function press(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  const now = $(".left .skills a[aria-current]");
  if ("xJK".includes(key)) {
    if (now) pick(now.parentElement.dataset.name, key === "x" ? undefined : true);
    return key === "x" ? undefined : step(key === "J" ? 1 : -1);
  }
  const title = key === "e" && $(".number[aria-current] ~ textarea");
  if (title) {
    title.focus();
    return title.select();
  }
  if (key === "?") return $("#help") && $("#help").showModal();
  if (key === "c") {
    const box = $("details.effects");
    if (box) box.open = !box.open;
    return fillEffects();
  }
  const target = $(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.tagName === "DETAILS") {
    target.open = true;
    prefill(target);
    const only = $("select", target) && $("select", target).options.length < 2;
    const field = $(only ? "[data-like]" : 'button, input:not([type="hidden"]), select', target);
    field.focus();
    if (field.select) field.select();
  } else if (target.tagName === "INPUT") {
    target.focus();
    target.select();
  } else target.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
  const typing = event.target.matches('input:not([type="hidden"], .pick), select, textarea');
  if (event.key === "Enter" && event.target.tagName === "TEXTAREA") {
    event.preventDefault();
    return event.target.form.requestSubmit();
  }
  if (event.key === "Escape") {
    const no = $('[data-key="Escape"]');
    if (no) no.click();
    else if (typing) {
      if (event.target.tagName === "TEXTAREA") event.target.value = event.target.defaultValue;
      ($(".left a[aria-current]:not(.filters a)") || document.activeElement).focus();
      document.activeElement.matches("input, textarea") && document.activeElement.blur();
    } else {
      picked.clear();
      showPicked();
    }
    return;
  }
  if (typing || event.key.length > 1 || event.repeat && !"jkJK".includes(event.key)) return;
  if (press(event.key) !== false) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || link.target || link.hash === "#main") return;
  if (!link.href.startsWith(location.origin + root)) return;
  event.preventDefault();
  go(link.href).then(() => {
    if (link.hash) { history.replaceState(null, "", link.hash); settle(); }
  });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  // fields are called "action" and "form": the form's own properties of these names are theirs
  const [method, address] = [form.getAttribute("method"), form.getAttribute("action")];
  if (method === "dialog") return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  const button = event.submitter;
  if (button && button.name) fields.set(button.name, button.value);
  if (method === "get") return void go(address + "?" + fields);
  if (picked.size && form.closest(".right") && FOR_PICKED.includes((fields.get("action") || "").split(":")[0])) {
    fields.set("subject", [...picked].join("\n"));
    picked.clear();
  }
  go(address, { method: "POST", body: fields });
});

document.addEventListener("change", (event) => {
  const like = event.target.name && $(`[data-like="${CSS.escape(event.target.name)}"]`, event.target.form);
  if (like) like.value = event.target.value;
});

document.addEventListener("toggle", (event) => {
  fillEffects();
  fillTen();
  if (event.target.open) prefill(event.target);
}, true);

document.addEventListener("input", (event) => {
  if (event.target.matches(".pick")) pick(event.target.parentElement.dataset.name, event.target.checked);
});

/* A skill, or all that are selected, dragged onto a row moves there; onto the skills in no row it is kept out. */
document.addEventListener("dragstart", (event) => {
  const line = event.target.closest && event.target.closest("li[data-name]");
  if (line) event.dataTransfer.setData("text/plain", line.dataset.name);
});
document.addEventListener("dragover", (event) => {
  const group = event.target.closest(".tenrow");
  $$(".tenrow.over").forEach((g) => g.classList.toggle("over", g === group));
  if (!group) return;
  event.preventDefault();
  group.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const group = event.target.closest(".tenrow");
  const name = event.dataTransfer.getData("text/plain");
  $$(".tenrow.over").forEach((g) => g.classList.remove("over"));
  if (!group || !name) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData($(".tenrow .retitle") || $(".bulk")));
  const all = picked.has(name) ? [...picked] : [name];
  picked.clear();
  fields.set("subject", all.join("\n"));
  fields.set("action", group.dataset.number ? "move" : "keep-out");
  fields.set("after", group.dataset.number || "");
  go(root + "decide", { method: "POST", body: fields });
});

function prefill(panel) {
  const like = $("[data-like]", panel);
  if (like && !like.value) like.value = $(`[name="${like.dataset.like}"]`, panel).value;
}

addEventListener("popstate", () => go(location.href, {}, false));
settle();
