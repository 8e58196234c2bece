// What the findings rest on, as the page's JSON block lists it, and the order in which a
// reader walks through it.

/**
 * One passage that a finding cites. Boxes are fractions of the page (left, top, right,
 * bottom; origin top left); without boxes the quote is looked for in the page's words, and
 * nth (from 0) says which of its occurrences is meant.
 * @typedef {{id: string, n: number, criterion: string, label: string, document: string,
 *   page: number, quote: string, nth: number, boxes: number[][]}} Passage
 */

/** Reads the page's `[data-evidence]` block. @returns {Passage[]} */
export function readEvidence(root = document) {
  const block = root.querySelector("script[data-evidence]");
  if (!block) return [];
  const list = JSON.parse(block.textContent || "[]") || [];
  return list.map((e) => ({ ...e, boxes: e.boxes || [], nth: e.nth || 0 }));
}

/** The passages of one document, top of the first page first. */
export function inDocument(list, document) {
  return list.filter((e) => e.document === document).sort(inReadingOrder);
}

function inReadingOrder(a, b) {
  const top = (e) => (e.boxes.length ? e.boxes[0][1] : 0);
  return a.page - b.page || top(a) - top(b) || a.n - b.n;
}

/**
 * The passage after `current` in its document, round to the first one.
 * @param {Passage[]} list passages of one document, in order
 */
export function nextAfter(list, current) {
  if (!list.length) return null;
  const i = list.findIndex((e) => e.id === current);
  return list[(i + 1) % list.length];
}

/** The passage of a criterion after `current`, round to its first one; null when it has none. */
export function nextOfCriterion(list, criterion, current) {
  return nextAfter(list.filter((e) => e.criterion === criterion), current);
}

/**
 * Passages that stand in the same place share one mark.
 * @param {Passage[]} list
 * @param {(e: Passage) => number[][]} boxesOf
 * @returns {{boxes: number[][], passages: Passage[]}[]}
 */
export function marksOf(list, boxesOf) {
  const marks = new Map();
  for (const e of list) {
    const boxes = boxesOf(e);
    if (!boxes.length) continue;
    const key = boxes.map((b) => b.map((v) => Math.round(v * 200)).join()).join(";");
    if (!marks.has(key)) marks.set(key, { boxes, passages: [] });
    marks.get(key).passages.push(e);
  }
  return [...marks.values()];
}
