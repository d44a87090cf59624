import { PassThrough, Writable } from "node:stream";
import { GuardianOutput } from "../../../../src/process/guardian/output";

it("delivers what is printed, in order", async () => {
  const stream = new PassThrough();
  const output = new GuardianOutput(stream);
  output.print("one\n");
  output.print("two\n");
  expect(await output.flush(1_000)).toBe(true);
  expect(String(stream.read())).toBe("one\ntwo\n");
});

it("neither fails nor waits when the reader is gone", async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
  const output = new GuardianOutput(stream);
  output.print("lost\n");
  await new Promise((resolve) => stream.once("close", resolve));
  output.print("lost too\n");
  expect(await output.flush(60_000)).toBe(false);
});

it("keeps no more than a bounded amount for a reader that is stuck, and waits for it no longer than told", async () => {
  const stream = new Writable({ write: () => undefined });
  const output = new GuardianOutput(stream);
  for (let count = 0; count < 5_000; count++) output.print("x".repeat(1_000));
  expect(stream.writableLength).toBeLessThan(1_100_000);
  expect(await output.flush(20)).toBe(false);
});

it.each([
  ["has passed it on", (output: GuardianOutput) => output.acknowledge(true), true],
  ["could not pass it on", (output: GuardianOutput) => output.acknowledge(false), false],
  ["is gone before it answers", (_: GuardianOutput, stream: PassThrough) => void stream.destroy(), false],
] as const)("asks whether it was heard of a reader that %s", async (_, answer, isHeard) => {
  const stream = new PassThrough();
  const output = new GuardianOutput(stream);
  output.print("one\n");
  const heard = output.isHeard("?\n", 60_000);
  expect(String(stream.read())).toBe("one\n?\n");
  answer(output, stream);
  expect(await heard).toBe(isHeard);
});

it("delivers nothing of what is printed when it has asked whether all was heard", () => {
  const stream = new PassThrough();
  const output = new GuardianOutput(stream);
  void output.isHeard("?\n", 20);
  output.print("late\n");
  expect(String(stream.read())).toBe("?\n");
});

it("waits no longer than told for a reader that does not answer", async () => {
  expect(await new GuardianOutput(new PassThrough()).isHeard("?\n", 20)).toBe(false);
});
