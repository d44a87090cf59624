import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CopyFixture } from "./copy-fixture";
import { eventually } from "./program";
import { itOnUnix } from "../support/machine/systems";

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

/** A module that records in which program it was loaded. */
const PRELOADED = `require("node:fs").appendFileSync(process.env.NOTES, require("node:path").basename(process.argv[1] ?? "") + "\\n");`;

describe.each(["--require ./preloaded.cjs", "-r ./preloaded.cjs", "--import ./preloaded.mjs"])("NODE_OPTIONS=%s", (options) => {
  it("means the folder that Terraform runs in, to the guardian, too", async () => {
    const notes = join(fixture.program.workFolder, "notes");
    rmSync(notes, { force: true });
    writeFileSync(join(fixture.program.workFolder, "preloaded.cjs"), PRELOADED);
    writeFileSync(join(fixture.program.workFolder, "preloaded.mjs"), `import "./preloaded.cjs";`);
    const env = { ...fixture.environmentOf(fixture.intent()), NODE_OPTIONS: options, NOTES: notes };
    expect(await fixture.program.run(["apply"], env)).toMatchObject({ exitCode: 0, errorOutput: "" });
    expect(readFileSync(notes, "utf8").split("\n")).toEqual(["blob-copy.js", "guardian.js", ""]);
  });
});

itOnUnix("rolls back when the folder that it was started in is deleted and its guardian is lost", async () => {
  fixture.staysPending();
  const folder = mkdtempSync(join(fixture.program.workFolder, "stack-"));
  const env = { ...fixture.environmentOf(fixture.intent()), BLOB_COPY_STATE_DIRECTORY: fixture.program.stateFolder };
  const script = `cd "$1" && exec "$2" "$3" apply`;
  const run = fixture.program.startCommand("sh", ["-c", script, "sh", folder, process.execPath, fixture.program.script], env);
  await eventually(() => run.output().includes("Copy started"));
  rmSync(folder, { recursive: true });
  process.kill(fixture.program.guardians()[0] ?? 0, "SIGKILL");
  expect(await run.ended).toMatchObject({ exitCode: 1 });
  expect(run.output()).toContain("A replacement has rolled back its unfinished copies");
  expect(fixture.destination()).toBeUndefined();
});

itOnUnix.each(["apply", "plan", "status"])("says that its folder is gone, instead of showing a stack trace: %s", async (command) => {
  const folder = join(fixture.program.workFolder, "gone");
  mkdirSync(folder);
  const script = `cd "$1" && rmdir "$1" && exec "$2" "$3" "$4"`;
  const args = ["-c", script, "sh", folder, process.execPath, fixture.program.script, command];
  const result = await fixture.program.startCommand("sh", args, fixture.environmentOf(fixture.intent())).ended;
  expect(result).toMatchObject({ exitCode: 1, output: "" });
  expect(result.errorOutput).toMatch(/^blob-copy: The folder in which the program was started is gone.*\n$/);
});

describe("what Node and its libraries print in the guardian", () => {
  /** Prints only in the guardian, as NODE_DEBUG would. */
  const printing = (text: string) =>
    `if ((process.argv[1] ?? "").endsWith("guardian.js")) require("node:fs").writeSync(2, ${JSON.stringify(text)});`;

  async function errorOutputWith(text: string): Promise<string> {
    writeFileSync(join(fixture.program.workFolder, "printing.cjs"), printing(text));
    const env = { ...fixture.environmentOf(fixture.intent()), NODE_OPTIONS: "--require ./printing.cjs" };
    const result = await fixture.program.run(["apply"], env);
    expect(result.exitCode).toBe(0);
    return result.errorOutput;
  }

  it.each([
    ["a token", "HTTP 1: Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi\nnext\n", /^HTTP 1: Authorization: Bearer REDACTED\nnext\n$/],
    ["a signature", "GET https://a.example/c/b?sv=2020&sig=abc%2Fdef%3D HTTP/1.1\n", /^GET https:\/\/a\.example\/c\/b HTTP\/1\.1\n$/],
    ["a proxy's password", "CONNECT http://user:secret-word@proxy:8080\n", /^CONNECT http:\/\/REDACTED@proxy:8080\n$/],
    ["a proxy's header", "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\n", /^Proxy-Authorization: Basic REDACTED\n$/],
    ["a last line without an end", "Authorization: SharedKey account:c2lnbmF0dXJl", /^Authorization: SharedKey REDACTED\n$/],
  ])("is redacted: %s", async (_, text, shown) => {
    expect(await errorOutputWith(text)).toMatch(shown);
  });

  it("is redacted of the values of the run's own secrets", async () => {
    const secret = fixture.service.account("source").key;
    expect(await errorOutputWith(`key is ${secret} indeed\n`)).toBe("key is REDACTED indeed\n");
  });

  it("has lines of a bounded length", async () => {
    const output = await errorOutputWith(`${"x".repeat(300_000)} Bearer eyJ0eXAiOiJKV1Qi\nnext\n`);
    expect(output.length).toBeLessThan(70_000);
    expect(output).toMatch(/^x+ …\nnext\n$/);
  });
});
