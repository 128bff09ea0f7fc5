// Writing: messages, replies, commands, files and voice clips.

import { trying } from './announce.js';
import { post, upload } from './api.js';
import { recordClip } from './clip.js';
import { completion, usage } from './completion.js';
import { fill, freshId, h, iconButton } from './dom.js';
import { outgoing } from './outgoing.js';
import { store } from './store.js';

const drafts = new Map();
const COMMAND = /^\/[^\s/]+(?=\s|$)/;

/** A composer for a channel or, with `thread`, for that thread. `editLast` serves ArrowUp. */
export function composer({ channel, thread = null, label, editLast }) {
  const own = { channel, thread, editLast, key: `${store.me.id}/${channel.id}/${thread || ''}`, files: [], busy: false };
  build(own, label);
  own.field.value = drafts.get(own.key) || '';
  wire(own);
  grow(own.field);
  return { node: own.form, focus: () => own.field.focus() };
}

function build(own, label) {
  const hintId = freshId('usage');
  own.field = h('textarea', { rows: '1', 'aria-label': label, placeholder: label, 'aria-describedby': hintId, enterkeyhint: 'send', dataset: { tool: 'write' } });
  own.hint = h('p.usage', { id: hintId, hidden: true });
  own.problem = h('p.error', { role: 'alert', hidden: true });
  own.attached = h('div.chips');
  own.offers = completion(own.field, Boolean(own.thread));
  own.also = own.thread && own.channel.kind !== 'im' && h('label.also', {},
    h('input', { type: 'checkbox' }), h('span', {}, `Also send to ${own.channel.kind === 'mpim' ? 'the group' : `#${own.channel.name}`}`));
  own.chooser = h('input.only-heard', { type: 'file', multiple: true, tabindex: '-1', 'aria-hidden': 'true' });
  own.form = h('form.composer', {}, own.offers.node, own.problem, own.hint, own.attached,
    h('div.write', {},
      iconButton('attach', 'Attach a file', () => own.chooser.click()), own.chooser,
      iconButton('clip', 'Record a voice clip', () => recordClip(own.channel, own.thread)),
      own.field,
      h('button.icon-button.send', { type: 'submit', 'aria-label': 'Send', title: 'Send' }, iconButton('send', '').firstChild)),
    own.also);
}

function wire(own) {
  const { field } = own;
  own.form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(own);
  });
  own.chooser.addEventListener('change', () => attach(own));
  field.addEventListener('input', () => {
    drafts.set(own.key, field.value);
    complain(own, '');
    hintFor(own);
    grow(field);
  });
  field.addEventListener('keydown', (event) => keys(event, own));
}

function keys(event, own) {
  if (own.offers.key(event)) return;
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send(own);
  } else if (event.key === 'ArrowUp' && own.field.value === '') {
    event.preventDefault();
    own.editLast();
  }
}

/** As high as its text, up to a third of the window (the style sheet's limit). */
function grow(field) {
  field.style.height = 'auto';
  if (field.scrollHeight) field.style.height = `${field.scrollHeight + 2}px`;
}

function hintFor(own) {
  const told = own.thread ? '' : usage(own.field.value);
  own.hint.textContent = told;
  own.hint.hidden = !told;
}

function complain(own, text) {
  own.problem.textContent = text;
  own.problem.hidden = !text;
}

async function attach(own) {
  for (const file of own.chooser.files) {
    const answer = await trying(() => upload(file), (why) => complain(own, why));
    if (answer) own.files.push(answer.file);
  }
  own.chooser.value = '';
  drawAttached(own);
  own.field.focus();
}

function drawAttached(own) {
  fill(own.attached, own.files.map((file) => h('button.chip', {
    type: 'button',
    'aria-label': `Remove ${file.name}`,
    onclick: () => {
      own.files = own.files.filter((one) => one !== file);
      drawAttached(own);
      own.field.focus();
    },
  }, `${file.name} ×`)));
}

async function send(own) {
  const text = own.field.value.trim();
  if (own.busy || (!text && !own.files.length)) return;
  own.busy = true;
  own.form.setAttribute('aria-busy', 'true');
  own.offers.hide();
  // The field is cleared at once, so that typing on is never lost; a refusal brings the text back.
  own.field.value = '';
  own.field.dispatchEvent(new Event('input'));
  try {
    await (COMMAND.test(text) && !own.files.length ? command(own, text) : say(own, text));
    own.files = [];
    drawAttached(own);
  } catch (problem) {
    own.field.value = own.field.value ? `${text}\n${own.field.value}` : text;
    own.field.dispatchEvent(new Event('input'));
    complain(own, problem.message);
  } finally {
    own.busy = false;
    own.form.removeAttribute('aria-busy');
  }
}

const command = (own, text) =>
  post('command', { channel: own.channel.id, text, ...(own.thread ? { thread_ts: own.thread } : {}) });

async function say(own, text) {
  const body = { channel: own.channel.id, text: outgoing(text) };
  if (own.files.length) body.files = own.files.map((file) => file.id);
  if (own.thread) body.thread_ts = own.thread;
  const box = own.also?.querySelector?.('input');
  if (box?.checked) body.broadcast = true;
  await post('post', body);
  if (box) box.checked = false;
}
