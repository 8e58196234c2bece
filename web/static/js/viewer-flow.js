// A document that the browser lays out by itself: extracted text, whose marks the server
// has written, or a picture, over which they are drawn.

import { drawMarks } from "./viewer-marks.js";

/** Shows extracted text. The markup is complete as served. */
export class TextView {
  constructor(host, passages, events) {
    Object.assign(this, { host, passages, events });
  }

  async open() {
    this.events.onPage(1, Math.max(1, this.host.querySelectorAll("[data-page]").length));
    this.events.onDrawn();
  }

  async show(e) {
    const mark = this.host.querySelector(`[data-mark~="${CSS.escape(e.id)}"]`);
    const page = this.host.querySelector(`[data-page="${Number(e.page) || 1}"]`);
    (mark || page || this.host).scrollIntoView({ block: mark ? "center" : "start", inline: "nearest" });
    if (!mark) this.events.onMissing(e);
  }

  setZoom(zoom) {
    this.host.style.setProperty("--viewer-zoom", String(zoom));
  }

  close() {}
}

/** Shows a picture with the marks its recognised words give. */
export class PictureView {
  constructor(host, passages, events) {
    Object.assign(this, { host, passages, events });
  }

  async open(src, name) {
    const sheet = document.createElement("div");
    sheet.className = "sheet sheet--picture";
    sheet.dataset.page = "1";
    const img = document.createElement("img");
    img.className = "sheet__picture";
    img.alt = name;
    img.src = src;
    const marks = document.createElement("div");
    marks.className = "sheet__marks";
    marks.setAttribute("aria-hidden", "true");
    const numbers = marks.cloneNode();
    numbers.className = "sheet__numbers";
    sheet.append(img, marks, numbers);
    this.host.replaceChildren(sheet);
    await img.decode();
    // Whose words nobody knows the place of: a number anywhere else would cover some.
    drawMarks(marks, numbers, this.passages, (e) => e.boxes, () => "edge");
    sheet.dataset.drawn = "";
    this.sheet = sheet;
    this.events.onPage(1, 1);
    this.events.onDrawn();
  }

  async show(e) {
    const mark = this.host.querySelector(`[data-mark~="${CSS.escape(e.id)}"]`);
    (mark || this.host).scrollIntoView({ block: mark ? "center" : "start", inline: "nearest" });
    if (!mark) this.events.onMissing(e);
  }

  setZoom(zoom) {
    if (this.sheet) this.sheet.style.width = `${zoom * 100}%`;
  }

  close() {}
}

/** Shows pages as pictures on which who the applicant is has been painted over. */
export class SheetsView {
  constructor(host, passages, events) {
    Object.assign(this, { host, passages, events });
  }

  /**
   * @param {string} src the address of the pages, without a number
   * @param {number[]} numbers the pages there are pictures of
   */
  async open(src, numbers) {
    this.sheets = numbers.map((number) => this.sheet(src, number));
    this.host.replaceChildren(...this.sheets.map((s) => s.el));
    await this.load(this.sheets[0]);
    this.watcher = new IntersectionObserver((seen) => {
      for (const entry of seen) {
        if (!entry.isIntersecting) continue;
        const sheet = this.sheets.find((s) => s.el === entry.target);
        this.load(sheet).catch(() => {});
        this.events.onPage(sheet.number, numbers[numbers.length - 1]);
      }
    }, { threshold: 0.25 });
    for (const s of this.sheets) this.watcher.observe(s.el);
    this.events.onPage(numbers[0], numbers[numbers.length - 1]);
  }

  sheet(src, number) {
    const el = document.createElement("div");
    el.className = "sheet sheet--picture sheet--masked";
    el.dataset.page = String(number);
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", this.events.pageLabel(number));
    const img = document.createElement("img");
    img.className = "sheet__picture";
    img.alt = "";
    const marks = document.createElement("div");
    marks.className = "sheet__marks";
    marks.setAttribute("aria-hidden", "true");
    const numbers = marks.cloneNode();
    numbers.className = "sheet__numbers";
    el.append(img, marks, numbers);
    return { number, el, img, marks, numbers, src: `${src}/${number}` };
  }

  /** Loads one page once. */
  load(s) {
    s.loading ??= (async () => {
      s.img.src = s.src;
      await s.img.decode();
      // Where the words are is not told here, so a number stands on its passage's corner.
      drawMarks(s.marks, s.numbers, this.passages.filter((e) => e.page === s.number), (e) => e.boxes, () => "edge");
      s.el.dataset.drawn = "";
      this.events.onDrawn();
    })();
    return s.loading;
  }

  async show(e) {
    const sheet = this.sheets.find((s) => s.number === e.page);
    if (!sheet) return this.events.onMissing(e);
    await this.load(sheet);
    const mark = sheet.marks.querySelector(`[data-mark~="${CSS.escape(e.id)}"]`);
    (mark || sheet.el).scrollIntoView({ block: mark ? "center" : "start", inline: "nearest" });
    if (!mark) this.events.onMissing(e);
  }

  setZoom(zoom) {
    for (const s of this.sheets) s.el.style.maxWidth = `${zoom * 720}px`;
  }

  close() {
    this.watcher?.disconnect();
  }
}
