// The bad day: how often calls fail and events come twice, as a form.

import { said, trying } from './announce.js';
import { post } from './api.js';
import { button, dialog } from './dialog.js';
import { fill, freshId, h } from './dom.js';
import { store } from './store.js';

const CALLS = [
  ['rate_limited', 'Calls refused as too many (429)'],
  ['lost_after', 'Calls done, the answer lost'],
  ['error_before', 'Calls failed before anything was done (500)'],
  ['error_after', 'Calls failed after all was done (500)'],
];
const EVENTS = [['repeat', 'Events sent twice'], ['delay', 'Events held back']];

function rate(name, label, value) {
  const id = freshId('rate');
  const shown = h('output', { htmlFor: id }, `${Math.round(value * 100)} %`);
  const field = h('input', { type: 'range', id, name, min: '0', max: '100', step: '1', value: String(Math.round(value * 100)),
    oninput: () => { shown.textContent = `${field.value} %`; } });
  return h('div.rate', {}, h('label', { for: id }, label), field, shown);
}

export function badDay() {
  const box = dialog({ title: 'Bad day', onclose: () => box.shut() });
  draw(box);
  box.form.addEventListener('submit', () => save(box));
}

function draw(box) {
  const { faults } = store;
  const pacing = h('input', { type: 'checkbox', name: 'pacing', checked: faults.enforce_limits });
  const delay = h('input', { type: 'number', name: 'delay_seconds', id: 'delay-seconds', min: '0', max: '60', step: '0.5', value: String(faults.events.delay_seconds) });
  fill(box.body,
    h('p', {}, 'What goes wrong between Slack and an app, on purpose. A good app loses nothing and says nothing twice.'),
    h('div.actions', {}, button('A ready-made bad day', 'primary', () => set(box, { bad_day: true })),
      button('Everything well', '', () => set(box, { bad_day: false }))),
    h('fieldset', {}, h('legend', {}, 'Calls of the app'), CALLS.map(([name, label]) => rate(name, label, faults.all[name] || 0))),
    h('fieldset', {}, h('legend', {}, 'Events to the app'), EVENTS.map(([name, label]) => rate(name, label, faults.events[name] || 0)),
      h('div.rate', {}, h('label', { for: delay.id }, 'Held back for, in seconds'), delay)),
    h('label.choice', {}, pacing, h('span', {}, 'Refuse what Slack’s own rate limits refuse')));
  fill(box.foot, button('Cancel', '', () => box.shut()), h('button.primary', { type: 'submit' }, 'Apply these'));
}

async function set(box, body) {
  const answer = await trying(() => post('faults', body));
  if (!answer) return;
  store.faults = answer;
  box.shut();
  said(answer.bad_day ? 'The bad day is on.' : 'The bad day is off.');
}

function save(box) {
  const given = new FormData(box.form);
  const part = (rows) => Object.fromEntries(rows.map(([name]) => [name, Number(given.get(name)) / 100]));
  set(box, {
    all: { ...part(CALLS), retry_after: store.faults.all.retry_after || 1 },
    events: { ...part(EVENTS), delay_seconds: Number(given.get('delay_seconds')) || 0 },
    enforce_limits: given.get('pacing') === 'on',
  });
}
