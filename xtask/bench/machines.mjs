// The machines that are measured, each with what it needs to run. Deterministic: the same call gives the same machine.

const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:work';

/** A loop of this many transitions: a Pass that counts with States.MathAdd, a Choice that leads back. */
export function loopMachine(transitions) {
  const definition = {
    StartAt: 'Add',
    States: {
      Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Again' },
      Again: {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericLessThan: transitions / 2, Next: 'Add' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
  return { definition, input: { n: 0 }, tasks: {} };
}

/** A Map over this many items: a mocked task for each, then a Pass. */
export function mapMachine(count) {
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: {
          StartAt: 'Score',
          States: {
            Score: { Type: 'Task', Resource: FUNCTION, Next: 'Note' },
            Note: { Type: 'Pass', End: true },
          },
        },
        End: true,
      },
    },
  };
  const items = Array.from({ length: count }, (_, id) => ({ id }));
  return { definition, input: { items }, tasks: { Score: { ok: true } } };
}

/** The scenario file of a machine, with room for `events` events and for payloads of any size. */
export function scenarioOf({ input, tasks }, events) {
  const answers = Object.entries(tasks).map(([name, answer]) => [name, [{ return: answer }]]);
  const limits = { historyEvents: events, payloadBytes: 64 * 1024 * 1024 };
  return JSON.stringify({ version: 1, input, limits, tasks: Object.fromEntries(answers) });
}

/** A machine of exactly `count` states with Parallels and Maps in one another, three deep. */
export function nestedMachine(count) {
  let made = 0;
  const name = (kind) => `${kind} ${(made += 1)}`;
  const task = (next) => ({ Type: 'Task', Resource: FUNCTION, ...next });

  /** A scope of `size` states, built step by step from its end, so that each step knows what comes next. */
  function scope(size, depth) {
    const steps = [];
    let next = { End: true };
    for (let turn = depth; size > 0; turn += 1) {
      const step = STEPS[turn % STEPS.length](size, depth, next);
      steps.unshift(...step.states);
      next = { Next: step.states[0][0] };
      size -= step.size;
    }
    return { StartAt: steps[0][0], States: Object.fromEntries(steps) };
  }

  function simple(_size, _depth, next) {
    return { size: 1, states: [[name('Prepare'), task(next)]] };
  }

  function choice(size, _depth, next) {
    if (size < 5) return simple(size, _depth, next);
    const ways = ['Express', 'Standard', 'Refuse'].map((way) => [name(way), task(next)]);
    const join = [name('Decide'), {
      Type: 'Choice',
      Choices: [
        { Variable: '$.kind', StringEquals: 'express', Next: ways[0][0] },
        { Variable: '$.amount', NumericGreaterThan: 100, Next: ways[1][0] },
      ],
      Default: ways[2][0],
    }];
    return { size: 4, states: [join, ...ways] };
  }

  function caught(size, depth, next) {
    if (size < 2) return simple(size, depth, next);
    const repair = [name('Repair'), task(next)];
    const risky = [name('Charge'), { ...task(next), Catch: [{ ErrorEquals: ['States.ALL'], Next: repair[0] }] }];
    return { size: 2, states: [risky, repair] };
  }

  function polling(size, depth, next) {
    if (size < 3 || !next.Next) return simple(size, depth, next);
    const [wait, ask, look] = [name('Wait'), name('Ask'), name('Look')];
    return {
      size: 3,
      states: [
        [wait, { Type: 'Wait', Seconds: 5, Next: ask }],
        [ask, task({ Next: look })],
        [look, { Type: 'Choice', Choices: [{ Variable: '$.done', BooleanEquals: true, ...next }], Default: wait }],
      ],
    };
  }

  function parallel(size, depth, next) {
    const inner = share(size, depth);
    if (inner < 3) return simple(size, depth, next);
    const parts = [inner - 2 * Math.floor(inner / 3), Math.floor(inner / 3), Math.floor(inner / 3)];
    const branches = parts.map((part) => scope(part, depth + 1));
    return { size: inner + 1, states: [[name('Together'), { Type: 'Parallel', Branches: branches, ...next }]] };
  }

  function map(size, depth, next) {
    const inner = share(size, depth);
    if (inner < 1) return simple(size, depth, next);
    const processor = scope(inner, depth + 1);
    return { size: inner + 1, states: [[name('Each'), { Type: 'Map', ItemProcessor: processor, ...next }]] };
  }

  /** How many states a container may hold: fewer the deeper it stands. */
  function share(size, depth) {
    return depth < 3 ? Math.min(size - 1, [60, 24, 9][depth]) : 0;
  }

  const STEPS = [simple, choice, parallel, caught, map, polling];
  return scope(count, 0);
}
