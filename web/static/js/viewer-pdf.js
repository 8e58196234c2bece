// A PDF on canvases, page under page, with its words as a text layer above each. Only the
// visible page and its neighbours are drawn; the others keep their place. Nothing in the
// file is run: no scripting, no forms, no links.

import { drawMarks } from "./viewer-marks.js";
import { boxesOfRange, findQuote } from "./viewer-quote.js";

// A page is drawn with at most this many pixels, whatever its size says.
const MAX_PIXELS = 12e6;
// The widest a page gets at 100 %, in CSS pixels.
const FULL_WIDTH = 720;

let library;
function load(address) {
  library ??= import(address).then((pdfjs) => {
    pdfjs.GlobalWorkerOptions.workerSrc = new URL("pdf.worker.min.mjs", address).href;
    return pdfjs;
  });
  return library;
}

/** Shows one PDF inside `host`. */
export class PdfView {
  /**
   * @param {HTMLElement} host where pages go
   * @param {HTMLElement} scroller the element that scrolls
   * @param {import('./evidence.js').Passage[]} passages
   * @param {{onPage: (page: number, pages: number) => void, onMissing: (e: object) => void,
   *   onDrawn: () => void, pageLabel: (page: number) => string}} events
   */
  constructor(host, scroller, passages, events) {
    Object.assign(this, { host, scroller, passages, events });
    this.zoom = 1;
    this.pages = [];
    this.current = 1;
    this.closed = false;
  }

  /**
   * Opens the file; rejects when it cannot be read.
   * @param {string} src the file's address
   * @param {string} address where pdf.min.mjs lies, the worker and fonts beside it
   */
  async open(src, address) {
    const vendor = new URL(address, location.href);
    const beside = (name) => new URL(name, vendor).href;
    const pdfjs = await load(vendor.href);
    if (this.closed) return;
    this.pdfjs = pdfjs;
    this.task = pdfjs.getDocument({
      url: src,
      cMapUrl: beside("cmaps/"),
      cMapPacked: true,
      standardFontDataUrl: beside("standard_fonts/"),
      wasmUrl: beside("wasm/"),
      iccUrl: beside("iccs/"),
      enableXfa: false,
      // One request per document: the server reads and checks the whole file each time.
      disableRange: true,
      maxImageSize: 60e6,
      useSystemFonts: false,
    });
    this.doc = await this.task.promise;
    const first = await this.doc.getPage(1);
    if (this.closed) return;
    const size = first.getViewport({ scale: 1 });
    this.host.replaceChildren();
    for (let number = 1; number <= this.doc.numPages; number++) {
      this.pages.push(this.placeholder(number, size));
    }
    this.layout();
    this.watcher = new IntersectionObserver((seen) => this.see(seen), { root: this.rootOfScroll(), threshold: [0, 0.25, 0.5, 0.75, 1] });
    for (const p of this.pages) this.watcher.observe(p.el);
    this.resize = new ResizeObserver(() => this.relayout());
    this.resize.observe(this.host);
    await this.draw(this.pages[0]);
    this.events.onPage(1, this.pages.length);
  }

  // On a phone the page scrolls as a whole, and the viewport is what counts.
  rootOfScroll() {
    return getComputedStyle(this.scroller).overflowY === "visible" ? null : this.scroller;
  }

  placeholder(number, size) {
    const el = document.createElement("div");
    el.className = "sheet";
    el.dataset.page = String(number);
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", this.events.pageLabel(number));
    const canvas = document.createElement("canvas");
    canvas.className = "sheet__picture";
    canvas.setAttribute("aria-hidden", "true");
    const marks = document.createElement("div");
    marks.className = "sheet__marks";
    marks.setAttribute("aria-hidden", "true");
    const numbers = marks.cloneNode();
    numbers.className = "sheet__numbers";
    const words = document.createElement("div");
    words.className = "textLayer";
    el.append(canvas, words, marks, numbers);
    this.host.append(el);
    return { number, el, canvas, words, marks, numbers, width: size.width, height: size.height, ratio: 0, state: "empty", scale: 0 };
  }

  // scaleOf is CSS pixels per point: at 100 % a page fits the pane, up to FULL_WIDTH.
  scaleOf(page) {
    const room = Math.max(200, Math.min(FULL_WIDTH, this.host.clientWidth || FULL_WIDTH));
    return (room / page.width) * this.zoom;
  }

  layout() {
    for (const p of this.pages) {
      const scale = this.scaleOf(p);
      p.el.style.width = `${Math.floor(p.width * scale)}px`;
      p.el.style.height = `${Math.floor(p.height * scale)}px`;
      p.el.style.setProperty("--total-scale-factor", String(scale));
    }
  }

  relayout() {
    if (this.closed) return;
    this.layout();
    for (const p of this.pages) {
      if (p.state === "drawn" && Math.abs(p.scale - this.scaleOf(p)) > 0.01) p.state = "empty";
    }
    this.drawAround(this.current);
  }

  see(seen) {
    for (const entry of seen) {
      const p = this.pages[Number(entry.target.dataset.page) - 1];
      p.ratio = entry.isIntersecting ? entry.intersectionRect.height : 0;
    }
    const top = this.pages.reduce((best, p) => (p.ratio > best.ratio ? p : best), this.pages[this.current - 1]);
    if (top.number !== this.current) {
      this.current = top.number;
      this.events.onPage(this.current, this.pages.length);
    }
    this.drawAround(this.current);
  }

  drawAround(number) {
    for (const p of this.pages) {
      const far = Math.abs(p.number - number);
      if (far <= 1) this.draw(p);
      else if (far > 3 && p.state === "drawn") this.forget(p);
    }
  }

  forget(p) {
    p.canvas.width = p.canvas.height = 0;
    p.words.replaceChildren();
    p.marks.replaceChildren();
    p.numbers.replaceChildren();
    p.state = "empty";
  }

  /** Draws one page once; later calls wait for the same drawing. */
  draw(p) {
    if (p.state !== "empty") return p.drawing;
    p.state = "drawing";
    p.drawing = this.drawNow(p).catch((err) => {
      if (this.closed || err?.name === "RenderingCancelledException") return;
      p.state = "failed";
      console.warn("page not drawn", p.number, err?.message);
    });
    return p.drawing;
  }

  async drawNow(p) {
    const page = await this.doc.getPage(p.number);
    if (this.closed) return;
    const plain = page.getViewport({ scale: 1 });
    if (plain.width !== p.width || plain.height !== p.height) {
      p.width = plain.width;
      p.height = plain.height;
      this.layout();
    }
    p.scale = this.scaleOf(p);
    const viewport = page.getViewport({ scale: p.scale });
    const wanted = Math.min(window.devicePixelRatio || 1, 2);
    const density = Math.min(wanted, Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height)));
    p.canvas.width = Math.floor(viewport.width * density);
    p.canvas.height = Math.floor(viewport.height * density);
    await page.render({
      canvas: p.canvas,
      viewport,
      transform: density === 1 ? null : [density, 0, 0, density, 0, 0],
    }).promise;
    if (this.closed) return;
    p.words.replaceChildren();
    const layer = new this.pdfjs.TextLayer({
      textContentSource: page.streamTextContent({ includeMarkedContent: false }),
      container: p.words,
      viewport,
    });
    await layer.render();
    if (this.closed) return;
    p.state = "drawn";
    this.mark(p);
    p.el.dataset.drawn = "";
    this.events.onDrawn();
  }

  mark(p) {
    const frame = p.el.getBoundingClientRect();
    const runs = [...p.words.querySelectorAll("span")].map((span) => span.getBoundingClientRect()).filter((r) => r.width > 0);
    const written = (left, top, right, bottom) => runs.some((r) => r.left < right && r.right > left && r.top < bottom && r.bottom > top);
    // A number is about as wide as three letters and half as high as a line.
    const spotOf = (box) => {
      const right = frame.left + box[2] * frame.width;
      const [top, bottom] = [frame.top + box[1] * frame.height, frame.top + box[3] * frame.height];
      const middle = (top + bottom) / 2;
      if (right + 22 < frame.right && !written(right + 2, middle - 1, right + 22, middle + 1)) return "beside";
      return written(right - 12, top - 6, right + 6, top - 1) ? "edge" : "above";
    };
    drawMarks(p.marks, p.numbers, this.passages.filter((e) => e.page === p.number), (e) => {
      if (e.boxes.length) return e.boxes;
      const range = findQuote(p.words, e.quote, e.nth);
      return range ? boxesOfRange(range, p.el) : [];
    }, spotOf);
  }

  /** Scrolls to a passage; when the page does not hold it, opens the page and says so. */
  async show(e) {
    const p = this.pages[e.page - 1] || this.pages[0];
    if (!p) return;
    await this.draw(p);
    const mark = p.marks.querySelector(`.mark[data-mark~="${CSS.escape(e.id)}"]`);
    (mark || p.el).scrollIntoView({ block: mark ? "center" : "start", inline: "nearest" });
    if (!mark) this.events.onMissing(e);
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.relayout();
    this.pages[this.current - 1]?.el.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.closed = true;
    this.watcher?.disconnect();
    this.resize?.disconnect();
    this.task?.destroy();
  }
}
