// The page moves to what is new here; its forms begin anew.
watch('value', () => {
  for (const form of element.querySelectorAll('form')) {
    form.reset();
    form.dispatchEvent(new Event('input', {bubbles: true}));
  }
  if (element.textContent.trim()) element.scrollIntoView({block: 'start'});
});
