// Finding a quote in the words a browser has laid out. White space, line ends and the way
// accents are composed differ between what was read on the server and what the page's text
// layer holds, so they are ignored on both sides. A quote that is not there is not guessed.

/** @param {string} s @returns {string} s without white space and soft hyphens, composed. */
export function squeeze(s) {
  return s.normalize("NFKC").replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]+/gu, "");
}

/**
 * Looks for a quote among text nodes.
 * @param {Element} root
 * @param {string} quote
 * @param {number} nth which occurrence, from 0; the last one when there are fewer
 * @returns {Range|null}
 */
export function findQuote(root, quote, nth = 0) {
  const wanted = squeeze(quote);
  if (!wanted) return null;
  const { text, places } = gather(root);
  let at = text.indexOf(wanted);
  if (at < 0) return null;
  for (let seen = 0; seen < nth; seen++) {
    const next = text.indexOf(wanted, at + 1);
    if (next < 0) break;
    at = next;
  }
  const first = places[at];
  const last = places[at + wanted.length - 1];
  const range = document.createRange();
  range.setStart(first.node, first.start);
  range.setEnd(last.node, last.end);
  return range;
}

// gather joins the squeezed text of every text node and remembers, for each UTF-16 unit of
// it, the node and the offsets it came from. A letter and the marks that follow it are
// composed together.
function gather(root) {
  let text = "";
  const places = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const cluster of node.data.matchAll(/\P{M}?\p{M}*/gsu)) {
      const piece = squeeze(cluster[0]);
      for (let i = 0; i < piece.length; i++) {
        places.push({ node, start: cluster.index, end: cluster.index + cluster[0].length });
      }
      text += piece;
    }
  }
  return { text, places };
}

/**
 * Where a range stands, as fractions of an element, one box per line.
 * @param {Range} range
 * @param {Element} frame
 * @returns {number[][]}
 */
export function boxesOfRange(range, frame) {
  const f = frame.getBoundingClientRect();
  if (!f.width || !f.height) return [];
  const boxes = [];
  for (const r of range.getClientRects()) {
    if (r.width < 0.5 || r.height < 0.5) continue;
    const box = [
      (r.left - f.left) / f.width, (r.top - f.top) / f.height,
      (r.right - f.left) / f.width, (r.bottom - f.top) / f.height,
    ];
    const line = boxes.find((b) => sameLine(b, box));
    if (!line) {
      boxes.push(box);
      continue;
    }
    line[0] = Math.min(line[0], box[0]);
    line[1] = Math.min(line[1], box[1]);
    line[2] = Math.max(line[2], box[2]);
    line[3] = Math.max(line[3], box[3]);
  }
  return boxes;
}

function sameLine(a, b) {
  const overlap = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return overlap > 0.5 * Math.min(a[3] - a[1], b[3] - b[1]);
}
