// Lists by keyboard: J and K walk through what is marked data-row, X ticks, / searches,
// F opens the filters, E explains a message, and digits choose where it belongs. Enter is
// the link's own.

import { bindKeys } from "./keys.js";

let at = -1;
function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  if (rows.length === 0) return false;
  const held = rows.findIndex((row) => row.contains(document.activeElement));
  at = Math.max(0, Math.min(rows.length - 1, (held >= 0 ? held : at) + step));
  for (const row of document.querySelectorAll("[data-row].is-current")) row.classList.remove("is-current");
  rows[at].classList.add("is-current");
  (rows[at].querySelector("a[href], button") ?? rows[at]).focus();
}

bindKeys({
  j: () => walk(1),
  k: () => walk(-1),
  // With nothing held, Enter opens the first row; on a link it is the link's own.
  Enter: () => {
    if (document.activeElement !== document.body || document.querySelector("[data-application]")) return false;
    const link = [...document.querySelectorAll("[data-row]")].find((row) => row.offsetParent !== null)?.querySelector("a[href]");
    if (!link) return false;
    link.click();
  },
  "/": () => {
    const search = document.querySelector("input[type=search]");
    if (!search) return false;
    search.focus();
    search.select();
  },
  f: () => {
    const filter = document.querySelector("details[data-filter]");
    if (!filter) return false;
    filter.open = true;
    filter.querySelector("summary").focus();
  },
  x: () => {
    const box = document.querySelector("[data-row].is-current input[type=checkbox]");
    if (!box) return false;
    box.click();
  },
  e: () => {
    const link = document.querySelector("[data-row].is-current [data-explain]");
    if (!link) return false;
    link.click();
  },
  z: () => {
    const undo = document.querySelector("[data-undo]");
    if (!undo) return false;
    undo.click();
  },
  ...Object.fromEntries(
    ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => [
      digit,
      () => {
        const button = document.querySelector(`[data-sort-key="${digit}"]`);
        if (!button) return false;
        button.focus();
      },
    ]),
  ),
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof HTMLElement && event.target.matches("input[type=search]")) event.target.blur();
});
