// Checking a text: this checker in WebAssembly against amazon-states-language-service, which VS Code's AWS Toolkit has,
// and asl-validator; and what completion costs.

import assert from 'node:assert/strict';

import serviceModule from 'amazon-states-language-service';
import validatorModule from 'asl-validator';

import { medians, report } from './measure.mjs';

// Both are CommonJS modules.
const { getLanguageService, TextDocument } = serviceModule;
const validate = validatorModule.default ?? validatorModule;

const STATES = 1000;
const AIM = 20;
const COMPLETION_MS = 10;

/** A machine of steps: a task with Retry and Catch, a choice, a wait, a pass; about 226 KB when indented by two. */
function longMachine(count) {
  const States = {};
  const name = (index) => `Step ${index}`;
  for (let index = 0; index < count - 2; index += 1) {
    const next = index + 1 < count - 2 ? name(index + 1) : 'Done';
    States[name(index)] = [
      () => ({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'work', 'Payload.$': '$.order' },
        ResultPath: '$.answer',
        TimeoutSeconds: 60,
        Retry: [{ ErrorEquals: ['Lambda.ServiceException'], IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Failed' }],
        Next: next,
      }),
      () => ({ Type: 'Choice', Choices: [{ Variable: '$.order.total', NumericGreaterThan: 10, Next: next }], Default: next }),
      () => ({ Type: 'Wait', Seconds: 3, Next: next }),
      () => ({ Type: 'Pass', Parameters: { 'order.$': '$.order' }, Next: next }),
    ][index % 4]();
  }
  States.Done = { Type: 'Succeed' };
  States.Failed = { Type: 'Fail', Error: 'Failed', Cause: 'a step failed' };
  return { StartAt: name(0), States };
}

/** Answers whether the aims are met. */
export async function measureChecks({ Edited }) {
  const text = JSON.stringify(longMachine(STATES), null, 2);
  const edited = new Edited(text);
  const service = getLanguageService({});
  const serve = async () => {
    const document = TextDocument.create('file:///m.asl.json', 'asl', 1, text);
    return service.doValidation(document, service.parseJSONDocument(document));
  };
  // Its checks of paths want each text whole; it takes an object.
  const check = () => validate(JSON.parse(text));
  assert.equal((await serve()).length, 0, 'the language service finds errors in what is measured');
  assert.ok(check().isValid, 'asl-validator finds errors in what is measured');
  const title = `Checking ${STATES.toLocaleString('en')} states, ${text.length.toLocaleString('en')} bytes`;
  const [own, served, validated] = await medians([() => edited.check(), serve, check]);
  const measured = { unit: 'state', count: STATES, aim: AIM };
  const first = report(`${title}, against the language service`, ['statelight: errors and good practice', 'amazon-states-language-service'], [own, served], measured);
  const second = report(`${title}, against asl-validator`, ['statelight: errors and good practice', 'asl-validator'], [own, validated], measured);
  return [first, second, await measureCompletion(edited, text)].every(Boolean);
}

async function measureCompletion(edited, text) {
  const offset = text.indexOf('"$.order"', text.length / 2) + '"$.'.length;
  const TIMES = 20;
  assert.ok(edited.complete(offset - 2, 1) > 0, 'nothing is offered');
  const [checked, asked] = await medians([() => edited.check(), () => edited.complete(offset - 2, TIMES)]);
  const each = Math.max(0, asked - checked) / TIMES;
  const isMet = each <= COMPLETION_MS;
  console.log(`\nCompletion in a path, in the middle of ${text.length.toLocaleString('en')} bytes`);
  console.log(`  statelight: ${each.toFixed(2)} ms; aim: within ${COMPLETION_MS} ms: ${isMet ? 'met' : 'MISSED'}`);
  return isMet;
}
