// Times taken side by side: each round runs every side once, so that what else the machine does falls on all alike.

const WARM_UPS = 5;
const ROUNDS = 15;

/** The median times, in milliseconds, of functions that may be asynchronous, in their order. */
export async function medians(sides, { warmUps = WARM_UPS, rounds = ROUNDS } = {}) {
  const times = sides.map(() => []);
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      globalThis.gc?.();
      const start = performance.now();
      await side();
      if (round >= warmUps) times[index].push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
}

/** Prints a heading and a line for each side; the ratios are against the last, the peer. */
export function report(title, sides, times, { unit, count, aim }) {
  const peer = times.at(-1);
  console.log(`\n${title}`);
  for (const [index, side] of sides.entries()) {
    const time = `${times[index].toFixed(2).padStart(9)} ms`;
    const each = `${Math.round((times[index] * 1e6) / count).toLocaleString('en').padStart(9)} ns a ${unit}`;
    const ratio = index < sides.length - 1 ? `   ${(peer / times[index]).toFixed(1)} times faster` : '';
    console.log(`  ${side.padEnd(46)}${time}${each}${ratio}`);
  }
  const ratio = peer / times[0];
  console.log(`  aim: at least ${aim} times faster: ${ratio >= aim ? 'met' : 'MISSED'} (${ratio.toFixed(1)})`);
  return ratio >= aim;
}
