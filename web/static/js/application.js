// The application page. Without this script every link and form on it works by itself;
// here documents change without a new page, quotes and highlights find each other, and
// single keys do what the buttons do.

import { wireDecide } from "./application-decide.js";
import { nextOfCriterion, readEvidence } from "./evidence.js";
import { bindKeys, keyName } from "./keys.js";
import { wireMentions } from "./mentions.js";
import "./presence.js";
import { Viewer } from "./viewer.js";

const page = document.querySelector("[data-application]");
if (page) start();

function start() {
  const evidence = readEvidence();
  const words = JSON.parse(document.querySelector("script[data-words]").textContent);
  const findings = new Map([...page.querySelectorAll("[data-finding]")].map((el) => [el.dataset.finding, el]));
  const state = { criterion: page.dataset.selected || "", passage: null, viewer: null, opening: 0 };

  // --- documents ---------------------------------------------------------

  function mount() {
    const pane = page.querySelector("[data-viewer]");
    if (!pane) return Promise.resolve();
    state.viewer?.close();
    state.viewer = new Viewer(pane, evidence, words, (e) => go(e));
    state.viewer.select(state.criterion);
    return state.viewer.open();
  }

  // openDocument swaps the left pane for another one, which the server writes as a page
  // of its own. A later request wins over an earlier one that is still under way.
  async function openDocument(address, id, show) {
    const mine = ++state.opening;
    let pane;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      pane = html.querySelector("[data-viewer]");
    } catch {
      pane = null;
    }
    if (mine !== state.opening) return false;
    if (!pane) {
      location.assign(address);
      return false;
    }
    page.querySelector("[data-viewer]").replaceWith(document.adoptNode(pane));
    for (const tab of page.querySelectorAll("[data-document-tab]")) {
      const isText = tab.dataset.documentTab === "text";
      const current = isText ? show === "text" : tab.dataset.documentTab === id && show !== "text";
      current ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
      if (isText) {
        tab.href = tab.href.replace(/([?&]doc=)[^&#]*/, `$1${encodeURIComponent(id)}`);
        tab.dataset.document = id;
      }
    }
    remember({ doc: id, view: show === "text" ? "text" : "" });
    await mount();
    return true;
  }

  function remember(changes) {
    const here = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      value ? here.searchParams.set(name, value) : here.searchParams.delete(name);
    }
    history.replaceState(history.state, "", here);
  }

  const paneAddress = (id, show) => `/documents/${encodeURIComponent(id)}/text${show === 'text' ? '?view=text' : ''}`;

  /** Shows one passage, in whatever document it is, and selects its criterion. */
  async function go(passage) {
    state.passage = passage;
    select(passage.criterion, true);
    if (state.viewer?.document !== passage.document) {
      const there = await openDocument(paneAddress(passage.document, ""), passage.document, "");
      if (!there || state.passage !== passage) return;
    }
    await state.viewer?.show(passage);
  }

  page.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const quote = event.target.closest("[data-passage]");
    const passage = quote && evidence.find((e) => e.id === quote.dataset.passage);
    if (passage) {
      event.preventDefault();
      go(passage);
      return;
    }
    const tab = event.target.closest("[data-document-tab], a[data-open-document]");
    if (tab) {
      event.preventDefault();
      const id = tab.dataset.document ?? tab.dataset.openDocument;
      const show = tab.dataset.documentTab === "text" ? "text" : "";
      openDocument(paneAddress(id, show), id, show);
      return;
    }
    const title = event.target.closest("[data-select]");
    if (title) {
      event.preventDefault();
      select(title.dataset.select);
      return;
    }
    const finding = event.target.closest("[data-finding]");
    if (finding && !event.target.closest("a, button, input, textarea, label, details, select") && !getSelection()?.toString()) select(finding.dataset.finding);
  });

  // --- the checklist -----------------------------------------------------

  function select(criterion, reveal = false) {
    if (!findings.has(criterion)) return;
    state.criterion = criterion;
    if (state.passage && state.passage.criterion !== criterion) state.passage = null;
    for (const [id, el] of findings) {
      const open = id === criterion;
      el.classList.toggle("finding--open", open);
      const more = el.querySelector("[data-finding-more]");
      if (more) more.hidden = !open;
      const title = el.querySelector("[data-select]");
      if (title) title.setAttribute("aria-expanded", String(open));
    }
    if (reveal) showPanel("findings");
    findings.get(criterion).scrollIntoView({ block: "nearest" });
    state.viewer?.select(criterion);
    remember({ c: criterion });
  }

  // The order of findings on the page is the order the keys walk in.
  function step(by) {
    const ids = [...findings.keys()];
    const i = ids.indexOf(state.criterion);
    const to = ids[Math.min(ids.length - 1, Math.max(0, i < 0 ? 0 : i + by))];
    if (!to) return;
    select(to);
    findings.get(to).querySelector("[data-select]")?.focus({ preventScroll: true });
  }

  // A digit picks a verdict of the open criterion and leads to the reason, which a change needs.
  function pick(verdict) {
    const open = findings.get(state.criterion);
    const choice = open?.querySelector(`input[name="verdict"][value="${verdict}"]`);
    if (!choice) return;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    open.querySelector('input[name="reason"]')?.focus();
  }

  for (const form of page.querySelectorAll("[data-override]")) {
    const reason = form.querySelector('input[name="reason"]');
    const check = () => {
      const chosen = form.querySelector('input[name="verdict"]:checked')?.value;
      reason.required = !!chosen && chosen !== form.dataset.machine && ![...form.querySelectorAll('input[name="choice"]:checked')].some((choice) => choice.closest("label").offsetParent);
    };
    // A digit in the empty field picks one of the reasons offered; Enter then saves.
    reason.addEventListener("keydown", (event) => {
      const offered = reason.value ? null : form.querySelectorAll('input[name="choice"]')[Number(keyName(event)) - 1];
      // Those for another verdict are hidden.
      if (!offered?.closest("label").offsetParent || event.key === "Enter") return;
      event.preventDefault();
      offered.checked = true;
      check();
    });
    form.addEventListener("change", check);
    check();
  }

  // --- panels: findings, notes, messages, history --------------------------

  function showPanel(name) {
    for (const panel of page.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
    for (const tab of page.querySelectorAll("[data-panel-tab]")) {
      tab.dataset.panelTab === name ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
    }
    remember({ panel: name === "findings" ? "" : name });
  }

  page.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-panel-tab]");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showPanel(tab.dataset.panelTab);
  });

  const { reject, note } = wireDecide(page);
  wireMentions(page, note);

  // --- keys ----------------------------------------------------------------

  const press = (selector) => () => {
    const target = page.querySelector(selector);
    if (!target) return false;
    target.click();
    return true;
  };
  function documentBy(by) {
    const tabs = [...page.querySelectorAll("[data-document-tab]")];
    const i = tabs.findIndex((t) => t.hasAttribute("aria-current"));
    tabs[(i + by + tabs.length) % tabs.length]?.click();
  }
  // While the reasons for "not retained" are open, a digit picks one of them.
  const digit = (n, verdict) => () => {
    if (reject?.open) {
      const choice = reject.querySelectorAll('input[type="radio"]')[n - 1];
      if (!choice) return;
      choice.checked = true;
      choice.form.requestSubmit();
      return;
    }
    if (verdict) pick(verdict);
  };

  bindKeys({
    j: press("[data-next]"),
    k: press("[data-previous]"),
    u: press("[data-back]"),
    ArrowDown: (event) => (event.target.closest?.("[data-viewer-scroll]") ? false : step(1)),
    ArrowUp: (event) => (event.target.closest?.("[data-viewer-scroll]") ? false : step(-1)),
    1: digit(1, "met"), 2: digit(2, "unclear"), 3: digit(3, "not_met"),
    4: digit(4), 5: digit(5), 6: digit(6), 7: digit(7), 8: digit(8), 9: digit(9),
    e: () => {
      const passage = nextOfCriterion(evidence, state.criterion, state.passage?.id);
      if (passage) go(passage);
    },
    n: () => state.viewer?.next(),
    d: press('[data-decide="discuss"]'),
    s: press('[data-decide="primary"]'),
    r: () => {
      if (!reject) return false;
      reject.open = true;
      return true;
    },
    m: () => {
      if (!note) return false;
      note.focus();
      return true;
    },
    z: press("[data-undo]"),
    "[": () => documentBy(-1),
    "]": () => documentBy(1),
  });

  // --- begin -----------------------------------------------------------------

  const asked = evidence.find((e) => e.id === decodeURIComponent(location.hash.slice(1)));
  mount().then(() => (asked ? go(asked) : undefined)).then(() => {
    page.dataset.ready = "";
  });
}
