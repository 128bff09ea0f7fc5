// Saying things: to screen readers, and as short notices that everybody sees.

import { $, h, iconButton } from './dom.js';

const LONGEST = 300;
const KEPT = 20;

/** A new message, for those who listen. Kept short: the message itself can be read in its place. */
export function heard(text) {
  const log = $('#heard');
  log.append(h('p', {}, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text));
  while (log.children.length > KEPT) log.firstChild.remove();
}

/** What just happened to the page itself, e.g. a new view. */
export function said(text) {
  $('#said').textContent = text;
}

/** A notice that stays until it is dismissed, or 12 seconds; used for what went wrong. */
export function notice(text, root = $('#notices')) {
  const node = h('div.notice', {}, h('span', {}, text));
  node.append(iconButton('close', 'Dismiss', () => node.remove()));
  root.append(node);
  while (root.children.length > 3) root.firstChild.remove();
  setTimeout(() => node.remove(), 12000);
}

/** Run what a person asked for; a refusal becomes a notice. Returns undefined then. */
export async function trying(doing, say = notice) {
  try {
    return await doing();
  } catch (problem) {
    say(problem.message);
    return undefined;
  }
}
