// The app's modals: a stack of up to three, of which the top one is shown in one dialog.

import { said } from './announce.js';
import { post } from './api.js';
import { renderBlocks } from './blocks.js';
import { button, dialog } from './dialog.js';
import { $, $$, fill, focusMark, h, refocus } from './dom.js';
import { plain } from './mrkdwn.js';
import { labelOf } from './naming.js';
import { closeView, emit, store } from './store.js';
import { surface } from './surface.js';
import { forget, prune, typedOn } from './values.js';

let box = null;
let shown = { id: null, hash: null };
let busy = false;
const known = new Set(); // views seen, so that what was typed is forgotten once they are gone

const keyOf = (view) => `view:${view.id}`;

/** Bring the dialog to what the stack says. */
export function drawModals() {
  const view = store.modals.at(-1);
  for (const id of known) if (!store.modals.some((one) => one.id === id)) gone(id);
  if (!view) {
    box?.shut();
    box = null;
    shown = { id: null, hash: null };
    return;
  }
  known.add(view.id);
  if (view.id === shown.id && view.hash === shown.hash) return;
  if (!box) box = open();
  const same = view.id === shown.id;
  shown = { id: view.id, hash: view.hash };
  draw(view, same);
}

function gone(id) {
  known.delete(id);
  forget(`view:${id}`);
}

function open() {
  const made = dialog({ title: '', onclose: () => close(store.modals.at(-1)), kind: 'modal' });
  made.form.addEventListener('submit', () => submit(store.modals.at(-1)));
  return made;
}

function draw(view, same) {
  const mark = same ? focusMark(box.node) : null;
  const { scrollTop } = box.body;
  const key = keyOf(view);
  prune(key, view.blocks);
  const on = surface({ kind: 'modal', key, at: { view_id: view.id }, kept: view.state?.values, say: (text) => trouble(text) });
  box.setTitle(plain(view.title?.text));
  fill(box.body, h('p.trouble', { role: 'alert', hidden: true }), renderBlocks(view.blocks, on));
  const inputs = view.blocks.some((one) => one.type === 'input');
  const submitText = labelOf(view.submit) || (inputs ? 'Submit' : '');
  fill(box.foot, button(labelOf(view.close) || (submitText ? 'Cancel' : 'Close'), '', () => close(view)),
    submitText && h('button.primary', { type: 'submit', dataset: { tool: 'submit' } }, submitText));
  box.body.scrollTop = same ? scrollTop : 0;
  if (!refocus(box.node, mark)) focusFirst(same);
  if (!same) said(`${labelOf(view.title)}, ${store.modals.length > 1 ? `form ${store.modals.length} on top of another` : 'form'}`);
}

const FIELDS = 'input:not([type=hidden]), select, textarea, button, a[href]';

/** First field of a fresh form; its heading when there is none. */
function focusFirst(same) {
  const first = $('[autofocus]', box.body) || $(FIELDS, box.body);
  if (same && box.node.contains(document.activeElement) && document.activeElement !== box.node) return;
  (first || box.heading).focus();
}

function trouble(text) {
  const node = box && $('.trouble', box.body);
  if (!node) return;
  node.textContent = text;
  node.hidden = !text;
}

/** Write what is wrong beside each field, and go to the first one. */
function showErrors(errors) {
  let first = null;
  for (const field of $$('[data-field]', box.body)) {
    const told = errors[field.dataset.field];
    const place = $('.error', field);
    const control = $('input, select, textarea', field);
    place.hidden = !told;
    place.textContent = told || '';
    control?.setAttribute('aria-invalid', String(Boolean(told)));
    if (told && !first) first = control;
  }
  const list = Object.values(errors);
  if (list.length) said(`${list.length === 1 ? 'One field needs' : `${list.length} fields need`} another look: ${list.join(' ')}`);
  first?.focus();
}

function setBusy(now) {
  busy = now;
  if (!box) return;
  box.node.toggleAttribute('aria-busy', now);
}

async function submit(view) {
  if (busy || !view) return;
  setBusy(true);
  trouble('');
  try {
    const answer = await post('submit', { view_id: view.id, values: typedOn(keyOf(view)) });
    if (answer.closed) {
      closeView(view.id);
      emit('modals');
    }
    if (!box || shown.id !== view.id) return;
    trouble(answer.notice || '');
    showErrors(answer.errors);
  } catch (problem) {
    if (problem.error === 'view_not_found') closeView(view.id);
    trouble(problem.message);
  } finally {
    setBusy(false);
    emit('modals');
  }
}

async function close(view) {
  if (!view) return;
  closeView(view.id);
  emit('modals');
  await post('close', { view_id: view.id }).catch(() => {});
}
