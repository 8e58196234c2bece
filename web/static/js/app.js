// What every page has: the theme button and the token htmx sends with its requests.
import "./theme.js";
import "./rows.js";
import "./drop.js";
import "./goto.js";

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token;
});
