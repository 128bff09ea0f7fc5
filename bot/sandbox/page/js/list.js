// A list of messages that can be long: pages of older ones come while scrolling up, the newest stays
// in view for whoever is at the bottom, and whoever reads further up is not moved.

import { $, fill, focusMark, h, refocus } from './dom.js';
import { editor } from './editor.js';
import { messageNode } from './message.js';
import { typedOn, prune } from './values.js';
import { dayLabel, dayOf } from './time.js';

const PAGE = 60;
const NEAR = 48; // pixels from an end that still count as being there
const MOST = 400; // messages kept in the page while new ones flow in
const TOGETHER = 5 * 60 * 1000;

const dismissed = new Set();

export class MessageList {
  /** `load({before, limit})` answers `{messages, has_more}`; `open` opens a thread, or is absent. */
  constructor({ label, load, open, onBottom = () => {}, empty }) {
    Object.assign(this, { load, onBottom, empty, messages: new Map(), more: false, loading: false, missed: 0 });
    this.doing = { open, edit: (message) => this.edit(message), dismiss: (message) => this.dismiss(message) };
    this.list = h('ol.messages', { role: 'list', 'aria-label': label });
    this.blank = h('div.empty', { hidden: true });
    this.jump = h('button.jump', { type: 'button', hidden: true, onclick: () => this.toBottom() });
    this.scroller = h('div.scroller', { tabindex: '0', role: 'region', 'aria-label': label }, this.blank, this.list);
    this.node = h('div.list-frame', {}, this.scroller, this.jump);
    this.stuck = true;
    this.seen = { scrollTop: 0, scrollHeight: 0 };
    this.scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    // Images and opened blocks grow the list: who was at the bottom stays there.
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(this.list);
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(this.scroller);
  }

  /** Load the newest page. `unreadAfter` marks where the unread messages begin. */
  async reset(unreadAfter = null) {
    this.unreadAfter = unreadAfter;
    const { messages, has_more: more } = await this.load({ limit: PAGE });
    this.more = more;
    this.messages = new Map();
    fill(this.list);
    this.insert(messages, null);
    this.showEmpty();
    this.toBottom();
  }

  insert(messages, before) {
    const rows = messages.filter((one) => !dismissed.has(one.ts)).map((one) => this.row(one));
    const group = document.createDocumentFragment();
    group.append(...rows);
    this.list.insertBefore(group, before);
    for (const row of rows) this.dress(row);
    if (before) this.dress(before);
  }

  row(message) {
    this.messages.set(message.ts, message);
    return h('li', { dataset: { ts: message.ts } }, messageNode(message, this.doing));
  }

  /** Day line, "New" line, and whether it continues the message above. */
  dress(row) {
    const message = this.messages.get(row.dataset.ts);
    const above = this.messages.get(row.previousElementSibling?.dataset.ts);
    $(':scope > .day', row)?.remove();
    $(':scope > .unread-line', row)?.remove();
    const at = Date.parse(message.shown_at);
    const newDay = !above || dayOf(Date.parse(above.shown_at)) !== dayOf(at);
    const firstUnread = this.unreadAfter && message.ts > this.unreadAfter && !(above && above.ts > this.unreadAfter);
    if (firstUnread) row.prepend(h('p.unread-line', {}, 'New'));
    if (newDay) row.prepend(h('h3.day', {}, h('span', {}, dayLabel(at))));
    const joined = above && !newDay && !firstUnread && above.user === message.user && !above.subtype && !message.subtype
      && above.ephemeral === message.ephemeral && at - Date.parse(above.shown_at) < TOGETHER;
    row.classList.toggle('joined', Boolean(joined));
  }

  find(ts) {
    return $(`:scope > li[data-ts="${CSS.escape(ts)}"]`, this.list);
  }

  /** Show a new message, or a changed one in its place. */
  put(message) {
    const row = this.find(message.ts);
    if (row) this.replace(row, message);
    else this.append(message);
  }

  append(message) {
    if (dismissed.has(message.ts)) return;
    const after = [...this.messages.keys()].filter((ts) => ts > message.ts).sort()[0];
    this.insert([message], after ? this.find(after) : null);
    this.showEmpty();
    // Whoever is at the bottom is kept there by the observer: one scroll a frame, not one a message.
    if (this.stuck) this.trim();
    else {
      this.missed += 1;
      this.showJump();
    }
  }

  replace(row, message) {
    const old = this.messages.get(message.ts);
    if (JSON.stringify(old) === JSON.stringify(message) || $('form.editor', row)) {
      this.messages.set(message.ts, message);
      return;
    }
    this.messages.set(message.ts, message);
    const mark = focusMark(row);
    if (Object.keys(typedOn(`${message.channel}:${message.ts}`)).length) {
      prune(`${message.channel}:${message.ts}`, message.blocks || []);
    }
    $('article', row).replaceWith(messageNode(message, this.doing));
    refocus(row, mark);
    this.dress(row);
  }

  /** Draw a message again, e.g. because its thread was looked at. */
  redraw(ts) {
    const row = this.find(ts);
    if (row) $('article', row).replaceWith(messageNode(this.messages.get(ts), this.doing));
  }

  remove(ts) {
    const row = this.find(ts);
    this.messages.delete(ts);
    if (!row) return;
    const next = row.nextElementSibling;
    const hadFocus = row.contains(document.activeElement);
    row.remove();
    if (next) this.dress(next);
    if (hadFocus) this.scroller.focus({ preventScroll: true });
    this.showEmpty();
  }

  dismiss(message) {
    dismissed.add(message.ts);
    this.remove(message.ts);
  }

  edit(message) {
    const row = this.find(message.ts);
    if (!row || $('form.editor', row)) return;
    editor(row, this.messages.get(message.ts), () => {
      const now = this.messages.get(message.ts);
      $('article', row).replaceWith(messageNode(now, this.doing));
      $('[data-tool=more]', row)?.focus({ preventScroll: true });
    });
  }

  /** Edit the person's newest message here, if one is shown. */
  editLast(user) {
    const own = [...this.messages.values()].filter((one) => one.user === user && !one.ephemeral && !one.subtype)
      .sort((a, b) => (a.ts < b.ts ? 1 : -1))[0];
    if (own) this.edit(own);
  }

  showEmpty() {
    this.blank.hidden = this.messages.size > 0;
    if (!this.messages.size) fill(this.blank, this.empty());
  }

  showJump() {
    this.jump.hidden = this.stuck;
    const count = this.missed;
    this.jump.textContent = count ? `${count} new ${count === 1 ? 'message' : 'messages'} ↓` : 'To the newest ↓';
  }

  trim() {
    const spare = this.list.children.length - MOST;
    if (spare <= 0) return;
    for (const row of [...this.list.children].slice(0, spare)) {
      this.messages.delete(row.dataset.ts);
      row.remove();
    }
    this.more = true;
    this.dress(this.list.firstElementChild);
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.seen = { scrollTop: this.scroller.scrollTop, scrollHeight: this.scroller.scrollHeight };
    this.stuck = true;
    this.missed = 0;
    this.showJump();
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const was = this.stuck;
    // Only a person moves up in a list that has not grown; a list that grew is not left behind.
    const movedUp = scrollTop < this.seen.scrollTop && scrollHeight === this.seen.scrollHeight;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.stuck = true;
    else if (movedUp) this.stuck = false;
    this.seen = { scrollTop, scrollHeight };
    if (this.stuck) this.missed = 0;
    if (this.stuck && !was) this.onBottom();
    this.showJump();
    if (scrollTop < clientHeight && this.more && !this.loading) this.older();
  }

  async older() {
    this.loading = true;
    const first = this.list.firstElementChild;
    try {
      const { messages, has_more: more } = await this.load({ before: first.dataset.ts, limit: PAGE });
      this.more = more;
      const { scrollHeight, scrollTop } = this.scroller;
      this.insert(messages, this.list.firstElementChild);
      this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
    } catch {
      this.more = true; // offline; the next scroll asks again
    } finally {
      this.loading = false;
    }
  }
}
