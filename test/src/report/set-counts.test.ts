import { setCompletionText, setLine } from "../../../src/report/set-counts";

const COUNTS = { copied: 0, skipped: 0, failed: 0, staged: 0, total: 0, totalIsKnown: true, bytesCopied: 0, elapsedMilliseconds: 100 };

describe("the counts of a set", () => {
  it.each([
    [{ copied: 1, bytesCopied: 5 }, "Copied 1 blob (5 B) in 0.1 s"],
    [{ copied: 2, bytesCopied: 5, skipped: 1 }, "Copied 2 blobs (5 B) in 0.1 s, 1 was there already"],
    [{ skipped: 1_234 }, "Copied 0 blobs (0 B) in 0.1 s, 1,234 were there already"],
  ])("%j are told as people say them", (counts, text) => {
    expect(setCompletionText({ type: "set-completed", ...COUNTS, pruned: 0, ...counts })).toBe(text);
  });

  it.each([
    [{ total: 1 }, "Copying: 0 of 1 blob (0 %), 0 B"],
    [{ total: 2, copied: 1, bytesCopied: 1 }, "Copying: 1 of 2 blobs (50 %), 1 B, 0.1 s left"],
    [{ total: 100, skipped: 29 }, "Copying: 29 of 100 blobs (29 %), 29 there already, 0 B"],
    [{ total: 1, totalIsKnown: false }, "Copying: 0 of 1 or more blobs, 0 B"],
  ])("%j are told while it runs", (counts, text) => {
    expect(setLine({ ...COUNTS, ...counts })).toBe(text);
  });
});
