// Times for people: always in a person's own zone, British order, 24 hours.

import { calendarNow, store } from './store.js';

const formats = new Map();

/** A cached formatter; making one costs far more than using it. */
function format(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat('en-GB', { timeZone: tz, ...options }));
  return formats.get(key);
}

const zone = () => store.me?.tz || 'UTC';
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

export const clockTime = (at, tz = zone()) => format(tz, CLOCK).format(at);
export const longDate = (at, tz = zone()) =>
  format(tz, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at);
export const shortDate = (at, tz = zone()) =>
  format(tz, { weekday: 'short', day: 'numeric', month: 'short' }).format(at);

/** The calendar day as `2026-03-10`, in the zone. */
export function dayOf(at, tz = zone()) {
  const parts = format(tz, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const read = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${read.year}-${read.month}-${read.day}`;
}

/** `Today`, `Yesterday`, `Tomorrow` or null, seen from the calendar. */
function near(at) {
  const gap = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(calendarNow()))) / 86400000);
  return { '-1': 'Yesterday', 0: 'Today', 1: 'Tomorrow' }[gap] || null;
}

export const dayLabel = (at) => near(at) || longDate(at);

const ago = (at) => {
  const minutes = Math.round((at - calendarNow()) / 60000);
  const words = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return words.format(minutes, 'minute');
  if (Math.abs(minutes) < 1440) return words.format(Math.round(minutes / 60), 'hour');
  return words.format(Math.round(minutes / 1440), 'day');
};

const DAY = { day: 'numeric', month: 'long', year: 'numeric' };
const SHORT = { day: 'numeric', month: 'short', year: 'numeric' };
const TOKENS = {
  date_num: (at) => dayOf(at),
  date_slash: (at) => dayOf(at).replaceAll('-', '/'),
  date: (at) => format(zone(), DAY).format(at),
  date_short: (at) => format(zone(), SHORT).format(at),
  date_long: (at) => longDate(at),
  date_long_full: (at) => longDate(at),
  date_pretty: (at) => near(at) || format(zone(), DAY).format(at),
  date_short_pretty: (at) => near(at) || format(zone(), SHORT).format(at),
  date_long_pretty: (at) => near(at) || longDate(at),
  day_divider_pretty: (at) => dayLabel(at),
  time: (at) => clockTime(at),
  time_secs: (at) => format(zone(), { ...CLOCK, second: '2-digit' }).format(at),
  ago,
};

/** Slack's date pattern filled in, e.g. `{date_short_pretty} {time}`; null for an unknown token. */
export function fillDate(unix, pattern) {
  const at = Number(unix) * 1000;
  if (!Number.isFinite(at) || Math.abs(at) > 8e15) return null;
  let known = true;
  const told = pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (Object.hasOwn(TOKENS, name)) return TOKENS[name](at);
    known = false;
    return whole;
  });
  if (!known) return null;
  // Slack writes a pretty day small in the middle of a sentence.
  return /^\{/.test(pattern) ? told : told.replace(/\b(Today|Yesterday|Tomorrow)\b/g, (day) => day.toLowerCase());
}

/** Minutes between UTC and the zone at an instant (milliseconds). */
function offset(at, tz) {
  const name = format(tz, { timeZoneName: 'longOffset' }).formatToParts(at)
    .find((part) => part.type === 'timeZoneName').value;
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) || [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
}

/** Unix seconds as the value of a datetime-local field in the person's zone, and back. */
export function toLocalField(unix) {
  const at = Number(unix) * 1000;
  return new Date(at + offset(at, zone()) * 60000).toISOString().slice(0, 16);
}

export function fromLocalField(value) {
  const wall = Date.parse(`${value}Z`);
  const guess = wall - offset(wall, zone()) * 60000;
  return Math.round((wall - offset(guess, zone()) * 60000) / 1000);
}

/** How the person's clock stands to ours, in words such as `+05:30`. */
export function offsetLabel(tz, at) {
  const minutes = offset(at, tz);
  const [whole, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${whole}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

export const seconds = (count) => `${Math.floor(count / 60)}:${String(Math.floor(count % 60)).padStart(2, '0')}`;
