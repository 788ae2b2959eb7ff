// Times taken side by side: the sides take turns, so that what else the machine does falls on all alike. In its turn a
// side runs until a while has passed, since a processor that was just busy with something else is slow at first.

const WARM_UPS = 3;
const ROUNDS = 11;
const TURN_MS = 100;

/** The median times, in milliseconds, of functions that may be asynchronous, in their order. */
export async function medians(sides) {
  const times = sides.map(() => []);
  for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
    for (const [index, side] of sides.entries()) {
      const time = await turn(side);
      if (round >= WARM_UPS) times[index].push(time);
    }
  }
  return times.map((list) => median(list));
}

async function turn(side) {
  globalThis.gc?.();
  const times = [];
  const begin = performance.now();
  do {
    const start = performance.now();
    await side();
    times.push(performance.now() - start);
  } while (performance.now() - begin < TURN_MS);
  return median(times);
}

function median(times) {
  return times.sort((a, b) => a - b)[times.length >> 1];
}

/** Prints a heading and a line for each side; the ratios are against the last, the peer. Answers whether the aim is met. */
export function report(title, sides, times, { unit, count, aim }) {
  const peer = times.at(-1);
  console.log(`\n${title}`);
  for (const [index, side] of sides.entries()) {
    const time = `${times[index].toFixed(2).padStart(9)} ms`;
    const each = `${Math.round((times[index] * 1e6) / count).toLocaleString('en').padStart(9)} ns/${unit}`;
    const ratio = index < sides.length - 1 ? `  ${(peer / times[index]).toFixed(1).padStart(6)} times faster` : '';
    console.log(`  ${side.padEnd(44)}${time}${each}${ratio}`);
  }
  const ratio = peer / times[0];
  console.log(`  aim: at least ${aim} times faster: ${ratio >= aim ? 'met' : 'MISSED'} (${ratio.toFixed(1)})`);
  return ratio >= aim;
}
