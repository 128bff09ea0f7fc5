// The place where blocks are shown: a message, a modal or the App Home. Elements ask it what
// stands in them and tell it what a person did.

import { notice } from './announce.js';
import { post } from './api.js';
import { confirmed } from './dialog.js';
import { h } from './dom.js';
import { textObject } from './mrkdwn.js';
import { current, put, typedOn } from './values.js';

/**
 * `kind` is message, modal or home; `at` names it to the server; `kept` is the view's state;
 * `say` shows a failure near the place.
 */
export function surface({ kind, key, at, kept = {}, say = notice }) {
  const own = {
    kind,
    key,
    read: (block, element) => current(key, block.block_id, element, kept),
    write: (block, element, value) => put(key, block.block_id, element.action_id, value),
    suggest: (block, element, query) => post('suggest', {
      ...at, block_id: block.block_id, action_id: element.action_id, query, values: typedOn(key),
    }),
  };
  own.act = (block, element, value, node) => act({ at, key, say }, block, element, value, node);
  /** Keep a value, and tell the app when this element tells it at once. Undoes a refused confirm. */
  own.choose = async (block, element, value, node, undo = () => {}) => {
    if (block.type === 'input' && !block.dispatch_action) {
      own.write(block, element, value);
      return;
    }
    const sure = await confirmed(element.confirm, (text) => h('span', {}, textObject(text)));
    if (!sure) {
      undo();
      return;
    }
    own.write(block, element, value);
    await own.act(block, element, value, node);
  };
  return own;
}

async function act({ at, key, say }, block, element, value, node) {
  node?.setAttribute('aria-busy', 'true');
  try {
    const body = { ...at, block_id: block.block_id, action_id: element.action_id, values: typedOn(key) };
    if (value !== undefined) body.value = value;
    const answer = await post('action', body);
    if (answer.notice) say(answer.notice);
  } catch (problem) {
    say(problem.message);
  } finally {
    node?.removeAttribute('aria-busy');
  }
}
