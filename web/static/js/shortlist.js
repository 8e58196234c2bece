// Ticking applications: the count in the bar, all at once, a range with the shift key.
const form = document.querySelector(".matrix-form");
const boxes = form ? [...form.querySelectorAll("tbody input[type=checkbox]")] : [];
const bar = form?.querySelector(".bulk [data-count]");

if (bar && boxes.length > 0) {
  const all = form.querySelector("[data-all]");
  const every = all.querySelector("input");
  all.hidden = false;
  let last = -1;

  const show = () => {
    const n = boxes.filter((box) => box.checked).length;
    every.checked = n === boxes.length;
    every.indeterminate = n > 0 && n < boxes.length;
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
