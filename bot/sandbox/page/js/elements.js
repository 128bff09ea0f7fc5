// Block Kit's interactive elements. Each maker takes the element, its block, the surface and the
// name it goes by, and returns a node. Ids go into data attributes so that the focus survives.

import { confirmed } from './dialog.js';
import { freshId, h, icon, later } from './dom.js';
import { FIELDS } from './fields.js';
import { menuFor } from './menu.js';
import { textObject } from './mrkdwn.js';
import { labelOf, marks } from './naming.js';
import { PICKERS } from './pickers.js';
import { fromLocalField, toLocalField } from './time.js';

const textSpan = (text) => h('span', {}, textObject(text));

function button(element, block, on) {
  const kind = { primary: '.primary', danger: '.danger' }[element.style] || '';
  const press = async (event) => {
    const node = event.currentTarget;
    if (node.getAttribute('aria-busy') === 'true') return;
    if (!(await confirmed(element.confirm, textSpan))) return;
    await on.act(block, element, undefined, node);
  };
  const props = {
    ...marks(element, block),
    'aria-label': element.accessibility_label,
    onclick: press,
  };
  if (!element.url) return h(`button${kind}`, { type: 'button', ...props }, textObject(element.text));
  // A link button is both: the browser follows it, the app hears of it.
  const safe = /^https?:\/\//i.test(element.url) ? element.url : undefined;
  return h(`a.button${kind}`, { href: safe, target: '_blank', rel: 'noopener noreferrer', ...props }, textObject(element.text));
}

function overflow(element, block, on) {
  const node = h('button.icon-button', { type: 'button', ...marks(element, block), 'aria-label': 'More choices' }, icon('more'));
  const choose = async (option) => {
    if (!(await confirmed(element.confirm, textSpan))) return;
    if (option.url && /^https?:\/\//i.test(option.url)) window.open(option.url, '_blank', 'noopener');
    await on.act(block, element, option.value, node);
  };
  return menuFor(node, () => (element.options || []).map((option) => ({
    label: h('span', {}, textObject(option.text)),
    description: option.description && labelOf(option.description),
    does: () => choose(option),
  })));
}

/** One row of checkboxes or radio buttons. */
function choice(type, option, checked, props) {
  const describedBy = option.description ? freshId('about') : undefined;
  return h('label.choice', {},
    h('input', { type, checked, value: option.value, 'aria-describedby': describedBy, ...props }),
    h('span', {}, textObject(option.text),
      option.description && h('small', { id: describedBy }, textObject(option.description))));
}

const groupProps = (naming) => ({
  'aria-labelledby': naming.labelledBy,
  'aria-label': naming.labelledBy ? undefined : naming.label || 'Choices',
  'aria-describedby': naming.describedBy,
});

function checkboxes(element, block, on, naming) {
  const chosen = () => new Set((on.read(block, element) || []).map((one) => one.value));
  const node = h('div.choices', { role: 'group', ...groupProps(naming) });
  const start = chosen();
  for (const option of element.options || []) {
    const flip = (event) => {
      const box = event.currentTarget;
      const now = chosen();
      if (box.checked) now.add(option.value);
      else now.delete(option.value);
      const value = element.options.filter((one) => now.has(one.value));
      on.choose(block, element, value, node, () => { box.checked = !box.checked; });
    };
    const dataset = { block: block.block_id, action: element.action_id, option: option.value };
    node.append(choice('checkbox', option, start.has(option.value), { onchange: flip, dataset }));
  }
  return node;
}

function radioButtons(element, block, on, naming) {
  const name = freshId('radio');
  const node = h('div.choices', { role: 'radiogroup', ...groupProps(naming) });
  const chosen = on.read(block, element)?.value;
  const draw = (value) => { for (const one of node.querySelectorAll('input')) one.checked = one.value === value; };
  for (const option of element.options || []) {
    const pick = () => on.choose(block, element, option, node, () => draw(on.read(block, element)?.value));
    const dataset = { block: block.block_id, action: element.action_id, option: option.value };
    node.append(choice('radio', option, option.value === chosen, { name, onchange: pick, dataset }));
  }
  return node;
}

function feedback(element, block, on) {
  const press = (which) => (event) => on.act(block, element, which.value, event.currentTarget);
  return h('span.feedback', { role: 'group', 'aria-label': 'Feedback' }, ['positive_button', 'negative_button']
    .filter((key) => element[key]).map((key) => h('button', {
      type: 'button',
      'aria-label': element[key].accessibility_label,
      dataset: { block: block.block_id, action: element.action_id, option: key },
      onclick: press(element[key]),
    }, key === 'positive_button' ? '👍 ' : '👎 ', textObject(element[key].text))));
}

function iconic(element, block, on) {
  const signs = { trash: '🗑' };
  return h('button', {
    type: 'button',
    ...marks(element, block),
    'aria-label': element.accessibility_label || labelOf(element.text),
    onclick: async (event) => {
      const node = event.currentTarget;
      if (await confirmed(element.confirm, textSpan)) await on.act(block, element, undefined, node);
    },
  }, `${signs[element.icon] || '•'} `, textObject(element.text));
}

/** Native date and time fields change with every key; the app is told when the typing rests. */
function moment(type, toField, fromField) {
  return (element, block, on, naming) => {
    const stands = on.read(block, element);
    const node = h('input', { type, value: stands ? toField(stands) : '', ...marks(element, block, naming) });
    const settle = later(() => {
      const value = node.value ? fromField(node.value) : null;
      if (value === (on.read(block, element) ?? null)) return;
      const undo = () => { node.value = on.read(block, element) ? toField(on.read(block, element)) : ''; };
      on.choose(block, element, value, node, undo);
    }, block.type === 'input' ? 0 : 700);
    node.addEventListener('change', settle);
    node.addEventListener('blur', settle.flush);
    return node;
  };
}

const same = (value) => value;

const MAKERS = {
  button, overflow, checkboxes,
  radio_buttons: radioButtons,
  feedback_buttons: feedback,
  icon_button: iconic,
  datepicker: moment('date', same, same),
  timepicker: moment('time', same, same),
  datetimepicker: moment('datetime-local', toLocalField, fromLocalField),
};

/** Any element; one this page does not know is named, not hidden. */
export function renderElement(element, block, on, naming = {}) {
  const make = MAKERS[element.type] || FIELDS[element.type] || PICKERS[element.type];
  if (make) return make(element, block, on, naming);
  return h('span.unknown', {}, `An element of type “${element.type}”, which this page does not show.`);
}
