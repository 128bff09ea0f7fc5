// Selects: one choice from a fixed list is the browser's own; the rest search as one types.

import { combo } from './combo.js';
import { h } from './dom.js';
import { labelOf, marks } from './naming.js';
import { store } from './store.js';

const flat = (element) => [
  ...(element.options || []),
  ...(element.option_groups || []).flatMap((group) => group.options),
];

function nativeOption(option, chosen) {
  return h('option', { value: option.value, selected: option.value === chosen }, labelOf(option.text));
}

/** A browser's select over `rows` (`[{label, options}]`, options as Slack's). */
function native(element, block, on, naming, rows, chosen, valueOf) {
  const empty = h('option', { value: '' }, labelOf(element.placeholder) || 'Choose…');
  const groups = rows.map((row) => (row.label
    ? h('optgroup', { label: row.label }, row.options.map((one) => nativeOption(one, chosen)))
    : row.options.map((one) => nativeOption(one, chosen))));
  const node = h('select', {
    ...marks(element, block, naming),
    onchange: () => on.choose(block, element, valueOf(node.value), node, () => { node.value = chosen || ''; }),
  }, empty, groups);
  node.value = chosen || '';
  return node;
}

function staticSelect(element, block, on, naming) {
  const rows = element.option_groups
    ? element.option_groups.map((group) => ({ label: labelOf(group.label), options: group.options }))
    : [{ label: '', options: element.options || [] }];
  const byValue = (value) => flat(element).find((one) => one.value === value) || null;
  return native(element, block, on, naming, rows, on.read(block, element)?.value, byValue);
}

const asOption = (id, label) => ({ text: { type: 'plain_text', text: label }, value: id });

const people = () => [...store.people.values()].filter((one) => !one.deleted && one.id !== 'USLACKBOT')
  .map((one) => asOption(one.id, one.real_name || one.name));
const channels = () => [...store.channels.values()].filter((one) => one.kind === 'channel' && !one.is_archived)
  .map((one) => asOption(one.id, `#${one.name}`));

const WANTED = { im: 'im', mpim: 'mpim', public: 'channel', private: 'private' };

/** Conversations the person can see, by the element's filter. */
function conversations(element) {
  const wanted = element.filter?.include?.map((one) => WANTED[one]);
  const bot = store.app?.bot_user;
  return [...store.channels.values()]
    .filter((one) => !one.is_archived && (!wanted || wanted.includes(one.kind)))
    .filter((one) => !(element.filter?.exclude_bot_users && one.kind === 'im' && one.with.includes(bot)))
    .map((one) => asOption(one.id, one.kind === 'channel' ? `#${one.name}` : one.name));
}

/** One id from a list the page knows. */
const pickOne = (list) => (element, block, on, naming) =>
  native(element, block, on, naming, [{ label: '', options: list(element) }], on.read(block, element), (id) => id || null);

const shown = (option) => ({
  value: option.value, label: labelOf(option.text), description: labelOf(option.description), raw: option,
});

const matching = (options, query) => {
  const sought = query.trim().toLowerCase();
  return options.map(shown).filter((one) => one.label.toLowerCase().includes(sought));
};

function searching(element, block, on, naming, { picked, load, several, valueOf }) {
  return combo({
    label: naming.id ? undefined : naming.label || labelOf(element.placeholder),
    placeholder: labelOf(element.placeholder) || undefined,
    several,
    most: element.max_selected_items,
    picked,
    load,
    onpick: (options) => on.choose(block, element, valueOf(options)),
    props: marks(element, block, naming),
  }).node;
}

const groupsOf = (element, query) => (element.option_groups
  ? element.option_groups.map((group) => ({ label: labelOf(group.label), options: matching(group.options, query) }))
  : [{ label: '', options: matching(element.options || [], query) }]);

const multiStatic = (element, block, on, naming) => searching(element, block, on, naming, {
  several: true,
  picked: (on.read(block, element) || []).map(shown),
  load: async (query) => groupsOf(element, query),
  valueOf: (options) => options.map((one) => one.raw),
});

const multiIds = (list) => (element, block, on, naming) => {
  const known = list(element);
  return searching(element, block, on, naming, {
    several: true,
    picked: (on.read(block, element) || []).map((id) => shown(known.find((one) => one.value === id) || asOption(id, id))),
    load: async (query) => [{ label: '', options: matching(known, query) }],
    valueOf: (options) => options.map((one) => one.value),
  });
};

/** Options the app offers for what is typed; not asked before `min_query_length` (3 in Slack). */
const external = (several) => (element, block, on, naming) => {
  const stands = on.read(block, element);
  const least = element.min_query_length ?? 3;
  const load = async (query) => {
    if (query.length < least) return [{ label: '', options: [] }];
    const { options, option_groups: groups } = await on.suggest(block, element, query);
    if (groups.length) return groups.map((group) => ({ label: labelOf(group.label), options: group.options.map(shown) }));
    return [{ label: '', options: options.map(shown) }];
  };
  return searching(element, block, on, naming, {
    several,
    picked: (several ? stands || [] : [stands].filter(Boolean)).map(shown),
    load,
    valueOf: (options) => (several ? options.map((one) => one.raw) : options[0]?.raw || null),
  });
};

export const PICKERS = {
  static_select: staticSelect,
  multi_static_select: multiStatic,
  external_select: external(false),
  multi_external_select: external(true),
  users_select: pickOne(people),
  multi_users_select: multiIds(people),
  conversations_select: pickOne(conversations),
  multi_conversations_select: multiIds(conversations),
  channels_select: pickOne(channels),
  multi_channels_select: multiIds(channels),
};
