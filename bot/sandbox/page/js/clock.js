// The bar at the top: the calendar and how to move it, the bad day, the app, the tour.

import { notice, said, trying } from './announce.js';
import { get, post } from './api.js';
import { badDay } from './badday.js';
import { deliveryText } from './connect.js';
import { button } from './dialog.js';
import { $, fill, focusMark, h, later, refocus } from './dom.js';
import { go } from './route.js';
import { calendarNow, store, takeClock } from './store.js';
import { clockTime, longDate, shortDate } from './time.js';
import { startTour } from './tour.js';

const HOUR = 3600;
let moving = false;

export function drawBar() {
  const bar = $('#bar');
  const mark = focusMark(bar);
  fill(bar, calendar(), h('div.moves', { role: 'group', 'aria-label': 'Move the calendar' }, moves()),
    h('div.bar-right', {}, appState(), badDayButton(), button('Tour', 'quiet', startTour, { dataset: { tool: 'tour' } })));
  if (moving) bar.setAttribute('aria-busy', 'true');
  else bar.removeAttribute('aria-busy');
  refocus(bar, mark);
  tickBar();
}

const calendar = () => h('div.calendar', {}, h('strong', { id: 'calendar-time' }),
  h('span', { id: 'calendar-day' }), h('span.due', { id: 'calendar-due' }));

function dueText(clock) {
  if (moving) return 'Moving the calendar…';
  if (clock.real) return 'Real clock';
  if (!clock.next_due) return 'Nothing planned';
  const at = Date.parse(clock.next_due);
  const sameDay = shortDate(at) === shortDate(calendarNow());
  return `Next ${clock.planned} ${sameDay ? '' : `${shortDate(at)}, `}${clockTime(at)}`;
}

/** Once a second: only texts that differ are touched. */
export function tickBar() {
  if (!store.clock || !$('#calendar-time')) return;
  const now = calendarNow();
  for (const [id, told] of [['time', clockTime(now)], ['day', longDate(now)], ['due', dueText(store.clock)]]) {
    const node = $(`#calendar-${id}`);
    if (node.textContent !== told) node.textContent = told;
  }
}

function moves() {
  const { clock } = store;
  if (clock.real) return h('span.hint', {}, 'The calendar cannot be moved here.');
  const move = (label, name, body, short) => button(h('span', {}, h('span.long', {}, label), h('span.short', {}, short)), name === 'due' ? 'primary' : '', () => moveTo(body), {
    'aria-label': label, 'aria-disabled': moving || (name === 'due' && !clock.next_due) ? 'true' : undefined, dataset: { tool: `move-${name}` },
  });
  return [
    move(`Next ${clock.planned}`, 'due', { action: 'next_due' }, `Next ${clock.planned}`),
    move('+1 hour', 'hour', { action: 'advance', seconds: HOUR }, '+1 h'),
    move('+1 day', 'day', { action: 'advance', seconds: 24 * HOUR }, '+1 d'),
  ];
}

async function moveTo(body) {
  if (moving) return;
  if (body.action === 'next_due' && !store.clock.next_due) {
    notice('Nothing is planned, so there is nowhere to go.');
    return;
  }
  moving = true;
  drawBar();
  const answer = await trying(() => post('clock', body));
  moving = false;
  if (answer) takeClock(answer);
  else drawBar();
  if (answer) said(`It is now ${longDate(calendarNow())}, ${clockTime(calendarNow())}.`);
}

/** What is planned next changes with what the app does; asked for when it rests. */
export const askClock = later(async () => {
  if (store.clock?.real || moving) return;
  const answer = await get('clock').catch(() => null);
  if (answer && !moving) takeClock(answer);
}, 1200);

function appState() {
  const on = store.app?.connected;
  return h('button.quiet.app-state', {
    type: 'button', dataset: { tool: 'app' }, title: deliveryText(), onclick: () => go('about'),
  }, h(`i.lamp${on ? '.on' : ''}`, { 'aria-hidden': 'true' }), on ? 'App connected' : 'Connect an app');
}

function badDayButton() {
  const on = store.faults?.bad_day;
  return h(`button.quiet${on ? '.bad' : ''}`, {
    type: 'button', dataset: { tool: 'bad-day' }, 'aria-haspopup': 'dialog', onclick: badDay,
  }, 'Bad day: ', h('strong', {}, on ? 'on' : 'off'));
}
