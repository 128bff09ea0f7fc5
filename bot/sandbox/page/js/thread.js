// The thread beside the conversation; on a phone it takes the whole screen.

import { trying } from './announce.js';
import { get } from './api.js';
import { composer } from './composer.js';
import { focusReply, redrawParent, titleOf } from './conversation.js';
import { $, fill, h, iconButton } from './dom.js';
import { MessageList } from './list.js';
import { go, pane } from './route.js';
import { forgetNews, store } from './store.js';

let shown = { key: '', list: null };
const panel = () => $('#thread');

export async function showThread(place, ts, { force = false } = {}) {
  const key = ts ? `${place}/${ts}` : '';
  if (key === shown.key && !force) return;
  const before = shown.key.split('/')[1];
  shown = { key, list: null };
  panel().hidden = !ts;
  document.body.classList.toggle('with-thread', Boolean(ts));
  if (!ts) {
    fill(panel());
    if (before && document.activeElement === document.body) focusReply(before);
    return;
  }
  await open(store.channels.get(place), ts);
}

async function open(channel, ts) {
  const close = () => go(channel.id);
  const list = new MessageList({
    label: `Thread in ${titleOf(channel)}`,
    load: (query) => get('messages', { channel: channel.id, thread_ts: ts, ...query }),
    empty: () => [h('p', {}, 'This thread is empty.')],
  });
  shown.list = list;
  const write = channel.is_member && !channel.is_archived
    ? composer({ channel, thread: ts, label: 'Reply in the thread', editLast: () => list.editLast(store.me.id) })
    : null;
  fill(panel(), h('header.place-head', {}, iconButton('back', 'Back to the conversation', close, { class: 'icon-button phone-only' }),
    h('div.grow', {}, h('h2', {}, 'Thread'), h('p', {}, titleOf(channel))),
    iconButton('close', 'Close the thread', close, { class: 'icon-button desk-only' })), list.node,
    h('div.foot', {}, write ? write.node : null));
  pane('thread');
  await trying(() => list.reset());
  forgetNews(channel.id, ts);
  redrawParent(ts);
  write?.focus();
}

/** Esc leaves the thread, unless something inside used it. */
export function threadKeys() {
  panel().addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    const [place] = shown.key.split('/');
    go(place);
  });
}

export function threadMessage(change) {
  const [place, ts] = shown.key.split('/');
  if (!ts || (change.channel || change.message.channel) !== place) return;
  const { list } = shown;
  if (change.kind === 'gone') {
    list.remove(change.ts);
    return;
  }
  const { message } = change;
  const here = message.ts === ts || message.thread_ts === ts;
  if (here && (change.kind === 'new' || list.messages.has(message.ts))) list.put(message);
}
