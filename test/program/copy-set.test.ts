import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { BlobResult, SetReceipt } from "../../src/intent";
import { FakeBlobService } from "../support/fake-blob-service";
import { itOnUnix } from "../support/machine/systems";
import { eventually, isAlive, Program } from "./program";

let service: FakeBlobService;
let program: Program;
beforeAll(() => {
  program = new Program();
});
afterAll(() => program.dispose());
beforeEach(async () => {
  service = await FakeBlobService.start();
  for (let index = 0; index < 300; index++) service.account("source").putBlob("src", `in/${index}`, { content: `content ${index}` });
  service.account("dest").createContainer("dst");
});
afterEach(() => service.stop());

const environment = () => ({ SOURCE: service.account("source").connectionString, DEST: service.account("dest").connectionString });
const place = (account: string, containerName: string, variable: string) => ({
  blobEndpoint: service.endpoint(account),
  containerName,
  credential: { kind: "connection-string", variable },
});
const intent = (set: Record<string, unknown> = {}) => ({
  version: 1,
  owner: "Stack/set",
  copies: [],
  set: {
    prefixes: {
      source: { ...place("source", "src", "SOURCE"), prefix: "in/" },
      destination: { ...place("dest", "dst", "DEST"), prefix: "out/" },
    },
    ...set,
  },
});
const copied = () => service.account("dest").blobNames("dst").length;
const fileOf = (name: string) => join(program.workFolder, name);
const readResults = (name: string) =>
  readFileSync(fileOf(name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as BlobResult);

it("applies a set as Terraform does: counts and wanted results in the receipt, a line for each blob in the manifest-out file", async () => {
  const result = await program.run(["apply"], {
    ...environment(),
    BLOB_COPY_INTENT: JSON.stringify(intent({ resultKeys: ["7"], manifestOut: "out/results.ndjson" })),
    BLOB_COPY_RECEIPT_ID: "receipt-of-a-set",
    BLOB_COPY_STATE_DIRECTORY: ".blobcopy",
  });
  expect(result).toMatchObject({ exitCode: 0, errorOutput: "" });
  expect(result.output).toMatch(/^(Copying: .*\n)*Copied 300 blobs \(\d.* KiB\) in .* s.*\n$/);
  const receipt = JSON.parse(readFileSync(join(program.stateFolder, "receipt-of-a-set.json"), "utf8")) as SetReceipt;
  expect(receipt).toMatchObject({
    version: 1,
    total: 300,
    copied: 300,
    skipped: 0,
    failed: 0,
    pruned: 0,
    results: { 7: { bytesCopied: 9 } },
  });
  const results = readResults("out/results.ndjson");
  expect(results).toHaveLength(300);
  expect(results.find(({ key }) => key === "7")).toMatchObject({
    status: "copied",
    destination: service.account("dest").blobUrl("dst", "out/7"),
    etag: service.account("dest").getBlob("dst", "out/7")?.etag,
    method: "put-blob-from-url",
  });
});

it("reads a manifest from Terraform's working directory", async () => {
  const line = (key: string) =>
    JSON.stringify({
      key,
      source: { kind: "blob", ...place("source", "src", "SOURCE"), blobEndpoint: [0], blobName: `in/${key}` },
      destination: { kind: "blob", ...place("dest", "dst", "DEST"), blobName: key },
    });
  writeFileSync(fileOf("copies.ndjson"), [line("1"), line("2")].join("\n"));
  const manifest = { file: "copies.ndjson", values: [service.endpoint("source")] };
  const file = program.writeIntent({ ...intent(), set: { manifest } });
  expect(await program.run(["apply", file], environment())).toMatchObject({ exitCode: 0 });
  expect(service.account("dest").blobNames("dst")).toEqual(["1", "2"]);
});

itOnUnix.each(["begins to come, and no more", "nobody writes"])(
  "ends at once on a Ctrl-C while it reads a manifest that %s",
  async (how) => {
    const fifo = fileOf("slow.ndjson");
    rmSync(fifo, { force: true });
    execFileSync("mkfifo", [fifo]);
    const held = how === "nobody writes" ? undefined : openSync(fifo, "r+");
    if (held !== undefined) writeSync(held, JSON.stringify({ key: "half" }).slice(0, -1));
    const run = program.start(
      ["apply", program.writeIntent({ ...intent(), set: { manifest: { file: "slow.ndjson", values: [] } } })],
      environment(),
    );
    const [guardian = 0] = await eventually(() => (program.guardians().length > 0 ? program.guardians() : undefined));
    run.child.kill("SIGINT");
    const endedIn = Promise.race([run.ended, new Promise((resolve) => setTimeout(() => resolve("not yet"), 5_000).unref())]);
    const ended = await endedIn;
    // Checked before the test provides the file: the program must not wait for it.
    const isLeft = await eventually(() => !isAlive(guardian)).then(
      () => false,
      () => true,
    );
    closeSync(held ?? openSync(fifo, "r+"));
    await run.ended;
    await eventually(() => !isAlive(guardian));
    expect(isLeft).toBe(false);
    expect(ended).toMatchObject({ exitCode: 130, output: expect.stringContaining("SIGINT") as string });
  },
);

it("lists the failed blobs at the end with what to do, and keeps the results so far", async () => {
  service.script.fault(
    { operation: "Put Blob From URL", path: "/out/5" },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  const result = await program.run(
    ["apply", program.writeIntent(intent({ maxFailures: 3, manifestOut: "failed.ndjson", report: "out/report.html" }))],
    environment(),
  );
  expect(result.exitCode).toBe(1);
  expect(result.output).toMatch(
    /Not copied: 5: .*BlobImmutableDueToPolicy.*What to do: .+\nError \[destination\]: 1 of 300 blobs was not copied\n/,
  );
  expect(readFileSync(fileOf("out/report.html"), "utf8")).toMatch(
    /Not complete[^]*<h3>1 blob<\/h3>[^]*out\/5 [^]*BlobImmutableDueToPolicy/,
  );
  expect(existsSync(fileOf("failed.ndjson.partial"))).toBe(false);
  const results = readResults("failed.ndjson");
  expect(results.find(({ status }) => status === "failed")).toMatchObject({ key: "5" });
  expect(results).toHaveLength(300);
});

it("stops when the launcher is killed, and the next run copies the rest only", async () => {
  service.latencyMilliseconds = 30;
  const file = program.writeIntent(intent({ maxConcurrency: 4 }));
  const run = program.start(["apply", file], environment());
  await eventually(() => copied() > 20);
  run.child.kill("SIGKILL");
  await eventually(() => program.lastWords()[0]);
  expect(service.takeMostInFlight()).toBeLessThanOrEqual(4);
  const first = copied();
  expect(first).toBeLessThan(300);

  service.latencyMilliseconds = 0;
  const next = await program.run(["apply", file], environment());
  expect(next.output).toContain(`Copied ${300 - first} blobs`);
  expect(next.output).toMatch(/^From an earlier run, .*cancelled/);
  expect(service.requestsOf("Put Blob From URL")).toHaveLength(300);
});

it("rolls an atomic set back when its guardian is killed", async () => {
  service.account("dest").putBlob("dst", "out/1", { content: "old" });
  service.script.fault({ operation: "Put Block List", nth: 100, times: Infinity }, { kind: "hang" });
  const run = program.start(["apply", program.writeIntent(intent({ atomic: true }))], environment());
  await eventually(() => service.requestsOf("Put Block List").length >= 100);
  const [guardian] = program.guardians();
  if (guardian === undefined) throw new Error("no guardian holds a claim");
  service.script.reset();
  process.kill(guardian, "SIGKILL");
  const result = await run.ended;
  expect(result.output).toContain("A replacement has rolled back");
  expect(service.account("dest").blobNames("dst")).toEqual(["out/1"]);
  expect(service.account("dest").getBlob("dst", "out/1")?.content.read().toString()).toBe("old");
  expect(service.account("dest").snapshots("dst", "out/1")).toEqual([]);
});

it("puts an atomic set back in the next run when its machine was lost in the middle of its commit", async () => {
  const destination = service.account("dest");
  destination.putBlob("dst", "out/1", { content: "old" });
  service.script.fault({ operation: "Put Block List", nth: 100, times: Infinity }, { kind: "hang" });
  const file = program.writeIntent(intent({ atomic: true }));
  const run = program.start(["apply", file], environment());
  await eventually(() => service.requestsOf("Put Block List").length >= 100);
  const [guardian] = program.guardians();
  if (guardian === undefined) throw new Error("no guardian holds a claim");
  run.child.kill("SIGKILL");
  process.kill(guardian, "SIGKILL");
  await run.ended;
  rmSync(program.stateFolder, { recursive: true });
  expect(copied()).toBeGreaterThan(50);

  destination.expireLeases("dst");
  service.script.reset();
  service.script.fault(
    { operation: "Put Block From URL", nth: 9, times: Infinity },
    { kind: "answer", status: 403, code: "AuthorizationFailure" },
  );
  const next = await program.run(["apply", file], environment());
  expect(next.exitCode).toBe(3);
  expect(next.output).toMatch(/was lost in the middle of its commit: \d blobs were put back, \d+ new ones removed/);
  expect(destination.blobNames("dst")).toEqual(["out/1"]);
  expect(destination.getBlob("dst", "out/1")?.content.read().toString()).toBe("old");
  expect(destination.snapshots("dst", "out/1")).toEqual([]);
});

describe("plan", () => {
  it("says what a set would do and does nothing", async () => {
    service.account("dest").putBlob("dst", "out/1", { content: "content 1" });
    service.account("dest").putBlob("dst", "out/2", { content: "different" });
    const file = program.writeIntent(intent());
    const { output, exitCode } = await program.run(["plan", file], environment());
    expect(exitCode).toBe(0);
    expect(output).toContain("skip  1 (9 B): the destination is already the same as the source\n");
    expect(output).toContain("copy  2 (9 B) by Put Blob From URL: the destination is different (9 bytes)\n");
    expect(output).toMatch(/\nPlan: 299 to copy \(.*\), 1 to skip, 0 would fail, 0 to prune\n$/);
    expect(service.requests.every(({ method }) => method !== "PUT" && method !== "DELETE")).toBe(true);

    const json = await program.run(["plan", file, "--log-format", "json"], environment());
    const lines = json.output.trim().split("\n");
    expect(lines).toHaveLength(301);
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
      event: "plan-totals",
      copy: 299,
      skip: 1,
      fail: 0,
      prune: 0,
      bytes: expect.any(Number) as number,
    });
  });

  it("says what single copies would do", async () => {
    const source = { kind: "blob", ...place("source", "src", "SOURCE"), blobName: "in/1" };
    const copy = (blobName: string, from = source) => ({
      source: from,
      destination: { kind: "blob", ...place("dest", "dst", "DEST"), blobName },
      overwrite: "never",
    });
    service.account("dest").putBlob("dst", "there", { content: "x" });
    const copies = [copy("new"), copy("there"), copy("none", { ...source, blobName: "missing" })];
    const { output, exitCode } = await program.run(["plan", program.writeIntent({ version: 1, owner: "o", copies })], environment());
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /^copy .*\/new \(9 B\) by Put Blob From URL: the destination is absent.*\nfail .*NEVER\nfail .*the source does not exist\nPlan: 1 to copy/,
    );
    expect(service.requests.every(({ method }) => method === "HEAD")).toBe(true);
  });
});

describe("a set of which some copies are pending", () => {
  const locations = (name: string) => {
    const source = { kind: "blob", ...place("source", "src", "SOURCE"), blobName: `in/${name}` };
    return { source, destination: { kind: "blob", ...place("dest", "dst", "DEST"), blobName: `out/${name}` } };
  };
  const names = Array.from({ length: 10 }, (_, index) => `7${index}`);

  beforeEach(async () => {
    service.script.copies({ neverEnds: true });
    const copies = [...names, "299"].map((name) => ({ ...locations(name), method: "copy-blob" }));
    const theirs = { ...locations("298"), destination: locations("297").destination, method: "copy-blob" };
    const pending = program.writeIntent({ version: 1, owner: "Stack/set", copies: [...copies, theirs], wait: false }, "pending.json");
    expect((await program.run(["apply", pending], environment())).exitCode).toBe(0);
  });

  it("is shown and aborted; what is not from its sources is left alone", async () => {
    const file = program.writeIntent(intent());
    const status = await program.run(["status", file], environment());
    expect(status.exitCode).toBe(0);
    expect(status.output.match(/^pending {2}http\S+\/out\/\d+, \d+ B of 1\d B, copy id \S+$/gm)).toHaveLength(11);
    expect(status.output).toMatch(/^pending .*\/out\/297, .*from another source/m);
    expect(status.output).toMatch(/\nSet: 0 as declared, 12 pending \(\d+ B of 122 B\), 288 absent, 0 different\n$/);

    const abort = await program.run(["abort", file], environment());
    expect(abort.exitCode).toBe(0);
    expect(abort.output.match(/^Copy aborted: copy id /gm)).toHaveLength(11);
    expect(service.account("dest").getBlob("dst", "out/77")?.copy?.status).toBe("aborted");
    expect(service.account("dest").getBlob("dst", "out/297")?.copy?.status).toBe("pending");
    expect((await program.run(["abort", file], environment())).output).toBe("No copy of this deployment is pending.\n");

    service.account("dest").deleteBlob("dst", "out/297");
    expect((await program.run(["apply", file], environment())).exitCode).toBe(0);
    service.account("dest").putBlob("dst", "out/2", { content: "theirs" });
    const json = (await program.run(["status", file, "--log-format", "json"], environment())).output.trim();
    expect(JSON.parse(json)).toMatchObject({ event: "set-status", done: 299, pending: 0, absent: 0, different: 1 });
  });

  it("is shown and aborted also when it is a list", async () => {
    const lines = ["1", "70", "71"].map((key) => JSON.stringify({ key, ...locations(key) }));
    writeFileSync(fileOf("some.ndjson"), lines.join("\n"));
    const file = program.writeIntent({ ...intent(), set: { manifest: { file: "some.ndjson", values: [] } } });
    const { output } = await program.run(["status", file], environment());
    expect(output).toMatch(/^pending .*\/out\/70, .*\npending .*\/out\/71, .*\nSet: 0 as declared, 2 pending .*, 1 absent, 0 different\n$/);
    expect((await program.run(["abort", file], environment())).output).toMatch(/^(Copy aborted: copy id \S+\n){2}$/);
  });
});
