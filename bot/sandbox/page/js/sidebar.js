// The left side: people to be, channels, direct messages, with their unread marks.

import { trying } from './announce.js';
import { post } from './api.js';
import { button, dialog } from './dialog.js';
import { $, $$, fill, focusMark, h, icon, iconButton, refocus } from './dom.js';
import { openMessages } from './home.js';
import { menuFor } from './menu.js';
import { avatar } from './message.js';
import { address, go, pane } from './route.js';
import { appChannel, calendarNow, store } from './store.js';
import { clockTime, offsetLabel, shortDate } from './time.js';

const ROLE = (person) => [person.title, person.is_guest && 'guest'].filter(Boolean).join(', ');
const persons = () => [...store.people.values()].filter((one) => !one.is_bot && !one.deleted);

function personRow(person) {
  const now = calendarNow();
  const here = person.id === store.me.id;
  return h('li', {}, h('button.person', {
    type: 'button', 'aria-current': here ? 'true' : undefined, dataset: { tool: `be-${person.id}` },
    title: person.tz, onclick: () => { location.hash = address(store.route.place, null, person.id); },
  }, avatar(person.id), h('span.grow', {}, h('span.name', {}, person.real_name, here && h('span.you', {}, ' (you)')),
    h('small', {}, ROLE(person))),
  h('span.local', {}, h('span.local-time', { dataset: { zone: person.tz } }, clockTime(now, person.tz)),
    h('small', {}, offsetLabel(person.tz, now)))));
}

/** Marks for what is new in a channel, in words for screen readers. */
function marks(channel) {
  const fresh = store.news.get(channel.id)?.size || 0;
  const replies = fresh ? h('span.badge.soft', {}, h('span.only-heard', {}, ', '), fresh === 1 ? 'new reply' : `${fresh} new replies`) : null;
  if (!channel.unread) return replies;
  const loud = channel.mentions || channel.kind === 'im';
  return [replies, h(`span.badge${loud ? '' : '.soft'}`, {}, h('span.only-heard', {}, ', '),
    channel.unread > 99 ? '99+' : channel.unread, h('span.only-heard', {}, ' unread'))];
}

function sign(channel) {
  if (channel.kind === 'im') return avatar(channel.with[0] || store.me.id);
  if (channel.kind === 'private') return h('span.sign', { 'aria-hidden': 'true' }, icon('lock'));
  return h('span.sign', { 'aria-hidden': 'true' }, channel.kind === 'mpim' ? channel.with.length : '#');
}

function channelRow(channel) {
  const here = store.route.place === channel.id;
  const kind = `${channel.unread ? '.unread' : ''}${channel.is_member ? '' : '.outside'}`;
  return h('li', {}, h(`a.room${kind}`, {
    href: address(channel.id), 'aria-current': here ? 'page' : undefined, dataset: { tool: `room-${channel.id}` }, onclick: () => pane('talk'),
  }, sign(channel), h('span.grow', {}, channel.name, !channel.is_member && h('small', {}, ' not joined')), marks(channel)));
}

function appRow() {
  const { app } = store;
  const channel = appChannel();
  const here = ['home', 'about', channel?.id].includes(store.route.place);
  return h('li', {}, h(`button.room${channel?.unread ? '.unread' : ''}`, {
    type: 'button', 'aria-current': here ? 'page' : undefined, dataset: { tool: 'room-app' },
    onclick: () => { pane('talk'); openMessages(); },
  }, avatar(app.bot_user), h('span.grow', {}, app.name,
    h('small', {}, app.connected ? ' app' : ' app, not connected')), channel && marks(channel)));
}

const section = (title, rows, extra = null) =>
  h('section', {}, h('div.side-head', {}, h('h2', {}, title), extra), h('ul', { role: 'list' }, rows));

const byName = (a, b) => a.name.localeCompare(b.name);

export function drawSide() {
  const side = $('#side');
  const mark = focusMark(side);
  const { scrollTop } = side;
  const rooms = [...store.channels.values()].filter((one) => !one.is_archived || one.id === store.route.place);
  const own = appChannel();
  const direct = rooms.filter((one) => ['im', 'mpim'].includes(one.kind) && one !== own).sort(byName);
  const channels = rooms.filter((one) => ['channel', 'private'].includes(one.kind))
    .sort((a, b) => Number(b.is_member) - Number(a.is_member) || byName(a, b));
  fill(side,
    section('People', persons().map(personRow)),
    section('App', [store.app && appRow()]),
    section('Channels', channels.map(channelRow), iconButton('plus', 'New channel', newChannel, { dataset: { tool: 'new-channel' } })),
    section('Direct messages', direct.length ? direct.map(channelRow) : [h('li.hint', {}, 'None yet.')], newDirect()),
    globalShortcuts());
  side.scrollTop = scrollTop;
  refocus(side, mark);
}

/** Times move on without anything else being drawn. */
export function tickSide() {
  const now = calendarNow();
  for (const node of $$('[data-zone]')) {
    const told = clockTime(now, node.dataset.zone);
    if (node.textContent !== told) node.textContent = told;
    node.title = shortDate(now, node.dataset.zone);
  }
}

function newDirect() {
  const node = iconButton('plus', 'New direct message', () => {}, { dataset: { tool: 'new-direct' } });
  return menuFor(node, () => persons().filter((one) => one.id !== store.me.id)
    .map((one) => ({ label: one.real_name, does: () => openDirect(one.id) })));
}

async function openDirect(user) {
  const answer = await trying(() => post('dm', { users: [user] }));
  if (answer) arrive(answer.channel);
}

function arrive(channel) {
  store.channels.set(channel.id, channel);
  pane('talk');
  go(channel.id);
}

function newChannel() {
  const box = dialog({ title: 'New channel', kind: 'small', onclose: () => box.shut() });
  const name = h('input', { type: 'text', id: 'new-channel-name', autocomplete: 'off', maxlength: '80' });
  const hidden = h('input', { type: 'checkbox' });
  const problem = h('p.error', { role: 'alert', hidden: true });
  fill(box.body, h('div.field', {}, h('label.label', { for: name.id }, 'Name'), name, problem),
    h('label.choice', {}, hidden, h('span', {}, 'Private')));
  fill(box.foot, button('Cancel', '', () => box.shut()), h('button.primary', { type: 'submit' }, 'Create'));
  box.form.addEventListener('submit', async () => {
    const say = (why) => { problem.hidden = false; problem.textContent = why; };
    const answer = await trying(() => post('channels', { name: name.value, private: hidden.checked }), say);
    if (!answer) return;
    box.shut();
    arrive(answer.channel);
  });
  name.focus();
}

function globalShortcuts() {
  const list = store.shortcuts.filter((one) => one.type !== 'message');
  if (!list.length) return null;
  return section('Shortcuts', list.map((one) => h('li', {}, h('button.room', {
    type: 'button', dataset: { tool: `short-${one.callback_id}` }, title: one.description,
    onclick: () => trying(() => post('shortcut', { callback_id: one.callback_id })),
  }, h('span.sign', { 'aria-hidden': 'true' }, '⚡'), h('span.grow', {}, one.name)))));
}
