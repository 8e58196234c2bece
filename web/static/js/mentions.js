// Calling a colleague in a note: after an @ the names that fit are offered.

import { squeeze } from "./viewer-quote.js";

const plain = (s) => squeeze(s).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** @param {HTMLElement} page @param {HTMLTextAreaElement|null} note */
export function wireMentions(page, note) {
  const offers = page.querySelector("[data-callable]");
  if (!note || !offers) return;
  const buttons = [...offers.querySelectorAll("[data-call]")];

  // The @ being typed, from the cursor back; null when there is none.
  function typed() {
    const before = note.value.slice(0, note.selectionStart ?? note.value.length);
    const found = /(^|[\s(])@([^@\s]{0,30})$/u.exec(before);
    return found && { at: before.length - found[2].length - 1, text: found[2] };
  }

  function offer() {
    const now = typed();
    let some = false;
    for (const b of buttons) {
      b.hidden = !now || !plain(b.dataset.call).startsWith(plain(now.text));
      some ||= !b.hidden;
    }
    offers.hidden = !some;
  }

  function take(name) {
    const now = typed();
    if (!now) return;
    const end = now.at + 1 + now.text.length;
    note.setRangeText(`@${name} `, now.at, end, "end");
    note.dispatchEvent(new Event("input", { bubbles: true }));
    note.focus();
  }

  note.addEventListener("input", offer);
  note.addEventListener("keydown", (event) => {
    if (offers.hidden || event.isComposing) return;
    if (event.key === "Enter" || event.key === "Tab" && !event.shiftKey) {
      const first = buttons.find((b) => !b.hidden);
      if (!first || plain(first.dataset.call) === plain(typed()?.text ?? "")) return;
      event.preventDefault();
      take(first.dataset.call);
    } else if (event.key === "Escape") {
      offers.hidden = true;
      event.stopPropagation();
    }
  });
  offers.addEventListener("click", (event) => {
    const b = event.target.closest("[data-call]");
    if (b) take(b.dataset.call);
  });
}
