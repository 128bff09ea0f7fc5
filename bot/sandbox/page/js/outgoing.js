// What is typed as plain text, in the form Slack keeps: channels and broadcasts in brackets.
// People's names are resolved by the server.

import { store } from './store.js';

export function outgoing(text) {
  const byName = new Map([...store.channels.values()].filter((one) => one.kind === 'channel').map((one) => [one.name, one.id]));
  return text
    .replace(/(^|[\s(])#([\p{L}\p{N}_-]+)/gu, (whole, before, name) => (byName.has(name) ? `${before}<#${byName.get(name)}>` : whole))
    .replace(/(^|[\s(])@(here|channel|everyone)\b/g, '$1<!$2>');
}
