// The tab of questions: numbers that lead to a list, quotes by keyboard, the question in the URL.
(() => {
  const LONGEST = 500;
  const field = () => document.querySelector('#ask-question textarea, #ask-question input');
  const inUrl = () =>
    (new URLSearchParams(location.search).get('q') ?? '').slice(0, LONGEST).trim();

  function follow(name) {
    const place = document.getElementById(name);
    if (!place) return;
    const folded = place.querySelector('details');
    if (folded) folded.open = true;
    const aim = folded?.querySelector('summary') ?? place;
    aim.scrollIntoView({block: 'start', behavior: 'smooth'});
    aim.focus({preventScroll: true});
  }

  function put(question) {
    const input = field();
    const kind = input instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(input, question);
    input.dispatchEvent(new Event('input', {bubbles: true}));
  }

  function ask(question) {
    put(question);
    if (question) setTimeout(() => document.getElementById('ask-send')?.click(), 150);
  }

  function note(question) {
    if (!question || question === inUrl()) return;
    const url = new URL(location.href);
    url.searchParams.set('q', question.slice(0, LONGEST));
    history.pushState({}, '', url);
  }

  function start() {
    const place = document.getElementById('ask-answer');
    if (!place || !field()) return false;
    place.setAttribute('aria-live', 'polite');
    let last = '';
    new MutationObserver(() => {
      const asked = place.querySelector('[data-asked]')?.dataset.asked ?? '';
      if (asked === last) return;
      last = asked;
      note(asked);
      if (asked && document.activeElement === field()) field().select();
    }).observe(place, {childList: true, subtree: true, attributes: true});
    if (inUrl()) ask(inUrl());
    return true;
  }

  document.addEventListener('click', (event) => {
    const chosen = event.target.closest('[data-goto]');
    if (chosen) follow(chosen.dataset.goto);
  });
  document.addEventListener('keydown', (event) => {
    const chosen = event.target.closest?.('span[role="button"]');
    if (!chosen || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    chosen.click();
  });
  addEventListener('popstate', () => ask(inUrl()));
  const waiting = setInterval(() => { if (start()) clearInterval(waiting); }, 100);
})();
