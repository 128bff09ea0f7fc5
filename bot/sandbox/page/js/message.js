// One message: who, when, what, and what can be done with it.

import { heard } from './announce.js';
import { h, icon } from './dom.js';
import { attachments, renderBlocks } from './blocks.js';
import { emoji } from './emoji.js';
import { fileList } from './files.js';
import { menuFor } from './menu.js';
import { addReaction, entriesFor } from './message_acts.js';
import { mrkdwn, words } from './mrkdwn.js';
import { personName, store } from './store.js';
import { surface } from './surface.js';
import { clockTime, longDate } from './time.js';

const FOLD = 3000; // longer texts are shown in part first: 40,000 characters push the rest away

export function avatar(id) {
  const person = store.people.get(id);
  const name = personName(id);
  const initials = name.split(/\s+/).map((word) => [...word][0]).slice(0, 2).join('').toUpperCase();
  const node = h(`span.avatar${person?.is_bot ? '.bot' : ''}`, { 'aria-hidden': 'true' }, initials);
  if (person?.color && !person.is_bot) node.style.backgroundColor = `#${person.color}`;
  return node;
}

const author = (message) =>
  message.username || (message.user ? personName(message.user) : message.bot_profile?.name) || 'App';

function text(message) {
  const whole = message.text || '';
  const render = message.mrkdwn === false ? (part) => [part] : mrkdwn;
  if (whole.length <= FOLD) return h('div.text', {}, render(whole));
  const cut = whole.lastIndexOf('\n', FOLD) > FOLD / 2 ? whole.lastIndexOf('\n', FOLD) : FOLD;
  const node = h('div.text', {}, render(whole.slice(0, cut)), '… ');
  node.append(h('button.link', {
    type: 'button',
    dataset: { tool: 'unfold' },
    onclick: () => node.replaceChildren(...h('div', {}, render(whole)).childNodes),
  }, `Show all ${whole.length.toLocaleString('en-GB')} characters`));
  return node;
}

/** Who may see it and where it came from, above the text. */
function notes(message) {
  if (message.ephemeral) return h('p.note', {}, icon('eye'), 'Only visible to you');
  if (message.subtype === 'thread_broadcast') return h('p.note', {}, 'Also sent from a thread');
  return null;
}

function content(message) {
  if (message.subtype === 'tombstone') return [h('p.gone', {}, message.text)];
  const key = `${message.channel}:${message.ts}`;
  const on = surface({ kind: 'message', key, at: { channel: message.channel, ts: message.ts } });
  const blocks = message.blocks?.length ? renderBlocks(message.blocks, on) : null;
  return [
    blocks || (message.text && text(message)),
    attachments(message.attachments, on),
    fileList(message.files),
  ];
}

function reactions(message) {
  const list = message.reactions || [];
  if (!list.length) return null;
  return h('div.reactions', { role: 'group', 'aria-label': 'Reactions' }, list.map((one) => {
    const mine = one.users.includes(store.me.id);
    const names = one.users.map(personName).join(', ');
    return h('button.reaction', {
      type: 'button',
      'aria-pressed': String(mine),
      'aria-label': `${one.name.replaceAll('_', ' ')}, ${one.count}: ${names}`,
      title: names,
      dataset: { tool: `reaction-${one.name}` },
      onclick: () => addReaction(message, one.name, mine),
    }, emoji(one.name) || `:${one.name}:`, ' ', one.count);
  }));
}

function threadLine(message, open) {
  const count = message.reply_count;
  if (!count) return null;
  const fresh = store.news.get(message.channel)?.has(message.ts);
  const faces = (message.reply_users || []).slice(0, 3).map(avatar);
  return h('button.thread-line', { type: 'button', dataset: { tool: 'thread' }, onclick: () => open(message) },
    h('span.faces', {}, faces), `${count} ${count === 1 ? 'reply' : 'replies'}`, fresh && h('span.dot-text', {}, 'New'));
}

function tools(message, doing) {
  if (message.subtype === 'tombstone') return null;
  const whose = `${author(message)}, ${clockTime(Date.parse(message.shown_at))}`;
  if (message.ephemeral) {
    return h('div.tools', {}, h('button', {
      type: 'button', 'aria-label': `Dismiss the message of ${whose}`, dataset: { tool: 'dismiss' }, onclick: () => doing.dismiss(message),
    }, 'Dismiss'));
  }
  const more = h('button.icon-button', {
    type: 'button', 'aria-label': `More about the message of ${whose}`, title: 'More', dataset: { tool: 'more' },
  }, icon('more'));
  return h('div.tools', { role: 'group', 'aria-label': 'What to do with this message' },
    doing.open && h('button.icon-button', {
      type: 'button', 'aria-label': `Reply in the thread of ${whose}`, title: 'Reply in thread', dataset: { tool: 'reply' }, onclick: () => doing.open(message),
    }, icon('reply')),
    menuFor(more, () => entriesFor(message, doing)));
}

function head(message) {
  const at = Date.parse(message.shown_at);
  const bot = message.bot_id || store.people.get(message.user)?.is_bot;
  return h('div.head', {}, h('strong.name', {}, author(message)),
    bot && message.user !== 'USLACKBOT' && h('span.tag', {}, 'app'),
    h('time.when', { datetime: message.shown_at, title: `${longDate(at)}, ${clockTime(at)}` }, clockTime(at)));
}

const SYSTEM = new Set(['channel_join', 'channel_leave', 'channel_archive', 'channel_topic', 'channel_name']);

/** The inside of a message's list item. `doing` holds `open` (a thread), `edit` and `dismiss`. */
export function messageNode(message, doing) {
  const edited = message.edited && message.subtype !== 'tombstone' && h('span.edited', {}, '(edited)');
  const system = SYSTEM.has(message.subtype) ? '.system' : '';
  const kind = `${system}${message.ephemeral ? '.ephemeral' : ''}`;
  return h(`article.message${kind}`, { 'aria-label': `${author(message)}, ${clockTime(Date.parse(message.shown_at))}` },
    avatar(message.user),
    h('div.said', {}, head(message), notes(message), content(message), edited, reactions(message),
      doing.open && threadLine(message, doing.open)),
    tools(message, doing));
}

/** Read a new message out, for those who cannot see it arrive. */
export function tell(message) {
  const channel = store.channels.get(message.channel);
  const direct = !channel || channel.kind === 'im';
  const where = direct ? '' : ` in ${channel.kind === 'mpim' ? channel.name : `#${channel.name}`}`;
  const thread = message.thread_ts && message.thread_ts !== message.ts ? ', in a thread' : '';
  heard(`${author(message)}${where}${thread}: ${words(message.text) || 'a file'}`);
}
