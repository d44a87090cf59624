import { BUDGET, costOf } from "../../../src/conformance/budget";
import { LARGE_BYTES } from "../../../src/conformance/lab/laboratory";
import type { CheckResult } from "../../../src/conformance/run-suite";
import { SUITE } from "../../../src/conformance/suite";
import type { FakeBlobService } from "../../support/fake-blob-service";
import { WAYS } from "../../support/fake-blob-service/ways";
import { expectTable } from "./tables";
import { ConformanceWorld } from "./world";

/** Recorded refusals that differ from operation to operation. */
const BY_OPERATION = ["abort-of-another-copy", "writes-are-guarded", "creation-of-what-exists", "block-of-changed-source"];
const MEBIBYTE = 1024 * 1024;

const of = (results: readonly CheckResult[], ...verdicts: readonly CheckResult["verdict"][]) =>
  results.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id, verdict, text }) => `${id}: ${verdict} ${text}`);

let world: ConformanceWorld;

beforeEach(async () => {
  world = await ConformanceWorld.start();
});
// Also after a failure: a listening service would keep jest from ending.
afterEach(() => world.stop());

/** Bytes that were uploaded, or would have been copied without an abort. */
function movedBytes({ requests }: FakeBlobService): number {
  const uploaded = requests.map(({ headers }) => Number(headers["content-length"] ?? 0));
  const ofLarge = requests.filter(({ operation, path }) => operation === "Copy Blob" && /\/(large|slow)%20/.test(path));
  return uploaded.reduce((sum, bytes) => sum + bytes, 0) + ofLarge.length * LARGE_BYTES;
}

it("passes all of the suite against the fake service, for what it announces, and leaves nothing there", async () => {
  const results = await world.run(SUITE);

  expect(of(results, "fail", "not applicable")).toEqual([]);
  expect(results.map(({ id }) => id)).toEqual(SUITE.map(({ id }) => id));
  expectTable("fake", "The suite against the fake service of the tests", results);
  const settled = results.filter(({ verdict }) => verdict === "settled").map(({ id }) => id);
  expect(settled.sort()).toEqual([...Object.keys(WAYS), ...BY_OPERATION].sort());
  const { requests } = world.service;
  const reads = requests.filter(({ method }) => method === "GET" || method === "HEAD");
  expect(requests.length).toBeLessThanOrEqual(BUDGET.requests);
  expect(requests.length).toBeGreaterThan(BUDGET.requests * 0.8);
  expect(reads.length).toBeGreaterThan(requests.length * BUDGET.readShare);
  expect(movedBytes(world.service) / MEBIBYTE).toBeLessThanOrEqual(BUDGET.mebibytes);
  expect(costOf(BUDGET)).toBeLessThan(0.01);
}, 300_000);

it("leaves out what needs two accounts where there is one, and says so", async () => {
  const ofTwoAccounts = SUITE.filter(({ id }) => /pending|abort|cancelled|within|across|missing/.test(id));
  const results = await world.run(ofTwoAccounts, world.laboratory("dest", "dest"));

  expect(of(results, "fail")).toEqual([]);
  expect(of(results, "not applicable").filter((text) => !text.includes("both sides are one account"))).toEqual([]);
});
