// Slack's mrkdwn as elements. The text arrives with &amp; &lt; &gt; escaped; it is turned back only
// into text nodes. Every scan is linear: a marker that finds no partner is not looked for again.

import { h } from './dom.js';
import { emoji } from './emoji.js';
import { personName, store } from './store.js';
import { fillDate } from './time.js';

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
export const unescapeText = (text) => text.replace(/&(?:amp|lt|gt);/g, (one) => ENTITIES[one]);

const SAFE = /^(?:https?:\/\/|mailto:|tel:)/i;

/** A link that leaves the page, or its plain text when the address is not one to follow. */
export function link(url, ...label) {
  if (!SAFE.test(url)) return h('span', {}, ...(label.length ? label : [url]));
  const shown = label.length ? label : [url.replace(/^mailto:/, '')];
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...shown);
}

export function mention(id) {
  const own = id === store.me?.id ? '.own' : '';
  return h(`span.mention${own}`, {}, `@${personName(id)}`);
}

export function channelLink(id, name) {
  const channel = store.channels.get(id);
  const shown = `#${channel?.name || name || 'private channel'}`;
  if (!channel) return h('span.mention', {}, shown);
  return h('a.mention', { href: `#/${store.me.id}/${id}` }, shown);
}

export const broadcast = (range) => h('span.mention.own', {}, `@${range}`);

export function dateToken(unix, pattern, fallback, url) {
  const shown = fillDate(unix, pattern) ?? fallback;
  const stamp = new Date(Number(unix) * 1000);
  const iso = Number.isNaN(stamp.getTime()) ? null : stamp.toISOString();
  const node = h('time', { datetime: iso, title: fallback }, shown);
  return url ? link(url, node) : node;
}

/** The inside of `<…>`. */
function bracket(inside) {
  const cut = inside.indexOf('|');
  const target = cut < 0 ? inside : inside.slice(0, cut);
  const label = cut < 0 ? '' : unescapeText(inside.slice(cut + 1));
  if (target.startsWith('@')) return mention(target.slice(1));
  if (target.startsWith('#')) return channelLink(target.slice(1), label);
  if (target.startsWith('!date^')) {
    const [, unix, pattern, url] = target.split('^');
    return dateToken(unix, pattern || '', label, url && unescapeText(url));
  }
  if (target.startsWith('!subteam')) return h('span.mention', {}, label || '@group');
  if (target.startsWith('!')) return broadcast(target.slice(1));
  return link(unescapeText(target), ...(label ? [label] : []));
}

const SIGNS = { '*': 'strong', _: 'em', '~': 's' };
const TOKEN = /<([^<>\n]+)>|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|]+)|[*_~`]/g;
const isWord = (sign) => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** The position of the partner of the marker at `at`, or -1. */
function partner(line, marker, at) {
  if (/\s/.test(line[at + 1] ?? ' ') || line[at + 1] === marker) return -1;
  let found = line.indexOf(marker, at + 1);
  while (found > 0) {
    if (!/\s/.test(line[found - 1]) && !isWord(line[found + 1])) return found;
    found = line.indexOf(marker, found + 1);
  }
  return -1;
}

/** One line, without quotes and fences, as nodes. `skip` holds the styles already around it. */
function inline(line, skip = '') {
  const nodes = [];
  const lonely = new Set(skip);
  let from = 0;
  const token = new RegExp(TOKEN.source, 'g');
  const put = (upTo, node, next) => {
    if (upTo > from) nodes.push(unescapeText(line.slice(from, upTo)));
    nodes.push(node);
    from = next;
    token.lastIndex = next;
  };
  for (let hit = token.exec(line); hit; hit = token.exec(line)) {
    const [whole, inside, name, url] = hit;
    const at = hit.index;
    if (inside) put(at, bracket(inside), at + whole.length);
    else if (url) putUrl(put, at, url);
    else if (name) putEmoji(put, token, at, name, whole);
    else if (!lonely.has(whole)) putStyle(line, put, whole, at, lonely, skip);
  }
  if (from < line.length) nodes.push(unescapeText(line.slice(from)));
  return nodes;
}

function putUrl(put, at, url) {
  const bare = url.replace(/[.,;:!?)*_~]+$/, '');
  put(at, link(unescapeText(bare)), at + bare.length);
}

function putEmoji(put, token, at, name, whole) {
  const sign = emoji(name);
  if (sign) put(at, h('span', { title: whole, role: 'img', 'aria-label': name.replaceAll('_', ' ') }, sign), at + whole.length);
  else token.lastIndex = at + whole.length - 1;
}

function putStyle(line, put, marker, at, lonely, skip) {
  if (isWord(line[at - 1])) return;
  const end = partner(line, marker, at);
  if (end < 0) {
    // No partner further on: none of the later ones will find one either.
    const next = line[at + 1] ?? ' ';
    if (!/\s/.test(next) && next !== marker) lonely.add(marker);
    return;
  }
  const inside = line.slice(at + 1, end);
  const node = marker === '`'
    ? h('code', {}, unescapeText(inside))
    : h(SIGNS[marker], {}, inline(inside, skip + marker));
  put(at, node, end + 1);
}

const QUOTE = /^(?:&gt;|>) ?/;
const QUOTE_REST = /^(?:&gt;|>){3} ?/;

/** Text without fences: its lines, with quotes gathered. */
function lines(text) {
  const nodes = [];
  let quote = null;
  let rest = false;
  text.split('\n').forEach((raw, index) => {
    const whole = !rest && QUOTE_REST.exec(raw);
    const mark = whole || (!rest && QUOTE.exec(raw));
    if (mark || rest) {
      const line = mark ? raw.slice(mark[0].length) : raw;
      if (quote) quote.append(h('br'));
      else nodes.push(quote = h('blockquote'));
      quote.append(...h('span', {}, inline(line)).childNodes);
      rest = rest || Boolean(whole);
      return;
    }
    if (index > 0 && !quote) nodes.push(h('br'));
    quote = null;
    nodes.push(...inline(raw));
  });
  return nodes;
}

/** The whole of a mrkdwn text as nodes. */
export function mrkdwn(text) {
  const parts = String(text ?? '').split('```');
  // An odd count of fences leaves the last one as it was written.
  if (parts.length % 2 === 0) parts.splice(-2, 2, parts.slice(-2).join('```'));
  return parts.flatMap((part, index) => {
    if (index % 2) return [h('pre', { tabindex: '0', 'aria-label': 'Code' }, h('code', {}, unescapeText(part.replace(/^\n|\n$/g, ''))))];
    const trimmed = index > 0 ? part.replace(/^\n/, '') : part;
    return trimmed ? lines(trimmed.replace(/\n$/, (end) => (index < parts.length - 1 ? '' : end))) : [];
  });
}

/** A text object of Block Kit: `plain_text` or `mrkdwn`. */
export function textObject(text) {
  if (!text) return [];
  if (text.type === 'mrkdwn') return mrkdwn(text.text);
  return plain(text.text, text.emoji !== false);
}

/** Plain text with line breaks, and emoji where they are meant. */
export function plain(text, withEmoji = true) {
  const shown = withEmoji
    ? String(text ?? '').replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) || whole)
    : String(text ?? '');
  return shown.split('\n').flatMap((line, index) => (index ? [h('br'), line] : [line]));
}

/** Plain words of a mrkdwn text, for announcements and for editing what somebody typed. */
export function words(text) {
  const bare = String(text ?? '').replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (whole, target, label) => {
    if (target.startsWith('@')) return `@${store.people.get(target.slice(1))?.name || label || 'somebody'}`;
    if (target.startsWith('#')) return `#${store.channels.get(target.slice(1))?.name || label || 'channel'}`;
    if (target.startsWith('!date')) return label || '';
    if (target.startsWith('!')) return `@${target.slice(1)}`;
    return label && label !== target ? `${label}` : target;
  });
  return unescapeText(bare);
}
