import { CopyMethod, type Receipt } from "../../../../src/intent";
import type { CopyEvent } from "../../../../src/engine/ports/events";
import { plainLine, TextLines } from "../../../../src/report/live/text-lines";

const destination = "https://dest.blob.core.windows.net/release/v3.onnx";
const source = "https://source.blob.core.windows.net/models/v3.onnx";
const GIBIBYTE = 2 ** 30;

const receipt: Receipt = {
  version: 1,
  destinationUrl: destination,
  etag: '"0x8D"',
  versionId: "",
  copyId: "id",
  copyStatus: "success",
  bytesCopied: 4 * GIBIBYTE,
  lastModified: "",
  contentMd5: "",
  method: CopyMethod.COPY_BLOB,
  completedOn: "",
  destinationSnapshot: "",
  sourceEtag: "",
};

const SET_PROGRESS: CopyEvent = {
  type: "set-progress",
  ...{ copied: 99, skipped: 0, failed: 1, staged: 100, total: 300, totalIsKnown: true, bytesCopied: 99, elapsedMilliseconds: 500 },
};

/** The printed text, with a clock that the test moves. */
function createLog() {
  const log = { now: 0, printed: "" };
  const lines = new TextLines(
    (text) => (log.printed += text),
    () => log.now,
  );
  const begin = (bytesTotal: number | undefined, of = destination) =>
    lines.report({ type: "method-chosen", destination: of, source, method: CopyMethod.COPY_BLOB, why: "as declared", bytesTotal });
  const progress = (bytesCopied: number, bytesTotal: number | undefined, of = destination): CopyEvent => ({
    type: "copy-progress",
    destination: of,
    copyId: "id",
    status: "pending",
    bytesCopied,
    bytesTotal,
    elapsedMilliseconds: log.now,
  });
  const taken = () => {
    const { printed } = log;
    log.printed = "";
    return printed;
  };
  return { log, lines, begin, progress, taken };
}

it("tells the first sign of life after 2 s, then ever less often, and every 30 s in the end", () => {
  const { log, lines, begin, taken } = createLog();
  begin(undefined);
  taken();
  const beats: number[] = [];
  for (log.now = 0; log.now <= 200_000; log.now += 500) {
    lines.tick();
    if (taken() !== "") beats.push(log.now / 1000);
  }
  expect(beats[0]).toBe(2);
  const gaps = beats.slice(1).map((beat, index) => beat - (beats[index] ?? 0));
  expect(gaps).toEqual([...gaps].sort((one, other) => one - other));
  expect(gaps.at(-1)).toBe(30);
});

it("tells each further tenth at once, but never more than one line a second", () => {
  const { log, lines, begin, progress, taken } = createLog();
  begin(GIBIBYTE);
  taken();
  let count = 0;
  for (let step = 1; step <= 100; step++) {
    log.now += 50;
    lines.report(progress((GIBIBYTE * step) / 100, GIBIBYTE));
    count += taken() === "" ? 0 : 1;
  }
  expect(count).toBeGreaterThan(1);
  expect(count).toBeLessThanOrEqual(5);
});

it("shows status, bytes of total, percent, rate and time left", () => {
  const { log, lines, begin, progress, taken } = createLog();
  begin(4 * GIBIBYTE);
  taken();
  log.now = 10_000;
  lines.report(progress(GIBIBYTE, 4 * GIBIBYTE));
  expect(taken()).toBe("Pending: 1.0 GiB of 4.0 GiB (25 %), 102 MiB/s, 30 s left\n");
});

it("counts the rate of an adopted copy from the first look at it", () => {
  const { log, lines, progress, taken } = createLog();
  lines.report({ type: "copy-adopted", destination, copyId: "id", status: "pending", isAwaited: true });
  lines.report(progress(3 * GIBIBYTE, 4 * GIBIBYTE));
  taken();
  log.now = 10_000;
  lines.report(progress(3.5 * GIBIBYTE, 4 * GIBIBYTE));
  expect(taken()).toBe("Pending: 3.5 GiB of 4.0 GiB (87 %), 51 MiB/s, 10 s left\n");
});

it("says what it waits for when the service tells no bytes", () => {
  const { log, lines, begin, taken } = createLog();
  begin(4 * GIBIBYTE);
  taken();
  log.now = 2_000;
  lines.tick();
  expect(taken()).toBe("Pending: waiting for Copy Blob, 2.0 s so far\n");
});

it("adds up several copies", () => {
  const { log, lines, begin, progress, taken } = createLog();
  begin(GIBIBYTE, `${destination}-1`);
  begin(GIBIBYTE, `${destination}-2`);
  lines.report({
    type: "copy-completed",
    destination: `${destination}-1`,
    receipt: { ...receipt, bytesCopied: GIBIBYTE },
    elapsedMilliseconds: 0,
  });
  taken();
  log.now = 5_000;
  lines.report(progress(GIBIBYTE / 2, GIBIBYTE, `${destination}-2`));
  expect(taken()).toBe("Pending (1 copy done, 1 under way): 1.5 GiB of 2.0 GiB (75 %), 102 MiB/s, 5.0 s left\n");
});

it.each<[string, CopyEvent]>([
  ["was aborted", { type: "copy-aborted", destination, copyId: "id" }],
  ["is rolled back", { type: "rollback-started", destination, why: "it failed" }],
  ["goes on without anybody who waits", { type: "rollback-finished", destination, outcome: "goes-on", detail: "it is being rehydrated" }],
  ["is left pending", { type: "copy-left-pending", destination, copyId: "id" }],
  ["failed with all the others", { type: "run-failed", exitCode: 1, what: "The copy failed", why: "403", remedy: "check the key" }],
])("says no more how far a copy is that %s", (_what, event) => {
  const { log, lines, begin, progress, taken } = createLog();
  begin(GIBIBYTE);
  lines.report(progress(GIBIBYTE / 2, GIBIBYTE));
  log.now = 60_000;
  lines.report(event);
  lines.tick();
  expect(taken()).not.toContain("Pending");
});

it("closes with the time that it took and the totals", () => {
  const { log, lines, begin, taken } = createLog();
  begin(4 * GIBIBYTE);
  taken();
  log.now = 13_400;
  lines.report({ type: "copy-completed", destination, receipt, elapsedMilliseconds: 13_400 });
  expect(taken()).toBe(`Copied 4.0 GiB in 13 s, 306 MiB/s: ${destination}, etag "0x8D"\n`);
  log.now = 100_000;
  lines.tick();
  expect(taken()).toBe("");
});

it("says no more how far a set is once it has told what was not copied", () => {
  const { log, lines, taken } = createLog();
  lines.report(SET_PROGRESS);
  taken();
  const cause = { count: 1, names: ["5"], text: "an immutability policy protects the blob" };
  lines.report({ type: "set-failures", failed: 1, failures: [], causes: [cause] });
  expect(taken()).toBe("Not copied: 5: an immutability policy protects the blob\n");
  log.now = 60_000;
  lines.tick();
  expect(taken()).toBe("");
});

it("says no more how far a set is once it is rolled back, and that only where there is something to roll back", () => {
  const { log, lines, taken } = createLog();
  lines.report(SET_PROGRESS);
  lines.report({ type: "set-rollback-started", why: "1 blob was not copied", copied: 99, staged: 100 });
  expect(taken()).toBe("Rolling back the set: 1 blob was not copied\n");
  log.now = 60_000;
  lines.tick();
  lines.report({ type: "set-rollback-started", why: "1 blob was not copied", copied: 0, staged: 0 });
  expect(taken()).toBe("");
});

it("tells of a destroyed set what it deleted, and what had gone already", () => {
  const { lines, taken } = createLog();
  const place = "https://dest.blob.core.windows.net/release/";
  lines.report({ type: "set-destroyed", destination: place, deleted: 1, gone: 0 });
  expect(taken()).toBe(`Deleted 1 blob that the set had copied to ${place}\n`);
  lines.report({ type: "set-destroyed", destination: place, deleted: 1, gone: 3 });
  expect(taken()).toBe(`Deleted 1 blob that the set had copied to ${place}; 3 more had gone already\n`);
});

it("prints what, which side, why and what to do last", () => {
  const { lines, taken } = createLog();
  lines.report({
    type: "run-failed",
    exitCode: 3,
    what: "The copy failed",
    side: "source",
    why: "403 AuthenticationFailed",
    remedy: "check the key",
  });
  expect(taken()).toBe(
    "Error [source]: The copy failed\n  Why: 403 AuthenticationFailed.\n  What to do: check the key.\n  Exit code 3 (not authorised)\n",
  );
});

it("makes one printable line of whatever the service says", () => {
  expect(plainLine("a\r\nb\u001b[31mc\td")).toBe("a b [31mc d");
  expect(plainLine("x".repeat(100_000)).length).toBeLessThan(4096);
});
