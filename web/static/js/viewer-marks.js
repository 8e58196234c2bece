// Marks drawn over a page or a picture. They are a comfort for eyes and mouse and hidden
// from assistive technology: the same passages are quoted, as links, in the checklist.

import { marksOf } from "./evidence.js";

/**
 * Draws the marks of one page into its layer.
 * @param {HTMLElement} layer covers the page exactly
 * @param {import("./evidence.js").Passage[]} passages the passages of this page
 * @param {(e: import("./evidence.js").Passage) => number[][]} boxesOf
 * @param {(box: number[]) => boolean} isFree whether nothing is written to the right of a box
 */
export function drawMarks(layer, passages, boxesOf, isFree = () => true) {
  layer.replaceChildren();
  const margin = [];
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
    if (isFree(last)) {
      number.style.left = `${clamp(last[2]) * 100}%`;
      number.style.top = `${clamp((last[1] + last[3]) / 2) * 100}%`;
      layer.append(number);
    } else {
      margin.push({ number, box: last });
    }
  }
  fillMargin(layer, margin);
}

// fillMargin puts numbers at the page's right edge, those of one line side by side.
function fillMargin(layer, numbers) {
  const rows = [];
  for (const { number, box } of numbers.sort((a, b) => a.box[2] - b.box[2])) {
    const at = (box[1] + box[3]) / 2;
    let row = rows.find((r) => Math.abs(r.at - at) < 0.6 * (box[3] - box[1]));
    if (!row) {
      row = { at, el: document.createElement("div") };
      row.el.className = "sheet__margin";
      row.el.style.top = `${clamp(at) * 100}%`;
      rows.push(row);
      layer.append(row.el);
    }
    row.el.append(number);
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
