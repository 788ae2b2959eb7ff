// The difference between two texts as one replacement, so that the cursor and the history outlive it.

/** What turns `before` into `after`: {from, to, insert}, or nothing when they are equal. */
export function smallestChange(before, after) {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let kept = 0;
  while (kept < shorter - from && before.charCodeAt(before.length - 1 - kept) === after.charCodeAt(after.length - 1 - kept)) {
    kept++;
  }
  return { from, to: before.length - kept, insert: after.slice(from, after.length - kept) };
}
