// What a person may do with a message: edit, delete, react, and the app's message shortcuts.

import { notice, said, trying } from './announce.js';
import { post } from './api.js';
import { ask } from './dialog.js';
import { QUICK, emoji } from './emoji.js';
import { words } from './mrkdwn.js';
import { store } from './store.js';

const at = (message) => ({ channel: message.channel, ts: message.ts });

export const addReaction = (message, name, remove = false) =>
  trying(() => post('react', { ...at(message), name, remove }));

async function remove(message) {
  const sure = await ask({
    title: 'Delete this message?', text: 'It goes for everybody and cannot be brought back.', yes: 'Delete', danger: true,
  });
  if (!sure) return;
  if (await trying(() => post('delete', at(message)))) said('The message was deleted.');
}

async function shortcut(message, one) {
  const answer = await trying(() => post('shortcut', { callback_id: one.callback_id, ...at(message) }));
  if (answer?.notice) notice(answer.notice);
}

async function copy(message) {
  await trying(() => navigator.clipboard.writeText(words(message.text)), () => notice('The browser did not allow copying.'));
}

/** The entries of a message's menu. */
export function entriesFor(message, doing) {
  const own = message.user === store.me.id;
  const typed = own && !['channel_join', 'channel_leave', 'channel_archive'].includes(message.subtype);
  return [
    ...(doing.open ? [{ label: 'Reply in the thread', does: () => doing.open(message) }] : []),
    ...QUICK.map((name) => ({ label: `${emoji(name)} React with ${name.replaceAll('_', ' ')}`, does: () => addReaction(message, name) })),
    ...store.shortcuts.filter((one) => one.type === 'message').map((one) => ({
      label: one.name, description: one.description, does: () => shortcut(message, one),
    })),
    { label: 'Copy the text', does: () => copy(message) },
    ...(typed ? [
      { label: 'Edit', does: () => doing.edit(message) },
      { label: 'Delete', danger: true, does: () => remove(message) },
    ] : []),
  ];
}
