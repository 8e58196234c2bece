// Single keys: inert while typing, and switched off where data-keys="off" stands on the page.
// Letters come from event.key, so that other keyboards than QWERTY work.

/** @param {KeyboardEvent} event */
export function isTyping(event) {
  const at = event.target;
  return event.ctrlKey || event.metaKey || event.altKey ||
    (at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox]):not([type=radio])")));
}

/** Binds keys to actions: {"j": () => …}. Returns nothing; the last binding of a key wins. */
const actions = new Map();
export function bind(map) {
  for (const [key, action] of Object.entries(map)) actions.set(key, action);
}

document.addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.keys === "off") return;
  if (event.key === "Escape" && event.target instanceof HTMLElement && event.target.matches("input[type=search]")) {
    event.target.blur();
    return;
  }
  if (isTyping(event)) return;
  const action = actions.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!action) return;
  if (action(event) !== false) event.preventDefault();
});

// J and K walk through what is marked data-row; Enter is the link's own.
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

bind({
  j: () => walk(1),
  k: () => walk(-1),
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
});
