"use strict";
// The page works without this. It adds search, filters, sorting, and a reader for postings and quotes.
const $ = (selector, of = document) => of.querySelector(selector);
const $$ = (selector, of = document) => [...of.querySelectorAll(selector)];
document.documentElement.classList.add("js");
$$("[hidden]").forEach((node) => { if (node.matches("#filter, .sort, #all, [data-all]")) node.hidden = false; });

// --- reading: a quote opens its posting, a number its quotes, both on top of the page ---------------
const reader = $("#reader"), said = $("#said");
let away = null;
const putBack = () => { if (away) { away.home.append(away.body); away = null; } };
const read = (posting, mark) => {
  if (said.open) said.close();
  putBack();
  const body = $(".body", posting);
  away = { home: posting, body };
  $("h2", reader).textContent = `${$(".name", posting).textContent}, ${$(".of", posting).textContent}`;
  $(".slot", reader).replaceChildren(body);
  if (!reader.open) reader.showModal();
  $$("mark.now").forEach((m) => m.classList.remove("now"));
  if (mark) { mark.classList.add("now"); mark.scrollIntoView({ block: "center" }); } else $(".slot", reader).scrollTop = 0;
};
reader.addEventListener("close", putBack);
const quotesOf = (id) => $(`#${id} > .quotes`).cloneNode(true);
const showQuotes = (id) => {
  const proof = document.getElementById(id);
  $("h2", said).textContent = $(".name", proof).textContent;
  $(".slot", said).replaceChildren(quotesOf(id));
  said.showModal();
};
$$("[data-close]").forEach((b) => b.addEventListener("click", () => b.closest("dialog").close()));
$$("dialog").forEach((d) => d.addEventListener("click", (event) => { if (event.target === d) d.close(); }));
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const id = decodeURIComponent(link.hash.slice(1));
  const goal = document.getElementById(id);
  if (!goal) return;
  const posting = goal.closest(".posting") || (away && goal.closest(".body") && away.home);
  if (posting) { event.preventDefault(); read(posting, goal.tagName === "MARK" ? goal : null); }
  else if (/^s\d+$/.test(id) && !link.closest("mark")) { event.preventDefault(); showQuotes(id); }
  else if (link.closest("dialog")) { reader.close(); }
});
const openAround = (node) => { for (let d = node.closest("details"); d; d = d.parentElement.closest("details")) d.open = true; };
const follow = () => {
  const node = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!node) return;
  const posting = node.closest(".posting");
  const line = node.closest(".later");
  if (line) line.classList.remove("later");
  if (list && list.contains(node)) list.classList.add("every");
  if (posting) return read(posting, node.tagName === "MARK" ? node : null);
  openAround(node);
  node.scrollIntoView();
};
addEventListener("hashchange", follow);
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.open || !box.dataset || !box.dataset.from) return;
  if (!$(".quotes", box)) box.append(quotesOf(box.dataset.from));
}, true);

// --- showing all, sorting ---------------------------------------------------------------------------
const list = $("#list");
if ($("#all")) $("#all").addEventListener("click", () => { list.classList.add("every"); $("#all").hidden = true; });
$$("[data-all]").forEach((b) => b.addEventListener("click", () => {
  $$(".later", document.getElementById(b.dataset.all)).forEach((line) => line.classList.remove("later"));
  b.hidden = true;
}));
const asked = list ? [...list.children] : [];
const { facets, scores } = JSON.parse($("#data").textContent);
if ($("#sort")) $("#sort").addEventListener("change", (event) => {
  const by = event.target.value;
  const name = (li) => $(".name", li).textContent;
  const order = { n: (a, b) => asked.indexOf(a) - asked.indexOf(b), score: (a, b) => scores[asked.indexOf(b)] - scores[asked.indexOf(a)], name: () => 0 };
  list.append(...[...list.children].sort((a, b) => order[by](a, b) || name(a).localeCompare(name(b))));
});

// --- filtering: counts are made anew from the postings that match -------------------------------------
const form = $("#filter");
const numbers = Object.keys(facets);
const first = new Map();
const remember = (node, text) => { if (!first.has(node)) first.set(node, node.textContent); node.textContent = text === null ? first.get(node) : text; };
const bar = (svg, share) => {
  if (!svg) return;
  $$(".counted", svg).forEach((drawn) => drawn.remove());
  $$(":scope > *", svg).forEach((drawn) => drawn.toggleAttribute("hidden", share !== null));
  if (share === null) return;
  const fill = svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
  fill.setAttribute("class", "fill counted");
  fill.setAttribute("width", `${100 * share}${svg.hasAttribute("viewBox") ? "" : "%"}`);
  fill.setAttribute("height", "100%");
};
const apply = () => {
  const get = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
  const q = get("q").toLowerCase(), kind = get("kind"), strength = get("strength"), since = get("since");
  const wanted = [get("f0"), get("f1"), get("f2")];
  const fits = new Set(numbers.filter((n) => wanted.every((v, i) => !v || facets[n][i] === v) && (!since || facets[n][3] >= since)));
  const counts = numbers.length && (strength || fits.size < numbers.length);
  const mine = (box) => box.dataset.in.split(" ").filter((x) => x && fits.has(x.slice(0, -1)) && (!strength || x.endsWith(strength))).map((x) => x.slice(0, -1));
  const hit = (box) => !q || box.textContent.toLowerCase().includes(q);
  const found = new Map();
  let shown = 0;
  $$("[data-in]").forEach((box) => {
    const postings = mine(box);
    found.set(box.id, [postings, hit(box)]);
    $$(".quote", box).forEach((line) => { line.hidden = (counts && numbers.includes(line.dataset.p) && !fits.has(line.dataset.p)) || (strength && line.dataset.s !== strength); });
  });
  const write = (box, n, svg, out) => {
    remember(out, counts ? `${n} of ${fits.size}` : null);
    bar(svg, counts ? (fits.size ? n / fits.size : 0) : null);
  };
  $$("#list > li").forEach((li) => {
    const box = $("details", li), id = box.dataset.from || box.id;
    const [postings, named] = found.get(id) || [[], true];
    const proof = document.getElementById(id);
    write(box, postings.length, $(".bar", box), $(".of", box));
    if (box.dataset.from) write(proof, postings.length, null, $(".of", proof));
    li.hidden = (kind && $(".kind", li).textContent !== kind) || !named || (counts && !postings.length);
    if (box.dataset.from) proof.hidden = li.hidden;
    if (!li.hidden) shown += 1;
  });
  $$(".row").forEach((row) => {
    const skills = row.dataset.skills.split(" ").filter((id) => found.has(id));
    const all = new Set(skills.flatMap((id) => found.get(id)[0]));
    write(row, all.size, $("summary .bar", row), $("summary .count b", row));
    row.hidden = (kind && row.dataset.kind !== kind) || (q && !skills.some((id) => found.get(id)[1]) && !$("summary", row).textContent.toLowerCase().includes(q)) || (counts && !all.size);
    $$(".interval, .prio, .top b", row).forEach((node) => { node.hidden = counts; });
  });
  $$("#list .interval, #list .facts").forEach((node) => { node.hidden = counts; });
  $$(".posting").forEach((p) => { p.hidden = counts && numbers.includes(p.dataset.p) && !fits.has(p.dataset.p); });
  if ($(".all", $("#skills"))) $(".all", $("#skills")).hidden = Boolean(q || kind || counts);
  if (list) list.classList.toggle("every", Boolean(q || kind || counts) || ($("#all") ? $("#all").hidden : true));
  $(".told", form).textContent = !(q || kind || counts) ? "" :
    `${shown} ${shown === 1 ? "skill" : "skills"}${counts ? ` in ${fits.size} of ${numbers.length} postings; intervals and priorities are not computed for a part` : ""}.`;
};
if (form) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
}
if (location.hash) follow();
