// What the composer offers while one types: commands after a slash, people after @, channels after #.

import { $$, fill, freshId, h } from './dom.js';
import { store } from './store.js';

const MOST = 8;

/** The word before the caret that can be completed, and what fits it. */
function offers(field, inThread) {
  const before = field.value.slice(0, field.selectionStart);
  const slash = /^\/\S*$/.exec(before);
  if (slash && !inThread) return { from: 0, sought: slash[0], rows: commands(slash[0]) };
  const name = /(?:^|\s)([@#])([\p{L}\p{N}_.-]*)$/u.exec(before);
  if (!name) return null;
  const from = before.length - name[2].length - 1;
  return { from, sought: name[0].trim(), rows: name[1] === '@' ? people(name[2]) : channels(name[2]) };
}

const commands = (start) => store.commands.filter((one) => one.command.startsWith(start.toLowerCase()))
  .map((one) => ({ value: `${one.command} `, label: one.command, hint: one.usage_hint, about: one.description }));

function people(start) {
  const sought = start.toLowerCase();
  return [...store.people.values()].filter((one) => !one.deleted && one.id !== 'USLACKBOT'
    && (one.name.startsWith(sought) || one.real_name.toLowerCase().startsWith(sought)))
    .map((one) => ({ value: `@${one.name} `, label: `@${one.name}`, about: one.real_name }));
}

const channels = (start) => [...store.channels.values()]
  .filter((one) => one.kind === 'channel' && one.name.startsWith(start.toLowerCase()))
  .map((one) => ({ value: `#${one.name} `, label: `#${one.name}`, about: one.topic }));

/** The usage of a command that is already written out. */
export function usage(text) {
  const name = /^(\/\S+)\s/.exec(text)?.[1];
  const found = name && store.commands.find((one) => one.command === name);
  return found ? [found.usage_hint && `${found.command} ${found.usage_hint}`, found.description].filter(Boolean).join(': ') : '';
}

/** Completion for one field. `node` goes beside it; `key(event)` says whether it took the key. */
export function completion(field, inThread) {
  const list = h('div.completion', { role: 'listbox', id: freshId('completion'), 'aria-label': 'Suggestions', hidden: true });
  const own = { field, list, inThread, rows: [], active: 0, from: 0 };
  field.setAttribute('aria-controls', list.id);
  field.setAttribute('aria-autocomplete', 'list');
  field.addEventListener('input', () => look(own));
  field.addEventListener('click', () => look(own));
  field.addEventListener('blur', () => hide(own));
  return { node: list, key: (event) => key(event, own), hide: () => hide(own) };
}

function look(own) {
  const found = offers(own.field, own.inThread);
  own.rows = (found?.rows || []).slice(0, MOST);
  // A word that is already whole needs no list that would take its Enter.
  if (own.rows.length === 1 && own.rows[0].value.trim() === found.sought && !found.sought.startsWith('/')) own.rows = [];
  own.from = found?.from ?? 0;
  own.active = 0;
  if (own.rows.length) draw(own);
  else hide(own);
}

function draw(own) {
  fill(own.list, own.rows.map((row, at) => h('div.menu-item', {
    role: 'option',
    id: `${own.list.id}-${at}`,
    onpointerdown: (event) => {
      event.preventDefault();
      own.active = at;
      take(own);
    },
  }, h('span', {}, h('strong', {}, row.label), row.hint && ` ${row.hint}`), row.about && h('small', {}, row.about))));
  own.list.hidden = false;
  mark(own);
}

function mark(own) {
  $$('[role=option]', own.list).forEach((row, at) => {
    row.classList.toggle('active', at === own.active);
    row.setAttribute('aria-selected', String(at === own.active));
    if (at === own.active) row.scrollIntoView({ block: 'nearest' });
  });
  own.field.setAttribute('aria-activedescendant', `${own.list.id}-${own.active}`);
}

function hide(own) {
  own.list.hidden = true;
  own.field.removeAttribute('aria-activedescendant');
}

function take(own) {
  const { field } = own;
  const after = field.value.slice(field.selectionStart);
  const { value } = own.rows[own.active];
  field.value = field.value.slice(0, own.from) + value + after;
  const caret = own.from + value.length;
  field.setSelectionRange(caret, caret);
  hide(own);
  field.dispatchEvent(new Event('input'));
}

function key(event, own) {
  if (own.list.hidden || event.isComposing) return false;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    own.active = (own.active + by + own.rows.length) % own.rows.length;
    mark(own);
  } else if (event.key === 'Escape') hide(own);
  else if (event.key === 'Tab' && !event.shiftKey) take(own);
  else if (event.key === 'Enter' && !event.shiftKey) {
    // A command written out in full is sent, not completed a second time.
    if (own.rows[own.active].value.trim() === own.field.value.trim()) return false;
    take(own);
  } else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
