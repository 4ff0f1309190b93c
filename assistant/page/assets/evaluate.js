// Filters the lists of changed or wrong cells; what is shown comes and goes, so it listens above.
{
  const show = (form) => {
    const listing = form.closest('.listing');
    const cards = [...listing.querySelectorAll('.cards > li')];
    const boxes = [...form.querySelectorAll('input[type=checkbox]')];
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const wanted = form.querySelector('input[type=search]').value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const fits = kinds.has(card.dataset.kind) && wanted.every((word) => card.dataset.find.includes(word));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    listing.querySelector(':scope > .none').hidden = shown > 0;
    form.querySelector('output').textContent = `${shown} / ${cards.length}`;
  };
  document.addEventListener('input', (event) => {
    const form = event.target.closest('.ev form.filter');
    if (form) show(form);
  });
  // Enter in the field of words must not leave the page.
  document.addEventListener('submit', (event) => {
    if (event.target.closest('.ev form.filter')) event.preventDefault();
  });
}
