// G and then a letter goes to a section; "?" shows the sheet of keys on every page.

import { bindKeys, keyName, keysOn, keysSheet, typing } from "./keys.js";

const PLACES = { p: "/vacancies", v: "/unclear", r: "/intake", n: "/mentions" };
const WAIT = 1500;

let since = 0;
document.addEventListener("keydown", (event) => {
  if (!keysOn() || event.repeat || typing(event.target) || document.querySelector("dialog[open]")) return;
  const name = keyName(event);
  if (!name) return;
  const going = since && event.timeStamp - since < WAIT;
  since = 0;
  if (going) {
    // Whatever it is, it is the second key, and no other map hears it.
    event.stopImmediatePropagation();
    event.preventDefault();
    const link = PLACES[name] && document.querySelector(`a[href="${PLACES[name]}"]`);
    if (link || (PLACES[name] && document.querySelector("[data-application]"))) location.assign(PLACES[name]);
  } else if (name === "g") {
    since = event.timeStamp;
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}, true);

bindKeys({ "?": keysSheet() });
