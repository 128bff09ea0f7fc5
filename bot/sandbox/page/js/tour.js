// A few steps for whoever opens the page for the first time. Closed once, it stays closed.

import { $, fill, h } from './dom.js';
import { button } from './dialog.js';
import { store } from './store.js';

const SEEN = 'sandbox-tour';
let at = 0;

const STEPS = [
  () => `You are ${store.me.real_name.split(' ')[0]}. ${store.clock.real
    ? 'The bar above shows the calendar; the list beside it, everybody’s local time.'
    : `The bar above moves the calendar: press Next ${store.clock.planned}, and what is planned happens.`}`,
  () => 'A message from the app: reply in its thread. Type / to see its commands.',
  () => 'Switch people, open the app’s Home, or give the app a bad day.',
];
// What the program behind the page has to show stands before the last step.
const steps = () => [...STEPS.slice(0, -1), ...store.clock.tour.map((text) => () => text), STEPS.at(-1)];

function seen() {
  try {
    return localStorage.getItem(SEEN) === 'closed';
  } catch {
    return false; // a browser that keeps nothing shows the tour each time
  }
}

function end() {
  try {
    localStorage.setItem(SEEN, 'closed');
  } catch {
    at = 0;
  }
  const inside = $('#tour').contains(document.activeElement);
  $('#tour').hidden = true;
  if (inside) $('#main').focus();
}

function draw(focus) {
  const all = steps();
  const last = at >= all.length - 1;
  const move = (by) => () => {
    at += by;
    draw(true);
  };
  const next = last ? button('Done', 'primary', end) : button('Next', 'primary', move(1));
  fill($('#tour'), h('p', { role: 'status' }, h('strong', {}, `${at + 1} of ${all.length} `), all[at]()),
    h('div.actions', {}, at > 0 && button('Back', '', move(-1)), next, !last && button('Close the tour', 'quiet', end)));
  $('#tour').hidden = false;
  if (focus) next.focus();
}

export function startTour() {
  at = 0;
  draw(true);
}

/** Somebody else looks now: an open tour greets them by their own name. */
export function redrawTour() {
  if (!$('#tour').hidden) draw(false);
}

/** Shown on the first visit, without taking the focus. */
export function firstTour() {
  $('#tour').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') end();
  });
  if (!seen()) draw(false);
}
