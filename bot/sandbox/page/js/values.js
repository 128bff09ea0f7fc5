// What stands in the elements of a surface: typed here, kept by the server, or the app's initial
// value, in this order. Typed values outlive an update of the view when both ids are unchanged.

const KEYS = {
  selected_option: ['static_select', 'external_select', 'radio_buttons', 'overflow'],
  selected_options: ['checkboxes', 'multi_static_select', 'multi_external_select'],
  selected_user: ['users_select'],
  selected_users: ['multi_users_select'],
  selected_conversation: ['conversations_select'],
  selected_conversations: ['multi_conversations_select'],
  selected_channel: ['channels_select'],
  selected_channels: ['multi_channels_select'],
  selected_date: ['datepicker'],
  selected_time: ['timepicker'],
  selected_date_time: ['datetimepicker'],
  rich_text_value: ['rich_text_input'],
  files: ['file_input'],
};
const BY_TYPE = new Map(Object.entries(KEYS).flatMap(([key, types]) => types.map((type) => [type, key])));

const stateKey = (type) => BY_TYPE.get(type) || 'value';
const initialKey = (type) => stateKey(type).replace('selected_', 'initial_')
  .replace(/^value$|^rich_text_value$/, 'initial_value').replace(/^files$/, 'initial_files');

const typed = new Map(); // surface key: {block_id: {action_id: value}}

/** Everything typed on one surface so far, in the shape the server takes. */
export function typedOn(key) {
  if (!typed.has(key)) typed.set(key, {});
  return typed.get(key);
}

export const forget = (key) => typed.delete(key);

export function put(key, blockId, actionId, value) {
  const surface = typedOn(key);
  surface[blockId] = { ...surface[blockId], [actionId]: value };
}

/** What stands in an element now. */
export function current(key, blockId, element, kept) {
  const here = typedOn(key)[blockId];
  if (here && element.action_id in here) return here[element.action_id];
  const entry = kept?.[blockId]?.[element.action_id];
  if (entry && entry.type === element.type) return entry[stateKey(element.type)] ?? null;
  return element[initialKey(element.type)] ?? null;
}

/** Drop what was typed into fields that the new blocks no longer have. */
export function prune(key, blocks) {
  const surface = typedOn(key);
  const present = new Map(blocks.map((block) => [block.block_id, block]));
  for (const [blockId, actions] of Object.entries(surface)) {
    const block = present.get(blockId);
    const ids = block
      ? [block.element, block.accessory, ...(block.elements || [])].map((one) => one?.action_id)
      : [];
    for (const actionId of Object.keys(actions)) if (!ids.includes(actionId)) delete actions[actionId];
    if (!Object.keys(actions).length) delete surface[blockId];
  }
}
