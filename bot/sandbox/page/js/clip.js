// A voice clip, without a microphone: what would be said is typed, and becomes the transcript.

import { post } from './api.js';
import { button, dialog } from './dialog.js';
import { fill, freshId, h } from './dom.js';

const WORDS_A_SECOND = 2.5;

function labelled(text, field, hint) {
  field.id = freshId('clip');
  const note = hint && h('p.hint', { id: freshId('hint') }, hint);
  if (note) field.setAttribute('aria-describedby', note.id);
  return h('div.field', {}, h('label.label', { for: field.id }, text), field, note);
}

/** Ask what is said and post the clip into the channel or thread. */
export function recordClip(channel, thread) {
  const spoken = h('textarea', { rows: '5', autofocus: true });
  const length = h('input', { type: 'number', min: '1', max: '600', inputmode: 'numeric' });
  const wait = h('input', { type: 'number', min: '0', max: '60', step: '0.5', value: '1.5', inputmode: 'decimal' });
  const silent = h('input', { type: 'checkbox' });
  const problem = h('p.error', { role: 'alert', hidden: true });
  const box = dialog({ title: 'Record a voice clip', onclose: () => box.shut() });
  const send = async () => {
    const guess = Math.ceil(spoken.value.trim().split(/\s+/).length / WORDS_A_SECOND);
    const body = {
      channel: channel.id,
      transcript: silent.checked ? null : spoken.value.trim(),
      duration_ms: Math.round((Number(length.value) || Math.max(guess, 1)) * 1000),
      delay: Number(wait.value) || 0,
      ...(thread ? { thread_ts: thread } : {}),
    };
    try {
      await post('clip', body);
      box.shut();
    } catch (refusal) {
      problem.hidden = false;
      problem.textContent = refusal.message;
    }
  };
  fill(box.body, labelled('What is said', spoken, 'Nothing is recorded. These words become the transcript.'),
    h('div.pair', {}, labelled('Seconds', length, 'Empty: as long as the words take.'),
      labelled('Transcript after, in seconds', wait)),
    h('label.choice', {}, silent, h('span', {}, 'No transcript', h('small', {}, 'As when nothing could be made out.'))), problem);
  fill(box.foot, button('Cancel', '', () => box.shut()), h('button.primary', { type: 'submit' }, 'Send the clip'));
  box.form.addEventListener('submit', send);
  spoken.focus();
}
