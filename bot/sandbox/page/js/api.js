// The server's JSON API (docs/sandbox-api.md). Everything is asked in the name of one person.

export const who = { as: null };

/** A refusal: `error` is the server's word, `message` a sentence for people. */
export class Refusal extends Error {
  constructor(body, status) {
    super(body.detail || WORDS[body.error] || `The workspace refused: ${body.error || status}.`);
    this.error = body.error || 'unknown';
    this.status = status;
  }
}

const WORDS = {
  no_text: 'Write something first.',
  not_in_channel: 'Join the channel first.',
  is_archived: 'This channel is archived.',
  message_not_found: 'This message is gone.',
  thread_not_found: 'This thread is gone.',
  view_not_found: 'This form is no longer open.',
  real_clock: 'This workspace runs on the real clock.',
  nothing_due: 'Nothing is planned, so there is nowhere to go.',
};

async function read(answering) {
  let response;
  try {
    response = await answering;
  } catch {
    throw new Refusal({ error: 'offline', detail: 'The workspace does not answer. Is it still running?' }, 0);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok || !body.ok) throw new Refusal(body, response.status);
  return body;
}

export function get(path, query = {}) {
  const wanted = new URLSearchParams({ as: who.as, ...query });
  return read(fetch(`/sandbox/${path}?${wanted}`));
}

export function post(path, body = {}) {
  return read(fetch(`/sandbox/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ as: who.as, ...body }),
  }));
}

export function upload(file) {
  const wanted = new URLSearchParams({ as: who.as, name: file.name });
  const type = file.type || 'application/octet-stream';
  return read(fetch(`/sandbox/upload?${wanted}`, { method: 'POST', headers: { 'Content-Type': type }, body: file }));
}

/** The address of a file's bytes, or of its transcript, for the person who looks. */
export function fileUrl(id, vtt = false) {
  return `/sandbox/file/${encodeURIComponent(id)}${vtt ? '/vtt' : ''}?as=${encodeURIComponent(who.as)}`;
}
