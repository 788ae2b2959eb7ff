// aws-local-stepfunctions, made ready for Node 20 and for tasks that answer at once.

Promise.withResolvers ??= function withResolvers() {
  let resolve;
  let reject;
  const promise = new this((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

const { StateMachine } = await import('aws-local-stepfunctions');

/** A function that runs the machine once. Reading and checking the definition is not part of it. */
export function peer({ definition, input, tasks }) {
  const machine = new StateMachine(definition);
  const handlers = Object.fromEntries(Object.entries(tasks).map(([name, answer]) => [name, () => answer]));
  return () => machine.run(input, { overrides: { taskResourceLocalHandlers: handlers } }).result;
}
