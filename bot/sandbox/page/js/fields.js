// Elements to type into: text in its kinds, and files.

import { trying } from './announce.js';
import { upload } from './api.js';
import { h, later } from './dom.js';
import { labelOf, marks } from './naming.js';
import { asRichText, richWords } from './richtext.js';

/** When a text element that tells the app at once does so. */
function dispatching(node, element, block, on) {
  if (!block.dispatch_action) return;
  const when = element.dispatch_action_config?.trigger_actions_on || ['on_enter_pressed'];
  const tell = () => on.choose(block, element, node.value || null, node);
  if (when.includes('on_character_entered')) node.addEventListener('input', later(tell, 300));
  if (!when.includes('on_enter_pressed')) return;
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    tell();
  });
}

/** How much room is left, said only when it begins to matter. */
function counter(node, most) {
  const shown = h('span.counter', { 'aria-live': 'polite' });
  const draw = () => {
    const left = most - [...node.value].length;
    shown.textContent = left <= Math.max(20, most / 5) ? `${left} left` : '';
    shown.classList.toggle('over', left < 0);
  };
  node.addEventListener('input', draw);
  draw();
  return shown;
}

function textField(element, block, on, naming, props) {
  const tag = element.multiline ? 'textarea' : 'input';
  const node = h(tag, {
    ...props,
    type: element.multiline ? undefined : props.type,
    rows: element.multiline ? '4' : undefined,
    placeholder: labelOf(element.placeholder) || undefined,
    value: String(on.read(block, element) ?? ''),
    ...marks(element, block, naming),
    oninput: () => on.write(block, element, node.value || null),
  });
  dispatching(node, element, block, on);
  if (!element.max_length || element.max_length >= 3000) return node;
  return h('div.counted', {}, node, counter(node, element.max_length));
}

const text = (element, block, on, naming) => textField(element, block, on, naming, { type: 'text', autocomplete: 'off' });
const email = (element, block, on, naming) =>
  textField(element, block, on, naming, { type: 'text', inputmode: 'email', autocomplete: 'off' });
const url = (element, block, on, naming) =>
  textField(element, block, on, naming, { type: 'text', inputmode: 'url', autocomplete: 'off' });
// Plain text fields throughout: what is wrong with a value is the workspace's to say, in its words.
const number = (element, block, on, naming) =>
  textField(element, block, on, naming, { type: 'text', inputmode: element.is_decimal_allowed ? 'decimal' : 'numeric', autocomplete: 'off' });

function rich(element, block, on, naming) {
  const node = h('textarea', {
    rows: '5',
    placeholder: labelOf(element.placeholder) || undefined,
    value: richWords(on.read(block, element)),
    ...marks(element, block, naming),
    oninput: () => on.write(block, element, asRichText(node.value) || null),
  });
  return node;
}

function files(element, block, on, naming) {
  const told = h('p.hint', { role: 'status' });
  const take = async () => {
    const chosen = [...node.files].slice(0, element.max_files || 10);
    told.textContent = 'Uploading…';
    const done = await trying(() => Promise.all(chosen.map(upload)), (why) => { told.textContent = why; });
    if (!done) return;
    on.write(block, element, done.map((one) => one.file.id));
    told.textContent = done.map((one) => one.file.name).join(', ');
  };
  const node = h('input', {
    type: 'file',
    multiple: (element.max_files || 10) > 1,
    accept: element.filetypes?.map((one) => `.${one}`).join(',') || undefined,
    ...marks(element, block, naming),
    onchange: take,
  });
  return h('div', {}, node, told);
}

export const FIELDS = {
  plain_text_input: text,
  email_text_input: email,
  url_text_input: url,
  number_input: number,
  rich_text_input: rich,
  file_input: files,
};
