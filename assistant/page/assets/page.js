// What works on every tab without asking the server: sorting, copying, the panel of sources.
window.nianbao = {
  opener: null,

  // A browser may forbid a page to keep anything: then each visit begins in Chinese.
  kept(code) {
    try {
      if (code) localStorage.setItem('nianbao-spoken', code);
      return localStorage.getItem('nianbao-spoken');
    } catch {
      return null;
    }
  },

  speak(code) {
    this.language = code;
    this.kept(code);
    document.title = window.nianbaoTexts.title[code];
    this.reword();
    return code;
  },

  // The id of the tab that is open, "" where none can be seen.
  opened() {
    const panels = [...document.querySelectorAll('[role=tabpanel]')];
    return panels.find((one) => one.checkVisibility())?.id ?? '';
  },

  // Gradio has some of its own texts in English only, and changes none with the switch.
  reword() {
    const code = this.language;
    const tag = {zh: 'zh-CN', en: 'en'}[code];
    if (document.documentElement.lang !== tag) document.documentElement.lang = tag;
    const known = new Map();
    for (const [key, pair] of Object.entries(window.nianbaoTexts.gradio))
      for (const said of [key, ...Object.values(pair)]) known.set(said, pair[code]);
    for (const name of ['aria-label', 'title'])
      for (const one of document.querySelectorAll(`[${name}]`)) {
        const written = one.getAttribute(name);
        const said = known.get(written.trim());
        if (said && said !== written) one.setAttribute(name, said);
      }
    for (const one of document.querySelectorAll('[data-testid=upload-text], [data-testid=upload-text] .or, .sr-only[role=status], .toast-title'))
      for (const node of one.childNodes) {
        const said = node.nodeType === Node.TEXT_NODE && known.get(node.data.trim());
        if (said && !node.data.includes(said)) node.data = ` ${said} `;
      }
  },

  shown: 0,

  showSource() {
    // Only once the browser has laid the new panel out can it be scrolled; by then it may be closed.
    const shown = ++this.shown;
    const lay = () => { if (shown === this.shown) this.layOpen(); };
    requestAnimationFrame(() => requestAnimationFrame(lay));
  },

  layOpen() {
    const place = document.getElementById('source');
    const panel = place?.querySelector('.source');
    if (!panel) {
      place?.classList.remove('open');
      return;
    }
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
    this.shown += 1;
    const place = document.getElementById('source');
    if (!place?.matches(':has(.open, .source), .open')) return;
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

  download(file) {
    if (!file?.url) return;
    const link = document.createElement('a');
    link.href = file.url;
    link.download = file.orig_name ?? '';
    document.body.append(link);
    link.click();
    link.remove();
  },

  async copy(button) {
    const text = document.getElementById(button.dataset.copy)?.innerText ?? '';
    await navigator.clipboard.writeText(text);
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1500);
  },
};

// Gradio puts this script in once the page stands, and sets the language by the browser's.
window.nianbao.language = window.nianbao.kept() === 'en' ? 'en' : 'zh';
{
  let due = false;
  const follow = () => {
    due = false;
    window.nianbao.reword();
  };
  const watch = new MutationObserver(() => {
    if (!due) requestAnimationFrame(follow);
    due = true;
  });
  watch.observe(document.documentElement, {subtree: true, childList: true, attributeFilter: ['aria-label', 'lang']});
}

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
