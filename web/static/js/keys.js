// Single keys, for people who review a hundred dossiers in a row. They are inert while
// somebody types, while a dialog is open, and when the reader has switched them off
// (WCAG 2.1.4; the choice is the account's). Letters are read from event.key, so that they follow the keyboard's
// layout; digits also from event.code, since AZERTY needs shift for them.

// Holding one of these goes on; holding any other is one press.
const REPEATED = ["ArrowDown", "ArrowUp", "j", "k"];

const html = document.documentElement;
html.dataset.keys ??= "on";

/** @returns {boolean} whether the reader keeps single keys switched on. */
export function keysOn() {
  return html.dataset.keys !== "off";
}

/** @param {boolean} on */
export function setKeys(on) {
  html.dataset.keys = on ? "on" : "off";
}

/** @param {KeyboardEvent} event @returns {string} the key's name in a key map, "" for none. */
export function keyName(event) {
  if (event.isComposing) return "";
  // On AZERTY the brackets need AltGr, which some systems report as Ctrl with Alt.
  if ("[]".includes(event.key) && event.getModifierState?.("AltGraph")) return event.key;
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  const key = event.key || "";
  if (key === "?" || key === "/") return key;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code || "");
  if (digit) return digit[1];
  return key.length === 1 ? key.toLowerCase() : key;
}

/** @returns {boolean} whether keys are somebody's typing in that element. */
export function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/**
 * Listens for the keys of a map. A handler that returns false leaves the key to other maps
 * and to the browser.
 * @param {Record<string, (event: KeyboardEvent) => (boolean|void)>} map
 */
export function bindKeys(map) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || (event.repeat && !REPEATED.includes(event.key))) return;
    const name = keyName(event);
    const act = map[name];
    if (!act) return;
    // "?" is how one learns of the keys and of the switch: it is heard even when they are off.
    if (!keysOn() && name !== "?") return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (act(event) !== false) event.preventDefault();
  });
}

/**
 * Wires the sheet that lists the keys: `[data-keys-sheet]` with its `[data-keys-switch]`.
 * @returns {() => (boolean|void)} opens it
 */
export function keysSheet() {
  const sheet = document.querySelector("dialog[data-keys-sheet]");
  if (!sheet) return () => false;
  const box = sheet.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = keysOn();
    box.addEventListener("change", () => {
      setKeys(box.checked);
      fetch(box.form.action, { method: "POST", body: new URLSearchParams(new FormData(box.form)), redirect: "manual" }).catch(() => {});
    });
  }
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => sheet.showModal());
  }
  return () => sheet.showModal();
}
