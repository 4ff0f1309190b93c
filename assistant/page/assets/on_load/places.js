// A place that shows marked text moves to the first mark when it shows something else.
watch('value', () => requestAnimationFrame(() => {
  element.querySelector('details')?.setAttribute('open', '');
  const mark = element.querySelector('mark');
  const box = mark?.closest('pre');
  if (!box) return;
  const middle = (box.clientHeight - mark.offsetHeight) / 2;
  box.scrollTop += mark.getBoundingClientRect().top - box.getBoundingClientRect().top - middle;
  const {top, bottom} = box.getBoundingClientRect();
  if (bottom < 60 || top > innerHeight - 60) box.scrollIntoView({block: 'center'});
}));
