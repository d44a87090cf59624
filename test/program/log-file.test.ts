import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CopyFixture } from "./copy-fixture";

let fixture: CopyFixture;
beforeAll(async () => {
  fixture = await CopyFixture.start();
});
afterAll(() => fixture.dispose());

const apply = (logFile: string, more: NodeJS.ProcessEnv = {}) =>
  fixture.program.run(["apply"], { ...fixture.environmentOf(fixture.intent()), BLOB_COPY_LOG_FILE: logFile, ...more });
const inFolder = (name: string) => join(fixture.program.workFolder, name);

it("tells a file everything that is printed, and more than one run", async () => {
  const first = await apply("copies.log");
  await apply("copies.log");
  const lines = readFileSync(inFolder("copies.log"), "utf8").trimEnd().split("\n");
  const [, owner, text] = /^\d{4}-\d\d-\d\dT[\d:.]+Z (.*?): (Copying .*)$/.exec(lines[0] ?? "") ?? [];
  expect(owner).toBe(fixture.intent().owner);
  expect(first.output.split("\n")[0]).toBe(text);
  expect(lines.filter((line) => line.includes(": Copied "))).toHaveLength(2);
  expect(statSync(inFolder("copies.log")).mode & 0o777).toBe(0o600);
});

it("tells it in JSON where that is asked for", async () => {
  await apply("copies.ndjson", { BLOB_COPY_LOG_FORMAT: "json" });
  const events = readFileSync(inFolder("copies.ndjson"), "utf8").trimEnd().split("\n");
  expect(events.map((line) => (JSON.parse(line) as { event: string }).event)).toContain("copy-completed");
});

it.each([
  ["a folder that is not there", "nowhere/copies.log", "ENOENT"],
  ["a folder", ".", "EISDIR"],
])("copies all the same when it is %s", async (_what, path, code) => {
  const { exitCode, output } = await apply(path);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(new RegExp(`Warning: BLOB_COPY_LOG_FILE .* cannot be written.*${code}`));
  expect(output.match(/BLOB_COPY_LOG_FILE/g)).toHaveLength(1);
});
