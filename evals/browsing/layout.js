// Returns what is wrong with how the page stands now, as lines of text; leaves it as it is.
() => {
  const CJK = /[\u3400-\u9fff\uf900-\ufaff]/;
  const SLACK = 2;
  const wrong = [];

  const said = (element) => {
    const id = element.closest('[id]:not([id^="component-"])')?.id ?? '';
    const text = (element.innerText || element.value || element.placeholder || '').trim();
    const kind = element.tagName.toLowerCase() + (element.classList[0] ? `.${element.classList[0]}` : '');
    return `${kind}${id ? ` in #${id}` : ''} “${text.replace(/\s+/g, ' ').slice(0, 40)}”`;
  };
  const ancestors = function* (element) {
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) yield one;
  };
  const shown = (element) => {
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  // What is seen of a box. With `unrolled` a part that can be scrolled counts as seen whole.
  const seen = (box, element, unrolled) => {
    let {left, right, top, bottom} = box;
    const stays = {x: true, y: true};
    for (const one of ancestors(element)) {
      const style = getComputedStyle(one);
      const place = one.getBoundingClientRect();
      for (const [axis, way] of [['x', style.overflowX], ['y', style.overflowY]]) {
        if (unrolled && ['auto', 'scroll'].includes(way)) stays[axis] = false;
        if (way === 'visible' || !stays[axis]) continue;
        if (axis === 'x') [left, right] = [Math.max(left, place.left), Math.min(right, place.right)];
        else [top, bottom] = [Math.max(top, place.top), Math.min(bottom, place.bottom)];
      }
      if (style.position === 'fixed') break;
    }
    return {left, right, top, bottom, width: right - left, height: bottom - top};
  };
  const texts = () => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const element = walk.currentNode.parentElement;
      if (!walk.currentNode.data.trim() || element.closest('script, style, noscript')) continue;
      if (shown(element)) found.push([walk.currentNode, element]);
    }
    return found;
  };

  const sideways = () => {
    const root = document.scrollingElement;
    if (root.scrollWidth <= innerWidth) return;
    const out = [...document.body.querySelectorAll('*')].filter(
      (one) => shown(one) && seen(one.getBoundingClientRect(), one, false).right > innerWidth + SLACK);
    const inner = out.filter((one) => !out.some((other) => other !== one && one.contains(other)));
    wrong.push(`the page is ${root.scrollWidth} wide on a screen of ${innerWidth}: ${inner.slice(0, 3).map(said).join('; ')}`);
  };
  const clipped = () => {
    for (const [node, element] of texts()) {
      if (!CJK.test(node.data)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const left = seen(box, element, true);
      if (left.width <= 0 || left.height <= 0) continue;
      // Half a line's leading may be cut; letters may not.
      const leading = Math.max(SLACK, parseFloat(getComputedStyle(element).fontSize) * 0.3);
      if (box.width - left.width > SLACK || box.height - left.height > leading)
        wrong.push(`text is cut off: ${said(element)}`);
    }
    const pen = document.createElement('canvas').getContext('2d');
    for (const field of document.querySelectorAll('input, textarea')) {
      if (!shown(field) || field.value || !CJK.test(field.placeholder)) continue;
      const style = getComputedStyle(field);
      pen.font = style.font;
      const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const lines = field.tagName === 'TEXTAREA' ? Math.max(1, Math.floor(field.clientHeight / parseFloat(style.lineHeight))) : 1;
      if (pen.measureText(field.placeholder).width > room * lines + SLACK)
        wrong.push(`the hint does not fit: ${said(field)}`);
    }
  };
  // A short word on a control stands on one line.
  const broken = () => {
    for (const [node, element] of texts()) {
      const said = node.data.trim();
      if (said.length > 7 || !element.closest('button, label, [role=tab]')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = new Set([...range.getClientRects()].filter((one) => one.width > 0).map((one) => Math.round(one.top)));
      if (lines.size > 1) wrong.push(`broken over ${lines.size} lines: “${said}”`);
    }
  };
  const overlapping = () => {
    const kinds = 'button, input, textarea, select, a[href], summary, [role=tab], [role=button]';
    const all = [...document.querySelectorAll(kinds)].filter(shown)
      .filter((one) => !one.closest('[aria-hidden=true], [inert]'));
    const layer = (one) => [...ancestors(one)].find((a) => ['fixed', 'sticky'].includes(getComputedStyle(a).position));
    const boxes = all.map((one) => [one, seen(one.getBoundingClientRect(), one, false), layer(one)])
      .filter(([, box]) => box.width > 0 && box.height > 0);
    boxes.forEach(([one, a, over], index) => {
      for (const [other, b, above] of boxes.slice(index + 1)) {
        if (over !== above || one.contains(other) || other.contains(one)) continue;
        if (one.closest('label') && one.closest('label') === other.closest('label')) continue;
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > SLACK && height > SLACK) wrong.push(`overlapping: ${said(one)} and ${said(other)}`);
      }
    });
  };
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const colour = (value) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = value;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) =>
    [r, g, b].map((one, i) => one * a + under[i] * (1 - a)).concat(1);
  const background = (element) => {
    const layers = [];
    for (const one of ancestors(element)) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== 'none') return null;
      const painted = colour(style.backgroundColor);
      if (painted[3] > 0) layers.push(painted);
      if (painted[3] === 1) break;
    }
    const canvas = colour(getComputedStyle(document.body).backgroundColor);
    return layers.reverse().reduce((under, top) => over(top, under), canvas[3] ? canvas : [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const pale = () => {
    const check = (element, style, what) => {
      if (element.closest(':disabled, [aria-disabled=true]')) return;
      const under = background(element);
      if (!under) return;
      let [r, g, b, a] = colour(style.color);
      for (const one of ancestors(element)) a *= parseFloat(getComputedStyle(one).opacity);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
      const found = contrast(over([r, g, b, a], under), under);
      if (found < (large ? 3 : 4.5)) wrong.push(`contrast ${found.toFixed(2)}: ${what}${said(element)}`);
    };
    for (const [, element] of texts()) check(element, getComputedStyle(element), '');
    for (const field of document.querySelectorAll('input:not([type=radio], [type=checkbox]), textarea')) {
      if (!shown(field)) continue;
      if (field.value) check(field, getComputedStyle(field), '');
      else if (field.placeholder) check(field, getComputedStyle(field, '::placeholder'), 'hint of ');
    }
  };

  const still = document.createElement('style');
  still.textContent = '*, ::before, ::after { transition: none !important; animation: none !important; }';
  document.head.append(still);
  sideways();
  clipped();
  broken();
  overlapping();
  pale();
  still.remove();
  return [...new Set(wrong)];
}
