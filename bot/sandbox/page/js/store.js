// What the page knows, for the person who looks: the snapshot, and every change applied to it.
// Parts of the page listen by topic; a topic's name says what to draw anew.

import { get, who } from './api.js';
import { follow } from './live.js';

export const store = {
  me: null, people: new Map(), channels: new Map(), app: null, home: null, modals: [],
  commands: [], shortcuts: [], clock: null, faults: null, route: { place: null, thread: null },
  news: new Map(), // channel id: parents whose threads got replies nobody has looked at
};

const listeners = new Map();
let stopFollowing = () => {};

export function on(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(fn);
}

export function emit(topic, payload) {
  for (const fn of listeners.get(topic) || []) fn(payload);
}

/** Become `as`: load the snapshot and follow what changes from there. */
export async function become(as) {
  stopFollowing();
  who.as = as;
  const snapshot = await get('state');
  if (who.as !== as) return; // switched again meanwhile
  if (store.me?.id !== as) store.news = new Map();
  take(snapshot);
  stopFollowing = follow(as, snapshot.seq, applyAll, (online) => emit('online', online));
  emit('person');
}

/** Ask for the snapshot again, keeping where the person is. */
export async function refresh() {
  const as = who.as;
  const snapshot = await get('state').catch(() => null);
  if (!snapshot || who.as !== as) return;
  take(snapshot);
  for (const topic of ['people', 'channels', 'app', 'home', 'modals', 'clock', 'faults']) emit(topic);
}

function take(snapshot) {
  store.me = snapshot.me;
  store.team = snapshot.team;
  store.people = new Map(snapshot.people.map((one) => [one.id, one]));
  store.channels = new Map(snapshot.channels.map((one) => [one.id, one]));
  store.app = snapshot.apps[0] || null;
  store.home = snapshot.home;
  store.modals = snapshot.modals;
  store.commands = snapshot.commands.filter((one) => one.command);
  store.shortcuts = snapshot.shortcuts;
  setClock(snapshot.clock);
  store.faults = snapshot.faults;
}

function setClock(clock) {
  store.clock = clock;
  store.clockRead = performance.now();
}

/** The calendar now, in milliseconds: what the server said last, carried on at its speed. */
export function calendarNow() {
  if (!store.clock) return 0;
  const passed = (performance.now() - store.clockRead) * (store.clock.speed ?? 1);
  return Date.parse(store.clock.now) + passed;
}

export function takeClock(clock) {
  setClock(clock);
  emit('clock');
}

function applyAll(changes) {
  if (changes.some((one) => one.kind === 'reset')) {
    refresh().then(() => emit('reload'));
    return;
  }
  const topics = new Set();
  for (const change of changes) for (const topic of apply(change)) topics.add(topic);
  for (const topic of topics) emit(topic);
}

/** Apply one change; returns the topics to draw anew once the batch is through. */
function apply(change) {
  const does = APPLY[change.kind];
  return (does && does(change)) || [];
}

const APPLY = {
  message: (change) => {
    countUnread(change.message);
    emit('message', { kind: 'new', message: change.message });
    return ['channels'];
  },
  message_changed: (change) => emit('message', { kind: 'changed', message: change.message }),
  message_deleted: (change) => {
    emit('message', { kind: 'gone', channel: change.channel, ts: change.ts });
    return ['recount'];
  },
  ephemeral: (change) => emit('message', { kind: 'new', message: change.message }),
  ephemeral_changed: (change) => emit('message', { kind: 'changed', message: change.message }),
  ephemeral_deleted: (change) => emit('message', { kind: 'gone', channel: change.channel, ts: change.ts }),
  view_opened: ({ view }) => {
    const below = store.modals.filter((one) => one.id !== view.id);
    // `views.open` replaces what was open; only a pushed view stands on another.
    store.modals = view.previous_view_id ? [...below, view] : [view];
    return ['modals'];
  },
  view_updated: ({ view }) => {
    store.modals = store.modals.map((one) => (one.id === view.id ? view : one));
    return ['modals'];
  },
  view_closed: (change) => {
    closeView(change.view_id);
    return ['modals'];
  },
  home: (change) => {
    store.home = { app_id: change.app_id, view: change.view };
    return ['home'];
  },
  channel: ({ channel }) => {
    const gone = channel.kind !== 'channel' && !channel.is_member;
    if (gone) store.channels.delete(channel.id);
    else store.channels.set(channel.id, channel);
    return ['channels', 'channel'];
  },
  person: ({ person }) => {
    store.people.set(person.id, person);
    if (person.id === store.me.id) store.me = person;
    return ['people', 'channels'];
  },
  file: (change) => emit('file', change.file),
  app: () => ['resnap'], // its commands are told in the snapshot only
  clock: (change) => {
    setClock(change.clock);
    return ['clock'];
  },
  faults: (change) => {
    store.faults = change.faults;
    return ['faults'];
  },
};

export function closeView(id) {
  store.modals = store.modals.filter((one) => one.id !== id);
}

/** A reply that stands in its thread only. */
export const isReply = (message) =>
  message.thread_ts && message.thread_ts !== message.ts && message.subtype !== 'thread_broadcast';

function countUnread(message) {
  const channel = store.channels.get(message.channel);
  if (!channel || message.user === store.me.id || !channel.is_member) return;
  if (isReply(message)) {
    noteNews(message);
    return;
  }
  channel.unread += 1;
  channel.latest = message.ts;
  if ((message.text || '').includes(`<@${store.me.id}>`)) channel.mentions += 1;
}

function noteNews(message) {
  const { place, thread } = store.route;
  if (place === message.channel && thread === message.thread_ts) return;
  if (!store.news.has(message.channel)) store.news.set(message.channel, new Set());
  store.news.get(message.channel).add(message.thread_ts);
}

export function forgetNews(channel, thread) {
  const parents = store.news.get(channel);
  if (!parents?.delete(thread)) return;
  if (!parents.size) store.news.delete(channel);
  emit('channels');
}

export const personName = (id) => {
  const person = store.people.get(id);
  return person ? person.real_name || person.name : id || 'Somebody';
};

/** The channel of the direct message with the app, or null before it was opened. */
export function appChannel() {
  const bot = store.app?.bot_user;
  for (const one of store.channels.values()) {
    if (one.kind === 'im' && one.with.includes(bot)) return one;
  }
  return null;
}
