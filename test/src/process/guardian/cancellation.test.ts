import type { CancelReason } from "../../../../src/process/cancel-reason";
import { Cancellation } from "../../../../src/process/guardian/cancellation";

it("aborts before it returns, and keeps the first reason", () => {
  const cancellation = new Cancellation();
  const seen: unknown[] = [];
  cancellation.signal.addEventListener("abort", () => seen.push(cancellation.signal.reason));
  cancellation.request("SIGTERM");
  expect(seen).toEqual([expect.objectContaining({ name: "CopyFailure", exitCode: 143 })]);
  cancellation.request("SIGINT");
  expect(cancellation.signal.reason).toMatchObject({ exitCode: 143 });
});

it.each([
  [["SIGINT"], false],
  [["SIGTERM"], false],
  [["SIGHUP"], true],
  [["starter-gone"], true],
  [["output-closed"], true],
  [["launcher-gone"], true],
  [["SIGINT", "launcher-gone"], true],
] as [CancelReason[], boolean][])("after %j, that nobody listens is %s", (reasons, isUnheard) => {
  const cancellation = new Cancellation();
  reasons.forEach(cancellation.request);
  expect(cancellation.isUndelivered).toBe(isUnheard);
});
