// The app's own tabs: Home, Messages, About. They stand above its direct message.

import { trying } from './announce.js';
import { post } from './api.js';
import { connection } from './connect.js';
import { renderBlocks } from './blocks.js';
import { fill, focusMark, h, refocus } from './dom.js';
import { go, HOME } from './route.js';
import { appChannel, store } from './store.js';
import { surface } from './surface.js';
import { prune } from './values.js';

/** The tabs, as links: each has an address of its own. `chosen` is home, messages or about. */
export function appTabs(chosen) {
  const tab = (name, label, does) => h('button.tab', {
    type: 'button', 'aria-current': chosen === name ? 'page' : undefined, dataset: { tool: `tab-${name}` }, onclick: does,
  }, label);
  return h('nav.tabs', { 'aria-label': `Tabs of ${store.app.name}` },
    tab('home', 'Home', () => go(HOME)), tab('messages', 'Messages', openMessages), tab('about', 'About', () => go('about')));
}

/** The direct message with the app, opened when it was not yet. */
export async function openMessages() {
  const known = appChannel();
  if (known) {
    go(known.id);
    return;
  }
  const answer = await trying(() => post('dm', { users: [store.app.bot_user] }));
  if (!answer) return;
  store.channels.set(answer.channel.id, answer.channel);
  go(answer.channel.id);
}

/** Tell the app that somebody looks at its Home; what it publishes comes as a change. */
export const lookAtHome = () => trying(() => post('home', { tab: 'home' }));

function noHome() {
  const why = store.app.connected
    ? `${store.app.name} has not published a Home for ${store.me.real_name} yet. It may do so when it hears that somebody looked.`
    : 'No app is connected, so nothing has been published here.';
  return h('div.empty', {}, h('h3', {}, 'Nothing on the Home tab yet'), h('p', {}, why), store.app.connected ? null : connection());
}

/** Draw the Home into `place`, keeping the focus and what was typed. */
export function drawHome(place) {
  const { view } = store.home || {};
  if (!view) {
    fill(place, noHome());
    return;
  }
  const key = `home:${view.id}`;
  prune(key, view.blocks);
  const on = surface({ kind: 'home', key, at: { view_id: view.id }, kept: view.state?.values });
  const mark = focusMark(place);
  const top = place.scrollTop;
  fill(place, h('div.home-view', {}, renderBlocks(view.blocks, on)));
  place.scrollTop = top;
  refocus(place, mark);
}
