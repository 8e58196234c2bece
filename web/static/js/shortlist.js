// Ticking applications: the count in the bar, all at once, a range with the shift key.
// Z takes back what was just done to many.
import { bindKeys } from "./keys.js";

bindKeys({
  z: () => {
    const undo = document.querySelector("[data-undo]");
    if (!undo) return false;
    undo.click();
  },
});

const form = document.querySelector(".matrix-form");
const boxes = form ? [...form.querySelectorAll("tbody input[type=checkbox]")] : [];
const bar = form?.querySelector(".bulk [data-count]");

if (bar && boxes.length > 0) {
  const all = form.querySelector("[data-all]");
  const every = all.querySelector("input");
  all.hidden = false;
  const everything = form.querySelector("[data-everything]");
  let last = -1;

  const show = () => {
    const n = boxes.filter((box) => box.checked).length;
    every.checked = n === boxes.length;
    every.indeterminate = n > 0 && n < boxes.length;
    // Beyond the page: offered once the whole page is ticked, and ticked on its own.
    if (everything) {
      everything.hidden = n < boxes.length;
      if (everything.hidden) everything.querySelector("input").checked = false;
    }
    bar.textContent = n === 1 ? bar.dataset.one : bar.dataset.many.replace("2", String(n));
  };
  boxes.forEach((box, i) => box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) {
      for (let k = Math.min(i, last); k <= Math.max(i, last); k++) boxes[k].checked = box.checked;
    }
    last = i;
    show();
  }));
  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    show();
  });
  form.addEventListener("reset", () => setTimeout(show));
  // A page taken back from the browser's memory keeps its ticks.
  addEventListener("pageshow", show);
}
