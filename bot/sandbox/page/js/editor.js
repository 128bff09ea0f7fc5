// Changing one's own message in its place.

import { said } from './announce.js';
import { post } from './api.js';
import { $, h } from './dom.js';
import { words } from './mrkdwn.js';
import { outgoing } from './outgoing.js';

/** Replace a message's article by a small form. `done()` is called when it is over. */
export function editor(row, message, done) {
  const field = h('textarea', { 'aria-label': 'Edit your message', rows: '3', value: words(message.text) });
  const problem = h('p.error', { role: 'alert', hidden: true });
  const save = async () => {
    try {
      const answer = await post('edit', { channel: message.channel, ts: message.ts, text: outgoing(field.value) });
      Object.assign(message, answer.message);
      said('The message was changed.');
      done();
    } catch (refusal) {
      problem.hidden = false;
      problem.textContent = refusal.message;
    }
  };
  const form = h('form.editor', { onsubmit: (event) => { event.preventDefault(); save(); } },
    field, problem, h('div.actions', {}, h('button', { type: 'button', onclick: done }, 'Cancel'),
      h('button.primary', { type: 'submit' }, 'Save')));
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      done();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  });
  $('.said', row).replaceChildren(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
