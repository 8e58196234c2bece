// Who else has this application open: the page says that it is open, and is told.

const EVERY = 20_000;

const line = document.querySelector("[data-looking]");
if (line) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  let timer = 0;
  const tell = async () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(line.dataset.looking, { method: "POST", headers: { "X-CSRF-Token": token }, credentials: "same-origin", redirect: "error" });
      if (answer.ok) {
        const text = await answer.text();
        if (line.textContent !== text) line.textContent = text;
      }
    } catch {
      // The network is away: the page works on, and asks again.
    }
    timer = setTimeout(tell, EVERY);
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}
