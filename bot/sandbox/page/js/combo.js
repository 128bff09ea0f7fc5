// A field that searches and a list to pick from, for selects whose options the app offers as one
// types, and for those that take several.

import { $$, fill, freshId, h, icon, later } from './dom.js';
import { place } from './menu.js';

const WAIT = 180;

/**
 * `load(query)` resolves to `[{label, options: [{value, label, description, raw}]}]`; `picked` holds
 * such options. `onpick(options)` is told what stands in it. Returns `{node, input}`.
 */
export function combo({ label, placeholder, several, most, picked, load, onpick, props, clearable = true }) {
  const state = { picked: [...picked], options: [], active: -1, asked: 0 };
  const list = h('div.menu.options', { role: 'listbox', popover: 'manual', id: freshId('options'), 'aria-label': label || placeholder || 'Options' });
  const input = h('input', {
    type: 'text', role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
    'aria-controls': list.id, 'aria-label': label, placeholder, ...props,
  });
  const chips = h('div.chips');
  const node = h('div.combo', {}, chips, input, list);
  const own = { state, list, input, chips, several, most, load, onpick, clearable };
  own.search = later(() => search(own), WAIT);
  input.addEventListener('input', () => own.search());
  input.addEventListener('click', () => search(own));
  input.addEventListener('keydown', (event) => keys(event, own));
  input.addEventListener('blur', () => leave(own));
  if (several) list.setAttribute('aria-multiselectable', 'true');
  drawPicked(own);
  return { node, input };
}

/** A single choice that was typed over but not replaced shows again what stands. */
function leave(own) {
  shut(own);
  if (own.several) return;
  if (own.clearable && own.input.value === '' && own.state.picked.length) change(own, []);
  else drawPicked(own);
}

function drawPicked(own) {
  if (!own.several) {
    own.input.value = own.state.picked[0]?.label || '';
    return;
  }
  fill(own.chips, own.state.picked.map((one) => h('button.chip', {
    type: 'button',
    'aria-label': `Remove ${one.label}`,
    onclick: () => {
      change(own, own.state.picked.filter((other) => other.value !== one.value));
      own.input.focus();
    },
  }, one.label, icon('close'))));
}

function change(own, picked) {
  own.state.picked = picked;
  drawPicked(own);
  own.onpick(picked);
}

function shut(own) {
  if (own.list.matches(':popover-open')) own.list.hidePopover();
  own.input.setAttribute('aria-expanded', 'false');
  own.input.removeAttribute('aria-activedescendant');
  own.state.active = -1;
}

async function search(own) {
  const asked = ++own.state.asked;
  const shown = own.several ? null : own.state.picked[0]?.label;
  const query = own.input.value === shown ? '' : own.input.value;
  const groups = await own.load(query).catch(() => null);
  if (asked !== own.state.asked || document.activeElement !== own.input) return;
  draw(own, groups);
}

function draw(own, groups) {
  own.state.options = (groups || []).flatMap((group) => group.options);
  const rows = (groups || []).filter((group) => group.options.length).map((group) =>
    group.label
      ? h('div', { role: 'group', 'aria-label': group.label }, h('div.group-name', { 'aria-hidden': 'true' }, group.label), group.options.map((one) => row(own, one)))
      : group.options.map((one) => row(own, one)));
  const empty = groups ? 'Nothing found.' : 'The app did not answer.';
  fill(own.list, own.state.options.length ? rows : h('div.group-name', {}, empty));
  if (!own.list.matches(':popover-open')) own.list.showPopover();
  place(own.list, own.input, 200);
  own.input.setAttribute('aria-expanded', 'true');
  own.state.active = -1;
}

const isPicked = (own, option) => own.state.picked.some((one) => one.value === option.value);

function row(own, option) {
  return h('div.menu-item', {
    role: 'option',
    id: freshId('option'),
    'aria-selected': String(isPicked(own, option)),
    // Not `click`: the field would lose the focus first, and with it the list.
    onpointerdown: (event) => {
      event.preventDefault();
      pick(own, option);
    },
  }, option.label, option.description && h('small', {}, option.description));
}

function pick(own, option) {
  if (!own.several) change(own, [option]);
  else if (isPicked(own, option)) change(own, own.state.picked.filter((one) => one.value !== option.value));
  else if (own.state.picked.length < (own.most || Infinity)) change(own, [...own.state.picked, option]);
  if (own.several) own.input.value = '';
  shut(own);
}

function step(own, by) {
  const rows = $$('[role=option]', own.list);
  if (!rows.length) return;
  own.state.active = (own.state.active + by + rows.length) % rows.length;
  rows.forEach((one, at) => one.classList.toggle('active', at === own.state.active));
  const active = rows[own.state.active];
  active.scrollIntoView({ block: 'nearest' });
  own.input.setAttribute('aria-activedescendant', active.id);
}

function keys(event, own) {
  const open = own.list.matches(':popover-open');
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (open) step(own, event.key === 'ArrowDown' ? 1 : own.state.active < 0 ? 0 : -1);
    else search(own);
  } else if (event.key === 'Enter') {
    if (!open && event.isComposing) return;
    event.preventDefault();
    if (open && own.state.active >= 0) pick(own, own.state.options[own.state.active]);
  } else if (event.key === 'Escape' && open) {
    event.preventDefault();
    event.stopPropagation();
    shut(own);
  } else if (event.key === 'Backspace' && own.several && !own.input.value && own.state.picked.length) {
    change(own, own.state.picked.slice(0, -1));
  }
}
