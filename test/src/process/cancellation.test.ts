import { PassThrough } from "node:stream";
import type { CancelReason } from "../../../src/process/cancel-reason";
import { Cancellation } from "../../../src/process/cancellation";
import { listenForCancel, sayCancel } from "../../../src/process/control-pipe";

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
  expect(cancellation.isUnheard).toBe(isUnheard);
});

it("carries reasons over the control pipe, however the bytes are cut, and takes its end for the launcher's", async () => {
  const pipe = new PassThrough();
  const reasons: CancelReason[] = [];
  listenForCancel(pipe, (reason) => reasons.push(reason));
  sayCancel(pipe, "SIGINT");
  pipe.write("starter");
  pipe.write("-gone\nnonsense\n");
  pipe.end();
  await new Promise((resolve) => pipe.once("close", resolve));
  expect(reasons).toEqual(["SIGINT", "starter-gone", "launcher-gone"]);
});
