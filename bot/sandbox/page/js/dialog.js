// Dialogs. The browser's own modal dialog keeps the focus inside and closes on Esc; this adds a
// heading, a foot, and a safe place for the focus when the button that opened it is gone.

import { $, fill, freshId, h, iconButton } from './dom.js';

/** Where the focus goes when nothing better is left. */
export function focusHome() {
  const field = $('#thread:not([hidden]) textarea') || $('#main textarea') || $('#main');
  field?.focus();
}

/**
 * An empty modal dialog, shown. `onclose` is asked when the person closes it (Esc, the cross);
 * it decides whether `shut()` is called. Returns `{node, body, foot, form, setTitle, shut}`.
 */
export function dialog({ title, onclose, kind = '' }) {
  const id = freshId('dialog');
  const heading = h('h2', { id, tabindex: '-1' }, title);
  const body = h('div.dialog-body');
  const foot = h('div.dialog-foot');
  const form = h('form', { novalidate: true, onsubmit: (event) => event.preventDefault() },
    h('header.dialog-head', {}, heading, iconButton('close', 'Close', () => onclose())), body, foot);
  const node = h(`dialog${kind ? `.${kind}` : ''}`, { 'aria-labelledby': id }, form);
  const opener = document.activeElement;
  let over = false;
  // The key itself is taken: browsers let a page refuse only the first of several Esc in a row.
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    onclose();
  });
  // A phone's back gesture closes it without a key; what is still open below is shown again.
  node.addEventListener('close', () => {
    if (over) return;
    onclose();
    if (!over) node.showModal();
  });
  document.body.append(node);
  node.showModal();
  const shut = () => {
    over = true;
    node.close();
    node.remove();
    if (opener?.isConnected && opener !== document.body) opener.focus();
    else focusHome();
  };
  return { node, body, foot, form, heading, shut, setTitle: (text) => fill(heading, text) };
}

export const button = (text, kind, onclick, props = {}) =>
  h(`button${kind ? `.${kind}` : ''}`, { type: 'button', onclick, ...props }, text);

/** Ask before doing. Resolves to whether the person agreed. */
export function ask({ title, text, yes, no = 'Cancel', danger = false }) {
  return new Promise((resolve) => {
    const end = (agreed) => {
      box.shut();
      resolve(agreed);
    };
    const box = dialog({ title, onclose: () => end(false), kind: 'small' });
    fill(box.body, h('div.text', {}, text));
    const agree = button(yes, danger ? 'danger' : 'primary', () => end(true));
    fill(box.foot, button(no, '', () => end(false)), agree);
    agree.focus();
  });
}

/** The `confirm` object of an element; without one there is nothing to ask. */
export function confirmed(confirm, textOf) {
  if (!confirm) return Promise.resolve(true);
  return ask({
    title: textOf(confirm.title),
    text: textOf(confirm.text),
    yes: textOf(confirm.confirm),
    no: textOf(confirm.deny),
    danger: confirm.style === 'danger',
  });
}
