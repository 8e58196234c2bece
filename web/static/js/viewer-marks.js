// Marks drawn over a page or a picture. They are a comfort for eyes and mouse and hidden
// from assistive technology: the same passages are quoted, as links, in the checklist.

import { marksOf } from "./evidence.js";

/**
 * Draws the marks of one page into its layer.
 * @param {HTMLElement} layer covers the page exactly
 * @param {import('./evidence.js').Passage[]} passages the passages of this page
 * @param {(e: import('./evidence.js').Passage) => number[][]} boxesOf
 */
export function drawMarks(layer, passages, boxesOf) {
  layer.replaceChildren();
  for (const { boxes, passages: shared } of marksOf(passages, boxesOf)) {
    const ids = shared.map((e) => e.id).join(" ");
    for (const box of boxes) {
      const mark = document.createElement("div");
      mark.className = "mark";
      mark.dataset.mark = ids;
      mark.dataset.criteria = shared.map((e) => e.criterion).join(" ");
      mark.title = shared.map((e) => `${e.n}. ${e.label}`).join("\n");
      place(mark, box);
      layer.append(mark);
    }
    // The number stands on the corner of the last box, above all marks.
    const number = document.createElement("span");
    number.className = "mark__number";
    number.dataset.mark = ids;
    number.textContent = [...new Set(shared.map((e) => e.n))].join(" · ");
    const [, top, right] = boxes[boxes.length - 1];
    number.style.left = `${clamp(right) * 100}%`;
    number.style.top = `${clamp(top) * 100}%`;
    layer.append(number);
  }
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
