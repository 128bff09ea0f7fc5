// What a control is called and how it is found again after it was built anew.

import { words } from './mrkdwn.js';

/** The plain words of a text object. */
export const labelOf = (text) => (text ? words(text.text) : '');

/** Attributes every control carries: how to find it again, its name and its description. */
export function marks(element, block, naming = {}) {
  return {
    dataset: { block: block.block_id || '', action: element.action_id || '' },
    id: naming.id,
    'aria-label': naming.id ? undefined : naming.label || labelOf(element.placeholder) || undefined,
    'aria-describedby': naming.describedBy,
    'aria-required': naming.required ? 'true' : undefined,
    autofocus: element.focus_on_load,
  };
}
