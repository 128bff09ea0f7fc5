// Changes as they happen: one WebSocket for the person who looks, opened again when it drops.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

/**
 * Follow `as` from change `since` on. `onChanges` gets them in batches, one per frame, so that a
 * flood costs one drawing and not a thousand. Returns a function that ends it.
 */
export function follow(as, since, onChanges, onState) {
  let seen = since;
  let wait = FIRST_WAIT;
  let ended = false;
  let socket = null;
  let queue = [];

  const flush = () => {
    const batch = queue;
    queue = [];
    if (!ended && batch.length) onChanges(batch);
  };
  const take = (frame) => {
    const change = JSON.parse(frame.data);
    seen = Math.max(seen, change.seq || 0);
    if (change.kind === 'reset') seen = change.seq;
    // A hidden tab gets no animation frames; a timer still lets it keep up.
    if (!queue.length) (document.hidden ? setTimeout : requestAnimationFrame)(flush);
    queue.push(change);
  };
  const open = () => {
    const base = location.origin.replace(/^http/, 'ws');
    socket = new WebSocket(`${base}/sandbox/changes?as=${encodeURIComponent(as)}&since=${seen}`);
    socket.onopen = () => {
      wait = FIRST_WAIT;
      onState(true);
    };
    socket.onmessage = take;
    socket.onclose = () => {
      if (ended) return;
      onState(false);
      setTimeout(() => ended || open(), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  open();
  return () => {
    ended = true;
    socket.onclose = null;
    socket.close();
  };
}
