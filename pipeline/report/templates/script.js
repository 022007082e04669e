"use strict";
// The page works without this: it only opens what a link leads to, all quotes for print, and filters.
const openAround = (node) => {
  for (let d = node && node.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
};
const follow = () => {
  const node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!node) return;
  openAround(node);
  node.scrollIntoView({ block: node.tagName === "MARK" ? "center" : "start" });
};
addEventListener("hashchange", follow);
if (location.hash) follow();
addEventListener("beforeprint", () => {
  document.querySelectorAll("details.proof, details.posting, details.levels").forEach((d) => { d.open = true; });
});
const filter = document.getElementById("filter");
if (filter) {
  filter.closest(".filter").hidden = false;
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    document.querySelectorAll("table.skills tbody tr").forEach((row) => {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    });
  });
}
