// Changes the theme at once; the form it sits in does the same by a reload.
const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const next = dark ? "light" : "dark";
    root.dataset.theme = next;
    const form = new FormData(button.form);
    form.set("theme", next);
    fetch(button.form.action, { method: "POST", body: new URLSearchParams(form), redirect: "manual" }).catch(() => {});
  });
}
