"use strict";
/** The list of runs: filters it by words, keeps it up to date without losing what is chosen, and changes tags. */
{
  const rows = document.getElementById("rows");
  const find = document.getElementById("find");
  const count = document.getElementById("count");
  const said = count.innerHTML;
  const boxes = () => [...rows.querySelectorAll("input[name=run]")];
  const chosen = () => boxes().filter(box => box.checked).map(box => box.value);

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    for (const row of rows.rows) {
      row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
      if (!row.hidden) shown++;
    }
    if (words.length) count.textContent = `${shown} of ${rows.rows.length} have these words.`;
    else count.innerHTML = said;
  };

  const take = html => {
    const kept = new Set(chosen());
    const focused = document.activeElement?.closest("#rows") ? document.activeElement : null;
    const key = focused && (focused.value ?? focused.getAttribute("href"));
    rows.innerHTML = html;
    for (const box of boxes()) box.checked = kept.has(box.value);
    if (key) [...rows.querySelectorAll("input, a")].find(one => (one.value ?? one.getAttribute("href")) === key)?.focus({ preventScroll: true });
    filter();
  };

  const ask = async () => {
    try {
      const answer = await fetch("/runs/rows");
      if (answer.ok) {
        const html = await answer.text();
        if (html !== ask.last) take(ask.last = html);
      }
    } catch {
      // The server may be there again the next time.
    }
    setTimeout(ask, 5000);
  };

  find.addEventListener("input", filter);
  document.getElementById("compare").addEventListener("click", event => {
    if (chosen().length === 0) {
      event.preventDefault();
      count.textContent = "Choose runs first.";
    }
  });

  const tagging = document.getElementById("tagging");
  tagging?.addEventListener("submit", async event => {
    event.preventDefault();
    const tags = document.getElementById("tags").value.split(/[\s,]+/).filter(tag => tag);
    const outcome = document.getElementById("tagged");
    const runs = chosen();
    if (runs.length === 0) {
      outcome.textContent = "Choose runs first.";
      return;
    }
    for (const run of runs) {
      const answer = await fetch("/tags?run=" + encodeURIComponent(run), {
        method: "POST",
        headers: { "Content-Type": "application/json", "Authorization": "Bearer " + document.getElementById("token").value },
        body: JSON.stringify({ [event.submitter.value]: tags }),
      });
      outcome.textContent = answer.ok ? "Done." : answer.status === 401 ? "The token is not the server's." : await answer.text();
      if (!answer.ok) return;
    }
    const answer = await fetch("/runs/rows");
    if (answer.ok) take(await answer.text());
  });

  setTimeout(ask, 5000);
}
