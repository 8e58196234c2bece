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
    drawMarks(marks, numbers, this.passages, (e) => e.boxes);
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
