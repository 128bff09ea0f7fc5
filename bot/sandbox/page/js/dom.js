// Building and finding elements. Strings always become text nodes, so nothing that somebody
// wrote can turn into markup: the page has no other way of making elements.

const PROPERTIES = new Set(['value', 'checked', 'selected', 'htmlFor', 'textContent']);

/** An element: `h('button.primary', {type: 'button', onclick: go}, 'Go')`. */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name || 'div');
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(props)) assign(node, key, value);
  node.append(...kept(children));
  return node;
}

function assign(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
  else if (key === 'dataset') Object.assign(node.dataset, value);
  else if (PROPERTIES.has(key)) node[key] = value;
  else node.setAttribute(key, value === true ? '' : value);
}

function kept(children) {
  return children.flat(Infinity).filter((one) => one || one === 0).map((one) =>
    one instanceof Node ? one : document.createTextNode(String(one)));
}

/** Put `children` in the place of whatever `node` holds. */
export function fill(node, ...children) {
  node.replaceChildren(...kept(children));
  return node;
}

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

let count = 0;
/** An id nobody else on the page has. */
export const freshId = (prefix) => `${prefix}-${++count}`;

const PATHS = {
  reply: 'M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  close: 'm6 6 12 12M18 6 6 18',
  back: 'm14 6-6 6 6 6',
  send: 'm5 12 14-7-5 15-3-6z',
  clip: 'M12 3v11a3 3 0 0 1-3-3V6a3 3 0 0 1 6 0v5a3 3 0 0 1-3 3M6 11a6 6 0 0 0 12 0M12 17v4',
  attach: 'm8 13 6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9v6M9 12h6',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  down: 'm6 9 6 6 6-6',
  play: 'M8 5v14l11-7z',
  plus: 'M12 5v14M5 12h14',
};

/** A small line drawing; decoration only, the button around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', PATHS[name]);
  if (name === 'more') path.setAttribute('stroke-width', '4');
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function iconButton(name, label, onclick, props = {}) {
  return h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick, ...props },
    icon(name));
}

/** What holds the focus inside `root`, said in a way that survives building it anew. */
export function focusMark(root) {
  const at = document.activeElement;
  if (!at || !root.contains(at)) return null;
  const { block, action, tool, option } = at.dataset;
  const caret = 'selectionStart' in at ? readCaret(at) : null;
  return block || tool ? { block, action, tool, option, caret } : null;
}

function readCaret(field) {
  try {
    return [field.selectionStart, field.selectionEnd];
  } catch {
    return null;
  }
}

/** Give the focus back to what `mark` describes. Returns whether it was found. */
export function refocus(root, mark) {
  if (!mark) return false;
  const found = $$('[data-block], [data-tool]', root).find((node) =>
    ['block', 'action', 'tool', 'option'].every((key) => node.dataset[key] === mark[key]));
  if (!found) return false;
  found.focus({ preventScroll: true });
  if (mark.caret && mark.caret[0] !== null && 'setSelectionRange' in found) {
    try {
      found.setSelectionRange(...mark.caret);
    } catch {
      return true; // number and date fields keep no caret
    }
  }
  return true;
}

/** Call `fn` once, `wait` milliseconds after the last call. `flush()` calls it at once. */
export function later(fn, wait) {
  let timer = 0;
  let pending = null;
  const run = () => {
    clearTimeout(timer);
    const args = pending;
    pending = null;
    if (args) fn(...args);
  };
  const call = (...args) => {
    pending = args;
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };
  call.flush = run;
  return call;
}
