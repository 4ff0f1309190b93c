// A click on a data-NAME anywhere in the page opens TAB and tells its data- attributes.
document.addEventListener('click', (event) => {
  const chosen = event.target.closest('[data-NAME]');
  if (!chosen) return;
  document.getElementById('TAB-button')?.click();
  trigger('click', {...chosen.dataset, turn: String(performance.now())});
});
