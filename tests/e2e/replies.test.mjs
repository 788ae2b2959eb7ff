// What services answer when the scenario does not say: shown as such, and kept with one press.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
let visit;
let reader;
before(async () => (studio = await launch()));
after(() => studio?.close());
afterEach(() => visit?.close());

const JOB = {
  StartAt: "Job",
  States: {
    Job: {
      Type: "Task",
      Resource: "arn:aws:states:::batch:submitJob.sync",
      Parameters: { JobName: "carve", JobQueue: "workshop", JobDefinition: "carving" },
      End: true,
    },
  },
};

test("a default answer is the service's own, is told as such, and becomes the scenario's with one press", async () => {
  visit = await studio.open({ hash: linkOf(JOB, {}) });
  reader = drive(visit);
  await reader.runToEnd();
  await reader.choose("Job");
  const result = await reader.json("Task result");
  assert.deepEqual([result.JobName, result.JobQueue, result.Status], ["carve", "workshop", "SUCCEEDED"]);
  const told = reader.part("Default answer");
  assert.match(await told.textContent(), /The default answer of the service/);
  await visit.screenshot("replies-default");
  await told.getByRole("button", { name: "Write it into the scenario" }).click();
  await reader.notice("the default answer is the scenario's");
  await reader.runToEnd();
  await reader.choose("Job");
  assert.deepEqual(await reader.json("Task result"), result);
  assert.equal(await reader.part("Default answer").count(), 0, "it is the scenario's now");
  visit.expectQuiet();
});
