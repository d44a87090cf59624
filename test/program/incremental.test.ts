import { rmSync } from "node:fs";
import { CopyFixture } from "./copy-fixture";
import { eventually, isAlive } from "./program";

const PAGE = 512;

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
});

afterEach(async () => {
  // A guardian that finishes alone must not continue into the next test.
  await eventually(() => fixture.program.guardians().every((pid) => !isAlive(pid)));
  fixture.service.script.reset();
  fixture.service.requests.length = 0;
  for (const account of ["source", "dest"]) {
    const container = account === "source" ? "models" : "release";
    fixture.service.account(account).deleteBlob(container, "v3.onnx");
  }
  rmSync(fixture.program.stateFolder, { recursive: true, force: true });
});

afterAll(() => fixture.dispose());

/**
 * Writes the source and takes a snapshot of it. Returns the environment of a deploy that adds the
 * snapshot to the incremental copy.
 */
function deployOf(letter: string): NodeJS.ProcessEnv {
  const source = fixture.service.account("source");
  source.putBlob("models", "v3.onnx", { type: "PageBlob", content: letter.repeat(PAGE) });
  const snapshot = source.snapshot("models", "v3.onnx");
  const intent = fixture.intent({}, { method: "incremental-copy-blob" });
  const [copy] = intent.copies;
  return fixture.environmentOf({ ...intent, copies: [{ ...copy, source: { ...copy?.source, snapshot } }] });
}

const chain = () =>
  fixture.service
    .account("dest")
    .snapshots("release", "v3.onnx")
    .map(([, { content }]) => content.read().toString().slice(0, 1));

it("adds a snapshot with each deploy, and says so", async () => {
  const first = await fixture.program.run(["apply"], deployOf("a"));
  const second = await fixture.program.run(["apply"], deployOf("b"));

  expect([first, second]).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }]);
  expect(second.output).toMatch(/by Incremental Copy Blob: [\s\S]*Copy started: pending/);
  expect(chain()).toEqual(["a", "b"]);
});

it.each(["SIGTERM", "SIGKILL"] as const)("takes away what it has added to a chain when it is ended by %s", async (signal) => {
  await fixture.program.run(["apply"], deployOf("a"));
  fixture.staysPending();
  const run = fixture.program.start(["apply"], deployOf("b"));
  await eventually(() => fixture.destination()?.copy?.status === "pending" && run.output().includes("Copy started"));
  run.child.kill(signal);

  await eventually(() => fixture.service.requestsOf("Abort Copy Blob").length === 1 && fixture.destination()?.copy?.status === "aborted");
  await run.ended;
  expect(chain()).toEqual(["a"]);
});

it("goes on after everything was killed, by what the next deploy finds", async () => {
  await fixture.program.run(["apply"], deployOf("a"));
  fixture.staysPending();
  const environment = deployOf("b");
  const run = fixture.program.start(["apply"], environment);
  await eventually(() => fixture.destination()?.copy?.status === "pending" && run.output().includes("Copy started"));
  for (const pid of fixture.program.guardians()) process.kill(pid, "SIGKILL");
  run.child.kill("SIGKILL");
  await run.ended;
  fixture.service.account("dest").completeCopy("release", "v3.onnx");
  const next = await fixture.program.run(["apply"], environment);

  expect(next.exitCode).toBe(0);
  expect(fixture.service.requestsOf("Incremental Copy Blob")).toHaveLength(2);
  expect(chain()).toEqual(["a", "b"]);
});
