// Where the person is, kept in the address: `#/U0ANA/C0GENERAL/1762….000100`. So reloading,
// going back and opening a second window for somebody else all work.

import { store } from './store.js';

export const HOME = 'home'; // the App Home, instead of a channel's id

export function readRoute() {
  const [, as, place, thread] = decodeURIComponent(location.hash).split('/');
  return { as: as || null, place: place || null, thread: thread || null };
}

export const address = (place, thread = null, as = store.me?.id) =>
  `#/${as}/${place}${thread ? `/${thread}` : ''}`;

export function go(place, thread = null) {
  const to = address(place, thread);
  if (location.hash !== to) location.hash = to;
}

/** On a phone one pane is shown at a time: `list`, `talk` or `thread`. */
export function pane(name) {
  document.body.dataset.pane = name;
}

export const isPhone = () => window.matchMedia('(max-width: 760px)').matches;
