// How another app finds its way here: the lines to put into its environment.

import { notice, trying } from './announce.js';
import { get } from './api.js';
import { button } from './dialog.js';
import { fill, h } from './dom.js';
import { store } from './store.js';

const LINES = [['SLACK_API_URL', 'api_url'], ['SLACK_BOT_TOKEN', 'bot_token'], ['SLACK_APP_TOKEN', 'app_token'], ['SLACK_SIGNING_SECRET', 'signing_secret']];

const DELIVERY = {
  socket: 'Connected by Socket Mode.',
  http: 'Reached over HTTP at its request address.',
  none: 'No app is connected.',
};

export const deliveryText = () => DELIVERY[store.app?.delivery || 'none'];

/** The lines, loaded when they are drawn, with a button that copies them. */
export function connection() {
  const code = h('code', {}, 'Loading…');
  const copy = button('Copy', '', () => trying(
    () => navigator.clipboard.writeText(code.textContent), () => notice('The browser did not allow copying.'),
  ));
  get('app').then(({ app }) => fill(code, LINES.map(([name, key]) => `${name}=${app[key]}`).join('\n')))
    .catch((problem) => fill(code, problem.message));
  return h('div.connection', {},
    h('p', {}, 'Any Bolt app can be pointed here. Start it with these lines in its environment:'),
    h('pre', { tabindex: '0', 'aria-label': 'Environment lines' }, code), copy,
    h('p.hint', {}, 'With Socket Mode nothing else is needed. The addresses work on this machine only.'));
}

/** The About tab. */
export function drawAbout(place) {
  const commands = store.commands.length
    ? h('ul', {}, store.commands.map((one) => h('li', {}, h('code', {}, `${one.command} ${one.usage_hint || ''}`.trim()), ` ${one.description || ''}`)))
    : h('p.hint', {}, 'The app has not said which commands it knows; any command is passed on to it.');
  fill(place, h('div.home-view.about', {}, h('h3', {}, store.app.name), h('p', {}, deliveryText()), h('h3', {}, 'Commands'), commands,
    h('h3', {}, 'Connect an app'), connection()));
}
