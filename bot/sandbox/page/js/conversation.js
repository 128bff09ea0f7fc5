// The middle of the page: a channel, a direct message, or one of the app's tabs.

import { said, trying } from './announce.js';
import { get, post } from './api.js';
import { composer } from './composer.js';
import { drawAbout } from './connect.js';
import { button } from './dialog.js';
import { $, fill, h, icon, iconButton, later } from './dom.js';
import { appTabs, drawHome, lookAtHome } from './home.js';
import { MessageList } from './list.js';
import { menuFor } from './menu.js';
import { go, HOME, pane } from './route.js';
import { isReply, store } from './store.js';

const main = () => $('#main');
let shown = { place: null, list: null };

export const isDirect = (channel) => channel.kind === 'im' || channel.kind === 'mpim';
export const titleOf = (channel) => (isDirect(channel) ? channel.name : `#${channel.name}`);

/** Show what the route names. Nothing is drawn again when it stands there already. */
export async function showPlace(place, { force = false } = {}) {
  if (shown.place === place && !force) return;
  shown = { place, list: null };
  if (place === HOME || place === 'about') showTab(place);
  else await showChannel(store.channels.get(place));
}

function frame(title, about, tabs, ...rest) {
  const back = iconButton('back', 'People and conversations', () => {
    pane('list');
    $('#side [aria-current]')?.focus();
  }, { class: 'icon-button phone-only' });
  fill(main(), h('header.place-head', {}, back, h('div.grow', {}, h('h1', {}, title), about && h('p', {}, about)), ...(rest.shift() || [])), tabs, ...rest);
  document.title = `${title} · ${store.team.name}`;
}

function showTab(place) {
  const scroller = h('div.scroller.tab-view', { id: 'tab-view', tabindex: '0', role: 'region', 'aria-label': place === HOME ? 'App Home' : 'About' });
  frame(store.app.name, 'App', appTabs(place), [], scroller);
  if (place === HOME) {
    drawHome(scroller);
    lookAtHome();
  } else drawAbout(scroller);
}

/** The Home was published anew. */
export function homeChanged() {
  if (shown.place === HOME) drawHome($('#tab-view'));
}

export function aboutChanged() {
  if (shown.place === 'about') drawAbout($('#tab-view'));
  if (shown.place === HOME && !store.home?.view) drawHome($('#tab-view'));
}

function emptyText(channel) {
  const text = channel.kind === 'im'
    ? `This is the beginning of your conversation with ${channel.name}. Write something below.`
    : `Nothing has been written in ${titleOf(channel)} yet. Say hello.`;
  return [h('h3', {}, titleOf(channel)), h('p', {}, text)];
}

async function showChannel(channel) {
  const app = channel.kind === 'im' && channel.with.includes(store.app?.bot_user);
  const list = new MessageList({
    label: `Messages in ${titleOf(channel)}`,
    load: (query) => get('messages', { channel: channel.id, ...query }),
    open: (message) => go(channel.id, message.thread_ts || message.ts),
    onBottom: () => markRead(),
    empty: () => emptyText(channel),
  });
  Object.assign(shown, { list, head: headState(channel), foot: footState(channel) });
  const foot = h('div.foot', { id: 'foot' });
  frame(titleOf(channel), aboutLine(channel), app ? appTabs('messages') : null, channelButtons(channel), list.node, foot);
  drawFoot(channel, list);
  if (app) trying(() => post('home', { tab: 'messages' }));
  const unread = store.channels.get(channel.id).unread;
  await trying(() => list.reset(unread ? channel.last_read : null));
  said(`${titleOf(channel)}, ${list.messages.size} messages shown`);
  markRead();
}

function aboutLine(channel) {
  if (channel.kind === 'mpim') return `Group of ${channel.members.length}`;
  if (channel.kind === 'im') return store.people.get(channel.with[0])?.title || 'App';
  const count = channel.members.length;
  return [channel.topic, `${count} ${count === 1 ? 'member' : 'members'}`].filter(Boolean).join(' · ');
}

function channelButtons(channel) {
  if (isDirect(channel) || !channel.is_member || channel.is_archived) return [];
  const bot = store.app?.bot_user;
  const act = (label, path, body = {}, danger = false) =>
    ({ label, danger, does: () => trying(() => post(path, { channel: channel.id, ...body })) });
  const app = bot && (channel.members.includes(bot)
    ? act(`Remove ${store.app.name} from the channel`, 'kick', { user: bot })
    : act(`Add ${store.app.name} to the channel`, 'invite', { user: bot }));
  const node = h('button.icon-button', { type: 'button', 'aria-label': `More about #${channel.name}`, title: 'More', dataset: { tool: 'channel' } }, icon('more'));
  return [menuFor(node, () => [app, act('Leave the channel', 'leave', {}, true)].filter(Boolean))];
}

function drawFoot(channel, list) {
  const foot = $('#foot');
  if (channel.is_archived) fill(foot, h('p.empty', {}, 'This channel is archived. It can be read, nothing can be added.'));
  else if (!channel.is_member) fill(foot, h('p.empty', {}, `You are looking at #${channel.name} from outside. `, button(`Join #${channel.name}`, 'primary', () => join(channel))));
  else fill(foot, composer({ channel, label: `Message ${titleOf(channel)}`, editLast: () => list.editLast(store.me.id) }).node);
}

async function join(channel) {
  if (await trying(() => post('join', { channel: channel.id }))) $('#main textarea')?.focus();
}

/** What the head and the foot of a channel depend on. */
const headState = (channel) => [channel.name, channel.topic, channel.members.join()].join('/');
const footState = (channel) => `${channel.is_member}/${channel.is_archived}`;

/** The shown channel was renamed, joined, left or archived: only what changed is redrawn. */
export function channelChanged() {
  if (!shown.list) return;
  const channel = store.channels.get(shown.place);
  if (!channel) {
    go('gone'); // a private channel that was left: the route finds somewhere else
    return;
  }
  const { head, foot } = shown;
  Object.assign(shown, { head: headState(channel), foot: footState(channel) });
  if (foot !== shown.foot) drawFoot(channel, shown.list);
  if (head === shown.head && foot === shown.foot) return;
  const top = $('.place-head', main());
  fill($('h1', top), titleOf(channel));
  fill($('p', top), aboutLine(channel));
  top.replaceChildren(...[...top.children].slice(0, 2), ...channelButtons(channel));
}

/** A message was posted, changed or taken away somewhere. */
export function messageChanged(change) {
  const channel = change.channel || change.message.channel;
  if (channel !== shown.place || !shown.list) return;
  const { list } = shown;
  if (change.kind === 'gone') list.remove(change.ts);
  else if (isReply(change.message)) list.messages.has(change.message.ts) && list.remove(change.message.ts);
  else if (change.message.ephemeral && change.message.thread_ts) return;
  else if (change.kind === 'new' || list.messages.has(change.message.ts)) list.put(change.message);
  if (change.kind === 'new' && list.stuck) markRead();
}

export const redrawParent = (ts) => shown.list?.redraw(ts);
export const focusReply = (ts) => {
  const row = shown.list?.find(ts);
  const target = row && ($('[data-tool=thread]', row) || $('[data-tool=reply]', row));
  if (target) target.focus();
  else $('#main textarea')?.focus();
};

/** What stands in view counts as read, as long as somebody can be looking. */
export const markRead = later(() => {
  const channel = store.channels.get(shown.place);
  if (!channel?.unread || !shown.list?.stuck || document.hidden) return;
  post('read', { channel: channel.id }).catch(() => {});
}, 250);
