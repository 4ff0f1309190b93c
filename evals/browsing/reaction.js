// Arms a watch: it starts at the next click or key, and keeps the time of the last change that is seen.
(within) => {
  window.reaction?.watch.disconnect();
  const held = {start: null, last: null};
  const begin = (event) => { held.start ??= event.timeStamp; };
  for (const kind of ['pointerdown', 'click', 'keydown', 'input', 'change'])
    document.addEventListener(kind, begin, {capture: true});
  const element = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const seen = (change) => {
    const one = element(change.target);
    return one?.closest(within) && !one.closest('.sr-only') && one.checkVisibility({opacityProperty: true, visibilityProperty: true});
  };
  const watch = new MutationObserver((changes) => {
    if (held.start !== null && changes.some(seen)) held.last = performance.now();
  });
  watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
  window.reaction = {
    watch,
    still: () => held.start !== null && !window.underway() && performance.now() - (held.last ?? held.start) > 500,
    end: () => {
      watch.disconnect();
      for (const kind of ['pointerdown', 'click', 'keydown', 'input', 'change'])
        document.removeEventListener(kind, begin, {capture: true});
      return Math.max(0, (held.last ?? held.start) - held.start);
    },
  };
}
