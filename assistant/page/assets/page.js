// What works on every tab without asking the server: sorting, copying, the panel of sources.
window.nianbao = {
  opener: null,

  spoken() {
    try {
      return localStorage.getItem('nianbao-spoken') === 'en' ? 'en' : 'zh-CN';
    } catch {
      return 'zh-CN'; // A browser may forbid a page to keep anything.
    }
  },

  speak(code, titles) {
    try { localStorage.setItem('nianbao-spoken', code); } catch { /* Asked again at the next visit. */ }
    document.documentElement.lang = code === 'en' ? 'en' : 'zh-CN';
    document.title = titles[code];
    return code;
  },

  showSource() {
    // Only once the browser has laid the new panel out can it be scrolled.
    requestAnimationFrame(() => requestAnimationFrame(() => this.layOpen()));
  },

  layOpen() {
    const place = document.getElementById('source');
    const panel = place?.querySelector('.source');
    if (!panel) return;
    const aside = 'beside' in panel.dataset;
    const hidden = aside && window.innerWidth < 1000;
    place.classList.toggle('open', !hidden);
    panel.classList.toggle('open', !hidden);
    if (hidden) return;
    const mark = panel.querySelector('mark.focus') ?? panel.querySelector('mark');
    if (mark) mark.scrollIntoView({block: 'center', inline: 'nearest'});
    else panel.querySelector('end' in panel.dataset ? '.cut:last-child' : 'header')?.scrollIntoView();
    if (!aside) panel.focus({preventScroll: true});
  },

  closeSource() {
    const place = document.getElementById('source');
    if (!place?.querySelector('.open, .source')) return;
    place.querySelectorAll('.open').forEach((one) => one.classList.remove('open'));
    place.classList.remove('open');
    this.opener?.focus?.();
  },

  sort(button) {
    const header = button.closest('th');
    const table = header.closest('table');
    const column = [...header.parentNode.children].indexOf(header);
    const down = header.getAttribute('aria-sort') === 'ascending';
    const key = (row) => row.children[column]?.dataset.sort ?? row.children[column]?.textContent ?? '';
    const number = (text) => (text.trim() === '' ? NaN : Number(text));
    const compare = (a, b) => {
      const [x, y] = [key(a), key(b)];
      const [m, n] = [number(x), number(y)];
      if (!isNaN(m) && !isNaN(n)) return m - n;
      if (isNaN(m) !== isNaN(n)) return isNaN(m) ? 1 : -1;
      return x.localeCompare(y, 'zh-CN');
    };
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
    table.querySelectorAll('th[aria-sort]').forEach((one) => one.removeAttribute('aria-sort'));
    header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    table.tBodies[0].append(...rows);
  },

  async copy(button) {
    const text = document.getElementById(button.dataset.copy)?.innerText ?? '';
    await navigator.clipboard.writeText(text);
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1500);
  },
};

// Gradio's own few words follow the browser's language: it is told the page's.
Object.defineProperty(navigator, 'language', {get: () => window.nianbao.spoken()});

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-sort-by], [data-copy], [data-close]');
  if (!button) return;
  if ('sortBy' in button.dataset) window.nianbao.sort(button);
  else if ('copy' in button.dataset) window.nianbao.copy(button);
  else window.nianbao.closeSource();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') window.nianbao.closeSource();
});
