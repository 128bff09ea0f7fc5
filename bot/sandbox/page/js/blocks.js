// Block Kit's blocks as elements. A block this page does not know is named, never dropped.

import { fileUrl } from './api.js';
import { freshId, h } from './dom.js';
import { renderElement } from './elements.js';
import { markdown } from './markdown.js';
import { link, mrkdwn, textObject } from './mrkdwn.js';
import { labelOf } from './naming.js';
import { richText } from './richtext.js';

/** An image from this machine, or a link to one elsewhere: the page loads nothing from outside. */
export function picture(block) {
  const alt = block.alt_text || '';
  const url = block.slack_file?.id ? fileUrl(block.slack_file.id) : localUrl(block.image_url || block.slack_file?.url || '');
  if (!url) return h('p.outside', {}, 'Image kept elsewhere: ', link(block.image_url || '', alt || 'open it'));
  return h('img', { src: url, alt, loading: 'lazy' });
}

function localUrl(url) {
  if (/^data:image\/(?:png|jpeg|gif|webp);/i.test(url)) return url;
  let parsed;
  try {
    parsed = new URL(url, location.origin);
  } catch {
    return null;
  }
  if (parsed.origin !== location.origin) return null;
  const file = /^\/files-pri\/[^/]*-(F[A-Z0-9]+)\//.exec(parsed.pathname);
  return file ? fileUrl(file[1]) : parsed.href;
}

function section(block, on) {
  const label = labelOf(block.text) || labelOf(block.fields?.[0]);
  const fields = block.fields?.length
    && h('div.fields', {}, block.fields.map((one) => h('div.text', {}, textObject(one))));
  const text = block.text && h('div.text', {}, textObject(block.text));
  const beside = block.accessory && h('div.accessory', {}, block.accessory.type === 'image'
    ? picture(block.accessory)
    : renderElement(block.accessory, block, on, { label }));
  return h('div.section', {}, h('div.grow', {}, text, fields), beside);
}

const context = (block) => h('div.context', {}, (block.elements || []).map((one) =>
  (one.type === 'image' ? picture(one) : h('span.text', {}, textObject(one)))));

const actions = (block, on) =>
  h('div.actions', {}, (block.elements || []).map((one) => renderElement(one, block, on)));

const image = (block) => h('figure', {},
  block.title && h('figcaption', {}, textObject(block.title)), picture(block));

const GROUPS = new Set(['checkboxes', 'radio_buttons']);

/** A labelled field with its hint and a place for what is wrong with it. */
function input(block, on) {
  const element = block.element || {};
  const [id, hintId, errorId, labelId] = ['field', 'hint', 'error', 'label'].map(freshId);
  const grouped = GROUPS.has(element.type);
  const naming = {
    id: grouped ? undefined : id,
    labelledBy: grouped ? labelId : undefined,
    describedBy: [block.hint && hintId, errorId].filter(Boolean).join(' '),
    required: !block.optional,
  };
  const optional = block.optional && h('span.optional', {}, ' (optional)');
  const label = h(grouped ? 'div.label' : 'label.label', { id: labelId, for: grouped ? undefined : id },
    textObject(block.label), optional);
  return h('div.field', { dataset: { field: block.block_id } }, label,
    renderElement(element, block, on, naming),
    block.hint && h('p.hint', { id: hintId }, textObject(block.hint)),
    h('p.error', { id: errorId, hidden: true }));
}

function cell(one, tag, setting = {}) {
  const align = ['center', 'right'].includes(setting?.align) ? `.${setting.align}` : '';
  const inside = one?.type === 'rich_text' ? richText(one) : String(one?.text ?? one?.value ?? '');
  return h(`${tag}${align}${setting?.is_wrapped ? '' : '.nowrap'}`, tag === 'th' ? { scope: 'col' } : {}, inside);
}

function table(block) {
  const [first = [], ...rest] = block.rows || [];
  const settings = block.column_settings || [];
  return h('div.table-wrap', { tabindex: '0', role: 'region', 'aria-label': block.caption || 'Table' }, h('table', {},
    block.caption && h('caption', {}, String(block.caption)),
    h('thead', {}, h('tr', {}, first.map((one, at) => cell(one, 'th', settings[at])))),
    h('tbody', {}, rest.map((row) => h('tr', {}, row.map((one, at) => cell(one, 'td', settings[at])))))));
}

const video = (block) => h('figure.video', {},
  h('figcaption', {}, 'Video: ', link(block.title_url || block.video_url || '', labelOf(block.title) || 'watch')),
  block.description && h('p.hint', {}, textObject(block.description)));

const alert = (block) => h('div.alert', { role: 'note', dataset: { level: block.level || 'default' } }, textObject(block.text));

const BLOCKS = {
  section, context, actions, image, input, table, video, alert,
  data_table: table,
  context_actions: actions,
  header: (block) => h('h3.header', {}, textObject(block.text)),
  divider: () => h('hr'),
  rich_text: richText,
  markdown: (block) => h('div.rich', {}, markdown(block.text)),
  file: (block) => h('p.hint', {}, `File: ${block.external_id || 'remote file'}`),
};

/** The blocks of a message or a view, for the surface `on`. */
export function renderBlocks(blocks, on) {
  return (blocks || []).map((block) => {
    const make = BLOCKS[block.type];
    if (make) return h('div.block', { dataset: { type: block.type } }, make(block, on));
    return h('p.unknown', {}, `A block of type “${block.type}”, which this page does not show.`);
  });
}

/** Old-fashioned attachments: their blocks, or their title, text and fields. */
export function attachments(list, on) {
  return (list || []).map((one) => h('div.attachment', {}, one.blocks
    ? renderBlocks(one.blocks, on)
    : [one.pretext && h('p', {}, mrkdwn(one.pretext)),
      one.title && h('p', {}, h('strong', {}, one.title_link ? link(one.title_link, one.title) : one.title)),
      (one.text || one.fallback) && h('div.text', {}, mrkdwn(one.text || one.fallback)),
      (one.fields || []).map((field) => h('p', {}, h('strong', {}, field.title), ' ', mrkdwn(field.value)))]));
}
