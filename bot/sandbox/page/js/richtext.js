// The `rich_text` block: sections, lists, quotes and code, each with styled elements.

import { h } from './dom.js';
import { emoji } from './emoji.js';
import { broadcast, channelLink, dateToken, link, mention } from './mrkdwn.js';

const STYLES = [['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['underline', 'u'], ['code', 'code']];

function styled(node, style = {}) {
  return STYLES.filter(([name]) => style[name]).reduce((inside, [, tag]) => h(tag, {}, inside), node);
}

const broken = (text) => String(text ?? '').split('\n').flatMap((line, at) => (at ? [h('br'), line] : [line]));

const LEAVES = {
  text: (one) => h('span', {}, broken(one.text)),
  link: (one) => link(one.url, one.text || one.url),
  user: (one) => mention(one.user_id),
  usergroup: () => h('span.mention', {}, '@group'),
  channel: (one) => channelLink(one.channel_id, ''),
  broadcast: (one) => broadcast(one.range),
  emoji: (one) => h('span', { role: 'img', 'aria-label': one.name },
    fromCode(one.unicode) || emoji(one.name) || `:${one.name}:`),
  date: (one) => dateToken(one.timestamp, one.format || '{date} {time}', one.fallback || '', one.url),
  color: (one) => h('code', {}, one.value),
};

function fromCode(unicode) {
  if (!/^[0-9a-f]{2,6}(?:-[0-9a-f]{2,6})*$/i.test(unicode || '')) return null;
  const codes = unicode.split('-').map((code) => Number.parseInt(code, 16));
  return codes.every((code) => code <= 0x10ffff) ? String.fromCodePoint(...codes) : null;
}

const leaves = (elements = []) => elements.map((one) => {
  const make = LEAVES[one.type];
  return make ? styled(make(one), one.style) : h('span.unknown', {}, `(${one.type})`);
});

const codeText = (elements = []) => elements.map((one) => one.text || one.url || '').join('');

const PARTS = {
  rich_text_section: (part) => h('p', {}, leaves(part.elements)),
  rich_text_quote: (part) => h('blockquote', {}, leaves(part.elements)),
  rich_text_preformatted: (part) => h('pre', { tabindex: '0', 'aria-label': 'Code' }, h('code', {}, codeText(part.elements))),
};

/** Slack sends nested lists flat, each with its `indent`. */
function list(part) {
  const ordered = part.style === 'ordered';
  const props = ordered && part.offset ? { start: String(part.offset + 1) } : {};
  const depth = Math.min(Number(part.indent) || 0, 8);
  const items = (part.elements || []).map((one) => h('li', {}, leaves(one.elements)));
  return h(`${ordered ? 'ol' : 'ul'}.indent-${depth}`, props, items);
}

export function richText(block) {
  return h('div.rich', {}, (block.elements || []).map((part) => {
    if (part.type === 'rich_text_list') return list(part);
    const make = PARTS[part.type];
    return make ? make(part) : h('p.unknown', {}, `(${part.type})`);
  }));
}

/** What somebody typed into a `rich_text_input`, as the block Slack would send. */
export const asRichText = (text) => text && ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});

/** The plain words of a rich_text block. */
export const richWords = (block) => (block?.elements || [])
  .map((part) => (part.elements || []).map((one) => one.text || (one.elements ? codeText(one.elements) : '') || '').join(''))
  .join('\n');
