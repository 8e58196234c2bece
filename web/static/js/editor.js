// The checklist editor: tells what is not saved, keeps it when another button is pressed,
// swaps the page in place, and lights up the sentence of a criterion and back.

const selector = "form[data-keep]";

const mark = (form, dirty) => {
  form.dataset.dirty = dirty ? "1" : "";
  const sign = form.querySelector("[data-mark]");
  if (!sign) return;
  sign.hidden = !dirty;
  sign.textContent = dirty ? document.querySelector("[data-editor]")?.dataset.unsaved ?? "" : "";
};

const unsaved = () => [...document.querySelectorAll(selector)].filter((form) => form.dataset.dirty === "1");

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(selector);
  if (form) mark(form, true);
});

let leaving = false;
window.addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved().length > 0) event.preventDefault();
});

// send posts a form and gives the page that answers.
const send = async (form, submitter, more = {}) => {
  const data = new URLSearchParams(new FormData(form, submitter ?? undefined));
  for (const [name, value] of Object.entries(more)) data.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body: data });
  return { ok: answer.ok, url: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
};

// show puts the editor of an answer in place of the one on the page; the focus stays with
// the button of the same name, else goes to the line, or to the one just made.
const show = (answer, id, line) => {
  const next = answer.page.getElementById("editor");
  if (!next) {
    leaving = true;
    window.location.href = answer.url;
    return;
  }
  const scrolled = document.querySelector(".sentences")?.scrollTop ?? 0;
  const open = [...document.querySelectorAll("details[open][id], .line details[open] > summary[id]")].map((e) => e.id);
  document.getElementById("editor").replaceWith(document.importNode(next, true));
  window.htmx?.process(document.getElementById("editor"));
  for (const was of open) {
    const element = document.getElementById(was);
    const details = element?.closest("details");
    if (details && was.startsWith("edit-")) details.open = true;
  }
  const list = document.querySelector(".sentences");
  if (list) list.scrollTop = scrolled;
  const made = new URL(answer.url).searchParams.get("line");
  const target = document.querySelector("[role=alert]") ?? document.getElementById(id ?? "") ?? document.getElementById("line-" + (made ?? line)) ?? document.getElementById("criteria");
  if (!target) return;
  if (!target.matches("button, a, input, select, textarea, summary")) target.tabIndex = -1;
  target.focus({ preventScroll: target.id === id });
  if (made) target.scrollIntoView({ block: "nearest" });
};

const busy = { on: false };

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest("[data-editor]") || form.method !== "post") return;
  if (form.dataset.plain !== undefined) {
    leaving = unsaved().length === 0;
    return;
  }
  event.preventDefault();
  if (busy.on) return;
  busy.on = true;
  const submitter = event.submitter;
  const said = document.querySelector("[data-said] span");
  if (said) said.textContent = document.querySelector("[data-editor]").dataset.saving;
  try {
    const line = form.elements.line?.value;
    for (const other of unsaved().filter((f) => f !== form)) {
      // Words typed into the line that is approved are part of what is approved.
      const same = line !== undefined && other.elements.line?.value === line;
      const approves = same && submitter?.value === "approve";
      const answer = await send(other, null, approves ? { approve: "1" } : {});
      if (!answer.ok || same) {
        show(answer, submitter?.id, line);
        return;
      }
    }
    show(await send(form, submitter), submitter?.id, line);
  } catch {
    leaving = true;
    HTMLFormElement.prototype.submit.call(form);
  } finally {
    busy.on = false;
  }
});

const light = (sentence, lines, on) => {
  document.getElementById("sentence-" + sentence)?.classList.toggle("is-lit", on);
  for (const id of lines) document.getElementById("line-" + id)?.classList.toggle("is-lit", on);
};

for (const [enter, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(enter, (event) => {
    const sentence = event.target.closest?.("[data-sentence]");
    if (sentence) light(sentence.dataset.sentence, [...sentence.querySelectorAll("[data-cite]")].map((a) => a.dataset.cite), on);
    const line = event.target.closest?.(".lines > [data-line]");
    if (line) {
      for (const a of line.querySelectorAll("[data-to-sentence]")) light(a.dataset.toSentence, [], on);
    }
  });
}
