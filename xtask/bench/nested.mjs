// A nested state machine of a given number of states, always the same: the input of the layout
// benchmark. Sections of 20 states follow one another: tasks with catches, a Choice with a loop, a
// Parallel of two branches, a Map whose processor holds another Parallel.
// `node nested.mjs 1000 > nested.asl.json`

const RESOURCE = "arn:aws:states:::lambda:invoke";

const task = (next, handler) => ({
  Type: "Task",
  Resource: RESOURCE,
  ...(handler ? { Catch: [{ ErrorEquals: ["States.ALL"], Next: handler }] } : {}),
  ...(next ? { Next: next } : { End: true }),
});

const chain = (names) => ({
  StartAt: names[0],
  States: Object.fromEntries(names.map((name, at) => [name, task(names[at + 1])])),
});

/** One section: exactly 20 states, leading to `next` or to the end. */
function section(number, next) {
  const name = (word) => `${word} ${number}`;
  const on = next ? { Next: next } : { End: true };
  return {
    [name("Load")]: task(name("Check"), name("Repair")),
    [name("Check")]: {
      Type: "Choice",
      Choices: [
        { Variable: "$.total", NumericGreaterThan: 100, Next: name("Split") },
        { Variable: "$.state", StringEquals: "EMPTY", Next: name("Skip") },
      ],
      Default: name("Pause"),
    },
    [name("Pause")]: { Type: "Wait", Seconds: 30, Next: name("Load") },
    [name("Split")]: {
      Type: "Parallel",
      Branches: [chain(["Left a", "Left b", "Left c"].map(name)), chain(["Right a", "Right b"].map(name))],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: name("Repair") }],
      Next: name("Each"),
    },
    [name("Each")]: {
      Type: "Map",
      ItemProcessor: {
        StartAt: name("Fan"),
        States: {
          [name("Fan")]: {
            Type: "Parallel",
            Branches: [chain(["One a", "One b"].map(name)), chain(["Two a"].map(name))],
            Next: name("Join"),
          },
          [name("Join")]: task(name("Store"), name("Drop")),
          [name("Store")]: task(),
          [name("Drop")]: { Type: "Fail", Error: "Dropped" },
        },
      },
      Next: name("Done"),
    },
    [name("Skip")]: { Type: "Pass", Next: name("Done") },
    [name("Repair")]: task(name("Done")),
    [name("Done")]: { Type: "Pass", ...on },
  };
}

/** A definition with at least `states` states, in whole sections of 20. */
export function nested(states) {
  const sections = Math.ceil(states / 20);
  const all = {};
  for (let number = 1; number <= sections; number += 1) {
    Object.assign(all, section(number, number < sections ? `Load ${number + 1}` : undefined));
  }
  return { StartAt: "Load 1", States: all };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  process.stdout.write(JSON.stringify(nested(Number(process.argv[2] ?? 1000)), null, 2));
}
