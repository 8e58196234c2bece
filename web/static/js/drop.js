// Panels that open under a button close with Escape and with a click elsewhere. A panel with
// a form of its own keys, like the reasons for not retaining, sees to itself.

const open = () => [...document.querySelectorAll("details.drop[open]:not([data-reject])")];

document.addEventListener("click", (event) => {
  for (const panel of open()) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const panel = open().findLast((p) => p.contains(document.activeElement)) ?? open().at(-1);
  if (!panel) return;
  event.preventDefault();
  const inside = panel.contains(document.activeElement);
  panel.open = false;
  // The keyboard stays where the panel was opened.
  if (inside) panel.querySelector("summary").focus();
});
