import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CopyFixture } from "./copy-fixture";
import { eventually, type ProgramResult } from "./program";

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
});

afterEach(() => {
  fixture.service.script.reset();
  fixture.service.requests.length = 0;
  fixture.service.account("dest").deleteBlob("release", "v3.onnx");
});

afterAll(() => fixture.dispose());

const run = (...args: string[]): Promise<ProgramResult> => fixture.program.run(args, fixture.environment);

it("explains itself with --help", async () => {
  const result = await run("--help");
  expect(result).toMatchObject({ exitCode: 0, errorOutput: "" });
  for (const word of ["apply", "status", "abort", "destroy", "conformance", "--log-format", "124 timed out"])
    expect(result.output).toContain(word);
  expect(await run("apply", "-h")).toEqual(result);
});

it("says its version with --version", async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
  expect(await run("--version")).toMatchObject({ exitCode: 0, output: `${version}\n` });
});

it.each([
  ["no command", [], /A command is missing: one of check, plan, apply, status, abort, destroy, conformance/],
  ["an unknown command", ["copy"], /Unknown command "copy"/],
  ["an unknown option", ["apply", "--force", "x.json"], /Unknown option '--force'/],
  ["an option without its value", ["apply", "x.json", "--log-format"], /argument missing/],
  ["an unknown log format", ["apply", "x.json", "--log-format", "xml"], /--log-format is "xml"; it can be "text" or "json"/],
  ["two files", ["apply", "a.json", "b.json"], /At most one intent file/],
  ["no intent at all", ["apply"], /The copy intent is missing/],
  ["a suite without an account", ["conformance"], /conformance needs --source/],
  ["a suite with an intent", ["conformance", "x.json", "--source", "https://aaa.blob.core.windows.net"], /conformance takes no intent/],
  [
    "an account that is none",
    ["conformance", "--source", "https://aaa.blob.core.windows.net/?sig=x"],
    /--source must be the blob endpoint/,
  ],
  ["a credential that is none", ["conformance", "--source", "https://a.b", "--source-credential", "sas"], /can be .*sas:VARIABLE/],
  ["an option of the suite", ["apply", "x.json", "--source", "https://a.b"], /--source is an option of conformance only/],
] as const)("ends with 2 and one sentence for %s", async (_, args, message) => {
  const result = await run(...args);
  expect(result).toMatchObject({ exitCode: 2, output: "" });
  expect(result.errorOutput).toMatch(message);
  expect(result.errorOutput).toMatch(/^blob-copy: .*\nSee blob-copy --help\.\n$/);
});

it("ends with 2 for a file that is not there", async () => {
  const result = await run("apply", "missing.json");
  expect(result.exitCode).toBe(2);
  expect(result.output).toMatch(/the intent file cannot be read: ENOENT.*missing\.json/);
});

it("ends with 2 for a file that is no JSON, and shows nothing of it", async () => {
  writeFileSync(join(fixture.program.workFolder, "broken.json"), '{"AccountKey": my-secret');
  const result = await run("apply", "broken.json");
  expect(result.exitCode).toBe(2);
  expect(result.output).toMatch(/broken\.json does not contain valid JSON/);
  expect(result.output).not.toContain("my-secret");
});

it("names every problem of a wrong intent", async () => {
  const result = await run(
    "apply",
    fixture.program.writeIntent({ version: 7, copies: [{ source: {}, destination: {} }], wait: "yes" }, "wrong.json"),
  );
  expect(result.exitCode).toBe(2);
  expect(result.output).toMatch(/version is 7.*copies\[0\]\.source.*copies\[0\]\.destination.*wait/);
  expect(fixture.service.requests).toEqual([]);
});

it("applies a minimal intent by hand, without a receipt", async () => {
  const { source, destination } = fixture.intent().copies[0] ?? {};
  const result = await run("apply", fixture.program.writeIntent({ version: 1, copies: [{ source, destination }] }, "minimal.json"));
  expect(result.exitCode).toBe(0);
  expect(fixture.destination()?.content.read().toString()).toBe("the new bytes");
});

it("keeps its files by hand in the folder that BLOB_COPY_STATE_DIRECTORY names, and says so where that cannot be", async () => {
  const file = fixture.program.writeIntent(fixture.intent());
  const apply = (folder: string) =>
    fixture.program.run(["apply", file], { ...fixture.environment, BLOB_COPY_STATE_DIRECTORY: join(fixture.program.workFolder, folder) });
  expect(await apply("elsewhere")).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(fixture.program.workFolder, "elsewhere", "journal"))).toBe(true);
  const { exitCode, output } = await apply(basename(file));
  expect(exitCode).toBe(1);
  expect(output).toContain("or set BLOB_COPY_STATE_DIRECTORY to another one");
});

it("shows the state of each copy, as text and as JSON, and changes nothing", async () => {
  const file = fixture.program.writeIntent(fixture.intent());
  const url = fixture.service.account("dest").blobUrl("release", "v3.onnx");
  expect((await run("status", file)).output).toBe(`absent   ${url}\n`);

  fixture.staysPending();
  const pending = fixture.program.start(["apply", file], fixture.environment);
  await eventually(() => fixture.destination()?.copy);
  const copyId = fixture.destination()?.copy?.id;
  expect((await run("status", file)).output).toMatch(new RegExp(`^pending  ${url}, \\d+ B of 13 B, copy id ${copyId}\\n$`));
  const json = JSON.parse((await run("status", file, "--log-format", "json")).output) as unknown;
  expect(json).toMatchObject({ event: "copy-status", destination: url, copyStatus: "pending", copyId });
  expect(fixture.destination()?.copy?.status).toBe("pending");

  pending.child.kill("SIGINT");
  await pending.ended;
});

it("aborts what is pending, and says so when nothing is", async () => {
  const file = fixture.program.writeIntent(fixture.intent({ wait: false }));
  fixture.staysPending();
  const { output } = await run("apply", file);
  const copyId = fixture.destination()?.copy?.id ?? "none";
  expect(output).toContain(`Copy started: pending, copy id ${copyId}\n`);
  expect(output).toMatch(new RegExp(`Left pending, as wait: false asks: copy id ${copyId} to \\S+\\n$`));

  expect(await run("abort", file)).toMatchObject({ exitCode: 0, output: `Copy aborted: copy id ${copyId}\n` });
  expect(fixture.destination()?.copy?.status).toBe("aborted");
  expect(await run("abort", file)).toMatchObject({ exitCode: 0, output: "No copy of this deployment is pending.\n" });
});

it("destroys what a receipt says this resource copied, and leaves alone what was changed since", async () => {
  const { destination } = fixture.intent().copies[0] ?? {};
  const blob = fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "copied" });
  const destroyIntent = (etag: string, origin = "copied") => ({
    version: 1,
    owner: "test/model",
    destination,
    onDestroy: "delete",
    receipt: { etag, copyId: "", copyStatus: "success", versionId: "", origin },
  });

  const changed = await run("destroy", fixture.program.writeIntent(destroyIntent('"another"'), "destroy.json"));
  expect(changed).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^Left alone /) as string });
  expect(fixture.destination()).toBeDefined();

  const found = await run("destroy", fixture.program.writeIntent(destroyIntent(blob.etag, "found"), "destroy.json"));
  expect(found).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^Left alone /) as string });
  expect(fixture.destination()).toBeDefined();

  const own = await run("destroy", fixture.program.writeIntent(destroyIntent(blob.etag), "destroy.json"));
  expect(own).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^Deleted /) as string });
  expect(fixture.destination()).toBeUndefined();
});

it("refuses a destroy intent that is none", async () => {
  const result = await run("destroy", fixture.program.writeIntent({ version: 1 }, "destroy.json"));
  expect(result.exitCode).toBe(2);
  for (const field of ["destination", "onDestroy", "receipt.etag"]) expect(result.output).toContain(`${field} must be`);
});

it("ends a check with its timeout, and says what the service answered all along", async () => {
  fixture.service.script.fault({ times: Infinity }, { kind: "answer", status: 503, code: "ServerBusy" });
  const result = await run("check", fixture.program.writeIntent(fixture.intent({ timeoutMilliseconds: 1_000 })));
  expect(result.exitCode).toBe(124);
  expect(result.output + result.errorOutput).toMatch(/its declared timeout; .* was answered 503 ServerBusy/);
});
