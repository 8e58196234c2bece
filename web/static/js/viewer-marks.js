// Marks drawn over a page or a picture. They are a comfort for eyes and mouse and hidden
// from assistive technology: the same passages are quoted, as links, in the checklist.

import { marksOf } from "./evidence.js";

/**
 * Draws the marks of one page into its layers.
 * @param {HTMLElement} layer covers the page exactly; its colours are mixed with the page's
 * @param {HTMLElement} numbers covers the page exactly, above
 * @param {import("./evidence.js").Passage[]} passages the passages of this page
 * @param {(e: import("./evidence.js").Passage) => number[][]} boxesOf
 * @param {(box: number[]) => "beside"|"above"|"edge"} spotOf where there is room for the number
 *   of a passage that ends with a box: beside it, on its corner, or only at the page's edge
 */
export function drawMarks(layer, numbers, passages, boxesOf, spotOf = () => "beside") {
  layer.replaceChildren();
  numbers.replaceChildren();
  const rows = [];
  for (const { boxes, passages: shared } of marksOf(passages, boxesOf)) {
    const ids = shared.map((e) => e.id).join(" ");
    const criteria = shared.map((e) => e.criterion).join(" ");
    const title = shared.map((e) => `${e.n}. ${e.label}`).join("\n");
    for (const box of boxes) {
      const mark = document.createElement("div");
      mark.className = "mark";
      Object.assign(mark.dataset, { mark: ids, criteria });
      mark.title = title;
      place(mark, box);
      layer.append(mark);
    }
    const number = document.createElement("span");
    number.className = "mark__number";
    Object.assign(number.dataset, { mark: ids, criteria });
    number.title = title;
    number.textContent = [...new Set(shared.map((e) => e.n))].join(" · ");
    const last = boxes[boxes.length - 1];
    rowAt(rows, numbers, last, spotOf(last)).append(number);
  }
}

// rowAt is the row of numbers at a spot; those of the same place stand side by side.
function rowAt(rows, numbers, [, top, right, bottom], spot) {
  const edge = right < 0.45 ? "start" : "end";
  const kind = spot === "edge" ? edge : spot;
  const x = spot === "edge" ? Number(edge === "end") : clamp(right);
  const y = clamp(spot === "above" ? top : (top + bottom) / 2);
  let row = rows.find((r) => Math.abs(r.x - x) < 0.02 && Math.abs(r.y - y) < 0.6 * (bottom - top));
  if (!row) {
    row = { x, y, el: document.createElement("div") };
    row.el.className = `sheet__row sheet__row--${kind}`;
    row.el.style.top = `${y * 100}%`;
    if (spot !== "edge") row.el.style.left = `${x * 100}%`;
    rows.push(row);
    numbers.append(row.el);
  }
  return row.el;
}

// place uses percentages, so that zooming needs no redraw. Boxes come from a stranger's
// file: whatever they say, they stay on the page.
function place(mark, box) {
  const [left, top, right, bottom] = box.map(clamp);
  mark.style.left = `${left * 100}%`;
  mark.style.top = `${top * 100}%`;
  mark.style.width = `${Math.max(0, right - left) * 100}%`;
  mark.style.height = `${Math.max(0, bottom - top) * 100}%`;
}

function clamp(v) {
  return Math.min(1, Math.max(0, Number(v) || 0));
}

/** Shows which mark is the current one, and which belong to the selected criterion. */
export function paintCurrent(root, passage, criterion) {
  for (const mark of root.querySelectorAll("[data-mark]")) {
    const ids = mark.dataset.mark.split(" ");
    mark.toggleAttribute("data-current", passage
      ? ids.includes(passage)
      : (mark.dataset.criteria || "").split(" ").includes(criterion));
  }
}
