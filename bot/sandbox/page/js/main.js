// Puts the parts together: who looks, where, and which part hears of which change.

import { notice } from './announce.js';
import { askClock, drawBar, tickBar } from './clock.js';
import { aboutChanged, channelChanged, homeChanged, markRead, messageChanged, redrawParent, showPlace } from './conversation.js';
import { $, fill, h, later } from './dom.js';
import { tell } from './message.js';
import { drawModals } from './modals.js';
import { address, HOME, isPhone, pane, readRoute } from './route.js';
import { drawSide, tickSide } from './sidebar.js';
import { appChannel, become, isReply, on, refresh, store } from './store.js';
import { showThread, threadKeys, threadMessage } from './thread.js';
import { firstTour, redrawTour } from './tour.js';

const FIRST = 'U0ANA';
const TABS = new Set([HOME, 'about']);

/** Where somebody starts: with the app when it has written, else in the first channel. */
function start() {
  const app = appChannel();
  if (app?.latest) return app.id;
  const rooms = [...store.channels.values()].filter((one) => one.is_member && one.kind === 'channel');
  return rooms[0]?.id || app?.id || HOME;
}

let turns = 0;

/** Follow the address. A place this person cannot see gives way to their first one. */
async function follow({ force = false } = {}) {
  const turn = ++turns;
  const wanted = readRoute();
  const changed = wanted.as && wanted.as !== store.me?.id;
  if (changed) await become(wanted.as);
  if (turn !== turns) return; // the address changed again meanwhile
  const known = TABS.has(wanted.place) || store.channels.has(wanted.place);
  const place = known ? wanted.place : start();
  const thread = known && !TABS.has(place) ? wanted.thread : null;
  if (!known || !wanted.as) history.replaceState(null, '', address(place));
  const moved = store.route.place !== place;
  store.route = { place, thread };
  if (changed || force) drawAll();
  else drawSide();
  if (moved && !thread) pane('talk');
  await showPlace(place, { force: force || changed });
  await showThread(place, thread, { force: force || changed });
  if (!thread && document.body.dataset.pane === 'thread') pane('talk');
  if (moved && !thread && !force) focusPlace();
}

/** After moving, the writing field is what one wants next; a phone would open its keyboard. */
function focusPlace() {
  if (document.activeElement && document.activeElement !== document.body && $('#main').contains(document.activeElement)) return;
  const field = !isPhone() && $('#main textarea');
  (field || $('#main')).focus({ preventScroll: true });
}

function drawAll() {
  drawBar();
  drawSide();
  drawModals();
  redrawTour();
}

function hear() {
  on('message', (change) => {
    messageChanged(change);
    threadMessage(change);
    if (change.kind !== 'new') return;
    askClock();
    if (change.message.user !== store.me.id) tell(change.message);
    if (isReply(change.message)) redrawParent(change.message.thread_ts);
  });
  on('channels', () => sideSoon());
  on('channel', channelChanged);
  on('people', () => sideSoon());
  on('recount', later(refresh, 500));
  on('resnap', later(() => refresh().then(() => aboutChanged()), 150));
  on('home', homeChanged);
  on('modals', drawModals);
  on('app', drawBar);
  on('clock', () => { drawBar(); tickSide(); });
  on('faults', drawBar);
  on('online', (online) => { $('#offline').hidden = online; });
  on('reload', () => follow({ force: true }));
}

// A flood of messages draws the side once a frame, not once a message.
let waiting = false;
function sideSoon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    drawSide();
  });
}

function tick() {
  tickBar();
  tickSide();
}

async function begin() {
  const { as } = readRoute();
  hear();
  threadKeys();
  $('#skip').addEventListener('click', (event) => {
    event.preventDefault(); // the address belongs to the route
    ($('#main textarea') || $('#main')).focus();
  });
  await become(as || FIRST).catch((problem) => {
    if (!as || problem.status !== 404) throw problem;
    location.hash = ''; // an old address of somebody who is not here
    return become(FIRST);
  });
  firstTour();
  await follow({ force: true });
  window.addEventListener('hashchange', () => follow().catch((problem) => notice(problem.message)));
  document.addEventListener('visibilitychange', () => markRead());
  setInterval(tick, 1000);
  document.body.dataset.ready = 'true';
}

begin().catch((problem) => fill($('#main'), h('div.empty', {}, h('h1', {}, 'The workspace did not open'), h('p', {}, problem.message))));
