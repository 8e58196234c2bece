// The left pane: one document, as PDF, picture or extracted text, with its bar.

import { inDocument, nextAfter } from "./evidence.js";
import { PictureView, SheetsView, TextView } from "./viewer-flow.js";
import { paintCurrent } from "./viewer-marks.js";
import { PdfView } from "./viewer-pdf.js";

const ZOOMS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3];

/** A mounted pane. Sentences come from the page's words, `{page}` and `{pages}` filled in. */
export class Viewer {
  /**
   * @param {HTMLElement} pane the `[data-viewer]` element
   * @param {import('./evidence.js').Passage[]} evidence of the whole application
   * @param {Record<string, string>} words
   * @param {(passage: object) => void} onMark a mark was clicked
   */
  constructor(pane, evidence, words, onMark) {
    Object.assign(this, { pane, words, onMark });
    this.document = pane.dataset.document;
    this.passages = inDocument(evidence, this.document);
    this.passage = null;
    this.criterion = "";
    this.zoom = ZOOMS.indexOf(1);
    this.page = 1;
    this.clicks = new AbortController();
    this.wire();
  }

  find(name) {
    return this.pane.querySelector(`[data-viewer-${name}]`);
  }

  wire() {
    const signal = this.clicks.signal;
    this.pane.addEventListener("click", (event) => {
      const zoom = event.target.closest("[data-viewer-zoom]");
      if (zoom) this.setZoom(this.zoom + Number(zoom.dataset.viewerZoom));
      if (event.target.closest("[data-viewer-next]")) this.next();
      const mark = event.target.closest("[data-mark]");
      if (mark && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        this.clickMark(mark.dataset.mark.split(" "));
      }
    }, { signal });
    for (const el of this.pane.querySelectorAll("[data-needs-script]")) el.hidden = false;
  }

  // Several findings may cite the same words: clicking again goes to the next of them.
  clickMark(ids) {
    const i = ids.indexOf(this.passage?.id ?? "");
    const passage = this.passages.find((e) => e.id === ids[(i + 1) % ids.length]);
    if (passage) this.onMark(passage);
  }

  async open() {
    const { show, src, name, pdfjs } = this.pane.dataset;
    const events = {
      onPage: (page, pages) => this.onPage(page, pages),
      onMissing: (e) => this.say(this.words.missing.replace("{page}", e.page)),
      onDrawn: () => this.paint(),
      pageLabel: (page) => this.words.pageLabel.replace("{page}", page),
    };
    const host = this.find("pages");
    const text = this.find("text");
    if (show === "pdf") this.view = new PdfView(host, this.find("scroll"), this.passages, events);
    else if (show === "image") this.view = new PictureView(host, this.passages, events);
    else if (show === "sheets") this.view = new SheetsView(host, this.passages, events);
    else if (show === "text") this.view = new TextView(text, this.passages, events);
    else return this.ready(); // a mail in a frame of its own
    if (show === "text") {
      await this.view.open();
      this.ready();
      return;
    }
    host.hidden = false;
    text.hidden = true;
    this.say(this.words.loading);
    try {
      if (show === "sheets") await this.view.open(src.replace(/content$/, "pages"), this.pane.dataset.sheets.split(" ").map(Number));
      else await this.view.open(src, show === "pdf" ? pdfjs : name);
      this.say("");
    } catch (err) {
      // The words the server read are still here: show them instead.
      console.info("document shown as text", err?.name);
      this.view.close();
      host.hidden = true;
      text.hidden = false;
      this.view = new TextView(text, this.passages, events);
      await this.view.open();
      this.say(this.words.unreadable);
    }
    this.ready();
  }

  ready() {
    this.pane.dataset.ready = "";
  }

  /** Shows a passage of this document and marks it as the current one. */
  async show(passage) {
    this.passage = passage;
    this.criterion = passage.criterion;
    this.say("");
    await this.view?.show(passage);
    this.paint();
  }

  /** Marks the passages of a criterion without moving the page. */
  select(criterion) {
    this.criterion = criterion;
    if (this.passage && this.passage.criterion !== criterion) this.passage = null;
    this.paint();
  }

  paint() {
    paintCurrent(this.pane, this.passage?.id, this.criterion);
  }

  next() {
    const passage = nextAfter(this.passages, this.passage?.id);
    if (passage) this.onMark(passage);
  }

  onPage(page, pages) {
    this.page = page;
    const count = this.find("count");
    if (count) count.textContent = this.words.page.replace("{page}", page).replace("{pages}", pages);
    const here = this.passages.filter((e) => e.page === page).length;
    const label = this.find("evidence");
    if (label) label.textContent = here === 0 ? this.words.evidenceNone : (here < 2 ? this.words.evidenceOne : this.words.evidenceOther).replace("{n}", here);
  }

  setZoom(step) {
    this.zoom = Math.min(ZOOMS.length - 1, Math.max(0, step));
    this.view?.setZoom(ZOOMS[this.zoom]);
    const label = this.find("zoom-label");
    if (label) label.textContent = this.words.zoom.replace("{n}", Math.round(ZOOMS[this.zoom] * 100));
  }

  say(sentence) {
    const status = this.find("status");
    if (!status) return;
    status.textContent = sentence;
    status.hidden = !sentence;
  }

  close() {
    this.clicks.abort();
    this.view?.close();
  }
}
