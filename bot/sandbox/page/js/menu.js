// A button that opens a menu: arrow keys, Home and End, Esc; the browser's popover closes it from
// outside and keeps it above everything, dialogs included.

import { freshId, h } from './dom.js';

/** Put `popup` by `anchor`, inside the window. Both are on screen. */
export function place(popup, anchor, width = 0) {
  const at = anchor.getBoundingClientRect();
  if (width) popup.style.minWidth = `${Math.max(at.width, width)}px`;
  const size = popup.getBoundingClientRect();
  const below = window.innerHeight - at.bottom;
  const top = below < size.height + 8 && at.top > below ? Math.max(4, at.top - size.height - 4) : at.bottom + 4;
  popup.style.top = `${top}px`;
  popup.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - size.width - 4))}px`;
}

/** Fill `list` with what `entries()` returns (`[{label, does, danger}]`) and show it by `button`. */
export function menuFor(button, entries) {
  const list = h('div.menu', { role: 'menu', popover: 'auto', id: freshId('menu') });
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');
  const close = (back) => {
    list.hidePopover();
    if (back) button.focus();
  };
  const open = () => {
    if (!list.isConnected) button.after(list);
    list.replaceChildren(...entries().map((entry) => item(entry, close)));
    list.showPopover();
    place(list, button);
    list.firstElementChild?.focus();
  };
  list.addEventListener('toggle', (event) => {
    button.setAttribute('aria-expanded', String(event.newState === 'open'));
  });
  list.addEventListener('keydown', (event) => keys(event, list, close));
  button.addEventListener('click', () => (list.matches(':popover-open') ? close(true) : open()));
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    open();
  });
  return button;
}

function item(entry, close) {
  return h(`button.menu-item${entry.danger ? '.danger-text' : ''}`, {
    type: 'button',
    role: 'menuitem',
    tabindex: '-1',
    onclick: () => {
      close(true);
      entry.does();
    },
  }, entry.label, entry.description && h('small', {}, entry.description));
}

function keys(event, list, close) {
  const items = [...list.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === 'Tab') close(true);
  if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  }
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}
