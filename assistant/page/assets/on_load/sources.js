// A click on a data-source anywhere in the page opens its place here.
document.addEventListener('click', (event) => {
  const chosen = event.target.closest('[data-source]');
  if (!chosen) return;
  window.nianbao.opener = chosen;
  trigger('click', {...chosen.dataset, turn: String(performance.now())});
});
watch('value', () => window.nianbao.showSource());
