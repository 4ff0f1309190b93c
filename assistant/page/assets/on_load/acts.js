// A click on an element with data-do tells its data- attributes.
element.addEventListener('click', (event) => {
  const chosen = event.target.closest('[data-do]');
  if (chosen && element.contains(chosen)) trigger('click', {...chosen.dataset});
});
