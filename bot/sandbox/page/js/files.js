// Files under a message: images, voice clips with their transcript, anything else as a download.

import { trying } from './announce.js';
import { fileUrl } from './api.js';
import { h, icon } from './dom.js';
import { seconds } from './time.js';

const LARGE = 1024;

function size(bytes) {
  if (bytes < LARGE) return `${bytes} bytes`;
  if (bytes < LARGE * LARGE) return `${Math.round(bytes / LARGE)} kB`;
  return `${(bytes / LARGE / LARGE).toFixed(1)} MB`;
}

/** The words of a WebVTT file, without its times. */
const spoken = (vtt) => vtt.split('\n').filter((line) => line && line !== 'WEBVTT' && !line.includes('-->')).join(' ');

function transcript(file) {
  const { status, preview } = file.transcription || {};
  if (status === 'processing') return h('p.hint', { role: 'status' }, 'Writing the transcript…');
  if (status !== 'complete') return h('p.hint', {}, 'No transcript.');
  const text = h('span', {}, preview?.content || '', preview?.has_more && '… ');
  const more = preview?.has_more && h('button.link', {
    type: 'button',
    dataset: { tool: `transcript-${file.id}` },
    onclick: () => trying(async () => {
      const answer = await fetch(fileUrl(file.id, true));
      text.textContent = spoken(await answer.text());
      more.remove();
    }),
  }, 'Show all of it');
  return h('p.transcript', {}, h('span.only-heard', {}, 'Transcript: '), text, more);
}

function clip(file) {
  const length = seconds((file.duration_ms || 0) / 1000);
  const bars = Array.from({ length: 28 }, (_, at) => h(`i.bar-${(at * 7 + (file.duration_ms || 0)) % 5}`));
  const player = file.size > 0
    ? h('audio', { controls: true, preload: 'none', src: fileUrl(file.id) })
    : h('div.wave', { 'aria-hidden': 'true' }, icon('clip'), bars);
  return h('div.clip', {}, h('div.player', { role: 'group', 'aria-label': `Voice clip, ${length}` },
    player, h('span', {}, `Voice clip, ${length}`)), transcript(file));
}

function one(file) {
  if (file.subtype === 'slack_audio') return clip(file);
  const url = fileUrl(file.id);
  const shown = /^image\/(?!svg)/.test(file.mimetype || '');
  if (shown) {
    return h('figure.file-image', {}, h('figcaption', {}, file.title || file.name),
      h('img', { src: url, alt: file.alt_txt || file.title || file.name, loading: 'lazy' }));
  }
  return h('a.file', { href: url, download: file.name }, icon('attach'),
    h('span', {}, file.title || file.name, h('small', {}, size(file.size || 0))));
}

export const fileList = (files) => (files || []).filter((file) => file.id).map(one);
