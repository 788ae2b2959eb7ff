// A page of its own for each test, and a reader to drive it: what most browser tests begin with.
//
//   import { reader, visit, visitEach } from "./visits.mjs";
//   visitEach();                                          // or with the options of open() and what to wait for

import { after, afterEach, before, beforeEach } from "node:test";
import { drive } from "./drive.mjs";
import { launch } from "./harness.mjs";

/** What the running test has open. A test file runs in a process of its own, so there is one at a time. */
export let visit;
export let reader;

/** Opens the page before each test of the file, waits until it is `ready`, and closes it afterwards. */
export function visitEach(options = {}, ready = (reader) => reader.ready()) {
  let studio;
  before(async () => (studio = await launch()));
  after(() => studio?.close());
  beforeEach(async () => {
    visit = await studio.open(options);
    reader = drive(visit);
    await ready(reader);
  });
  afterEach(() => visit?.close());
}
