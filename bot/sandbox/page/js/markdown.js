// The `markdown` block: the usual Markdown, the part of it that Slack shows.

import { h } from './dom.js';
import { emoji } from './emoji.js';
import { link, mention, channelLink } from './mrkdwn.js';

const SPAN = new RegExp([
  /`([^`\n]+)`/, /!?\[([^\]\n]{0,500})\]\(([^)\s]+)\)/, /\*\*([^*\n]+)\*\*/, /__([^_\n]+)__/, /~~([^~\n]+)~~/,
  /\*([^*\s][^*\n]*)\*/, /(?<![\p{L}\p{N}])_([^_\s][^_\n]*)_(?![\p{L}\p{N}])/, /<([@#][A-Z0-9]+)(?:\|[^>]*)?>/,
  /<?(https?:\/\/[^\s<>)]+)>?/, /:([a-z0-9_+-]+):/,
].map((one) => one.source).join('|'), 'gu');

/** Styles inside one line. */
function spans(text) {
  const nodes = [];
  let from = 0;
  for (const hit of text.matchAll(SPAN)) {
    if (hit.index > from) nodes.push(text.slice(from, hit.index));
    nodes.push(span(hit));
    from = hit.index + hit[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function span([whole, code, label, url, bold, bold2, strike, italic, italic2, who, bare, name]) {
  if (code) return h('code', {}, code);
  if (url) return link(url, ...spans(label || url));
  if (bold || bold2) return h('strong', {}, spans(bold || bold2));
  if (strike) return h('s', {}, spans(strike));
  if (italic || italic2) return h('em', {}, spans(italic || italic2));
  if (who) return who[0] === '@' ? mention(who.slice(1)) : channelLink(who.slice(1), '');
  if (bare) return link(bare);
  return (name && emoji(name)) || whole;
}

const KINDS = [
  ['fence', /^\s*```/], ['head', /^(#{1,6})\s+(.*)$/], ['rule', /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/], ['quote', /^\s*>\s?(.*)$/],
  ['item', /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/], ['row', /^\s*\|.*\|\s*$/], ['blank', /^\s*$/],
];

function kindOf(line) {
  for (const [kind, pattern] of KINDS) {
    const hit = pattern.exec(line);
    if (hit) return [kind, hit];
  }
  return ['text', [line]];
}

/** The whole text as elements. Headings begin at level 4: they stand inside a message. */
export function markdown(text) {
  const nodes = [];
  const left = String(text ?? '').split('\n');
  while (left.length) {
    const [kind] = kindOf(left[0]);
    nodes.push(TAKE[kind](left));
  }
  return nodes.filter(Boolean);
}

/** Take lines off the front while they are of one kind; returns their matches. */
function run(left, kind) {
  const hits = [];
  while (left.length) {
    const [found, hit] = kindOf(left[0]);
    if (found !== kind) break;
    hits.push(hit);
    left.shift();
  }
  return hits;
}

const TAKE = {
  fence: (left) => {
    left.shift();
    const end = left.findIndex((line) => /^\s*```/.test(line));
    const body = left.splice(0, end < 0 ? left.length : end);
    left.shift();
    return h('pre', { tabindex: '0', 'aria-label': 'Code' }, h('code', {}, body.join('\n')));
  },
  head: (left) => {
    const [, hashes, title] = kindOf(left.shift())[1];
    return h(`h${Math.min(hashes.length + 3, 6)}`, {}, spans(title));
  },
  rule: (left) => left.shift() !== undefined && h('hr'),
  blank: (left) => left.shift() && null,
  quote: (left) => h('blockquote', {}, markdown(run(left, 'quote').map(([, inside]) => inside).join('\n'))),
  item: (left) => list(run(left, 'item')),
  row: (left) => table(run(left, 'row').map(([line]) => line)),
  text: (left) => h('p', {}, run(left, 'text').flatMap(([line], index) =>
    [...(index ? [h('br')] : []), ...spans(line)])),
};

/** A list; deeper items become a list inside the one before them. */
function list(hits) {
  const root = h(hits[0][2] ? 'ol' : 'ul', hits[0][2] ? { start: hits[0][2] } : {});
  const open = [{ depth: hits[0][1].length, node: root }];
  for (const [, indent, number, text] of hits) {
    while (open.length > 1 && indent.length < open.at(-1).depth) open.pop();
    const last = open.at(-1).node.lastElementChild;
    if (indent.length > open.at(-1).depth + 1 && last) {
      const node = h(number ? 'ol' : 'ul');
      last.append(node);
      open.push({ depth: indent.length, node });
    }
    const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
    open.at(-1).node.append(h('li', {}, task ? [task[1] === ' ' ? '☐ ' : '☑ ', ...spans(task[2])] : spans(text)));
  }
  return root;
}

function table(rows) {
  const cells = rows.map((row) => row.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
  const ruled = cells.length > 1 && cells[1].every((cell) => /^:?-+:?$/.test(cell));
  const head = ruled ? cells[0] : null;
  const body = ruled ? cells.slice(2) : cells;
  const row = (tag, one) => h('tr', {}, one.map((cell) => h(tag, tag === 'th' ? { scope: 'col' } : {}, spans(cell))));
  return h('div.table-wrap', { tabindex: '0', role: 'region', 'aria-label': 'Table' }, h('table', {},
    head && h('thead', {}, row('th', head)), h('tbody', {}, body.map((one) => row('td', one)))));
}
