import { CopyMethod } from "../../../../src/intent";
import { RedrawnLine } from "../../../../src/report/live/redrawn-line";

const destination = "https://dest.blob.core.windows.net/release/v3.onnx";

/** The text that a terminal shows: `\r` returns to the first column, and text overwrites. */
function screenOf(printed: string): string[] {
  return printed.split("\n").map((line) => {
    let shown = "";
    for (const part of line.split("\r")) shown = part + shown.slice(part.length);
    return shown.trimEnd();
  });
}

it("redraws one line at the bottom while lines scroll by above, and wipes it at the end", () => {
  let printed = "";
  let now = 0;
  const reporter = new RedrawnLine(
    (text) => (printed += text),
    () => now,
    60,
  );
  reporter.report({ type: "method-chosen", destination, source: "s", method: CopyMethod.COPY_BLOB, why: "as declared", bytesTotal: 1000 });
  reporter.report({ type: "copy-started", destination, copyId: "id", status: "pending" });
  now = 1_000;
  reporter.report({
    type: "copy-progress",
    destination,
    copyId: "id",
    status: "pending",
    bytesCopied: 250,
    bytesTotal: 1000,
    elapsedMilliseconds: 1_000,
  });
  expect(screenOf(printed).slice(1)).toEqual(["Copy started: pending, copy id id", "Pending: 250 B of 1000 B (25 %), 250 B/s, 3.0 s left"]);

  reporter.report({ type: "warning", text: "somebody else looks" });
  expect(screenOf(printed).slice(2)).toEqual(["Warning: somebody else looks", "Pending: 250 B of 1000 B (25 %), 250 B/s, 3.0 s left"]);

  reporter.end();
  expect(screenOf(printed).at(-1)).toBe("");
});

it("never fills the last column", () => {
  let printed = "";
  const reporter = new RedrawnLine(
    (text) => (printed += text),
    () => 0,
    20,
  );
  reporter.report({ type: "method-chosen", destination, source: "s", method: CopyMethod.COPY_BLOB, why: "", bytesTotal: 1000 });
  expect(screenOf(printed).at(-1)).toBe("Pending: waiting fo");
});
