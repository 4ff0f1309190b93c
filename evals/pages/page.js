"use strict";
// Filters the lists of a page; everything is in the page already and stays when no script runs.
for (const listing of document.querySelectorAll(".listing")) {
  const form = listing.querySelector(".filter");
  const cards = [...listing.querySelectorAll(".cards > li")];
  const output = form.querySelector("output");
  const words = form.querySelector("input[type=search]");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const none = listing.querySelector(":scope > .none");
  const show = () => {
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const fits = kinds.has(card.dataset.kind) &&
        wanted.every((word) => card.dataset.find.includes(word));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    none.hidden = shown > 0;
    output.textContent = `显示 ${shown} 项，共列出 ${cards.length} 项`;
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 80);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
