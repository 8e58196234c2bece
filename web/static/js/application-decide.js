// The foot of the application page: note and decisions.

/**
 * Wires panels that open above the foot, forms that must not be sent twice, and the draft
 * of the note.
 * @param {HTMLElement} page
 * @returns {{reject: HTMLDetailsElement|null, note: HTMLTextAreaElement|null}}
 */
export function wireDecide(page) {
  const reject = page.querySelector("[data-reject]");
  // While a panel is open over the page, what is behind it waits; a click there, or
  // Escape, closes the panel.
  const panels = [...page.querySelectorAll(".decide details")];
  function closePanel(back) {
    for (const panel of panels.filter((p) => p.open)) {
      panel.open = false;
      if (back) panel.querySelector("summary").focus();
    }
  }
  for (const panel of panels) {
    panel.addEventListener("toggle", () => {
      for (const other of panels) if (panel.open && other !== panel) other.open = false;
      for (const el of page.querySelectorAll("[data-behind]")) el.inert = panels.some((p) => p.open);
      if (panel.open) panel.querySelector("input[type=radio], input[type=text], button")?.focus();
    });
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".decide details")) closePanel(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel(true);
  });

  // A form sent twice would be refused as a conflict with oneself.
  page.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // --- a draft of the note survives leaving the page -------------------------

  const note = page.querySelector("[data-note]");
  const draft = `dossier.note.${page.dataset.application}`;
  if (note) {
    // Enter begins a line; with Control it saves.
    note.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      note.form.requestSubmit();
    });
    try {
      if (page.dataset.noted) sessionStorage.removeItem(draft);
      else note.value ||= sessionStorage.getItem(draft) || "";
      note.addEventListener("input", () => sessionStorage.setItem(draft, note.value));
    } catch {
      // No storage: the note is kept by nothing but the field.
    }
  }

  return { reject, note };
}
