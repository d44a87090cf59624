import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CopyFixture } from "./copy-fixture";
import { eventually } from "./program";
import { slowness } from "../support/machine/slowness";
import { itOnUnix } from "../support/machine/systems";

const RECEIPT_ID = "11111111-2222-3333-4444-555555555555";

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
});

beforeEach(() => {
  fixture.service.script.reset();
  fixture.service.requests.length = 0;
  fixture.service.account("dest").deleteBlob("release", "v3.onnx");
  rmSync(fixture.program.stateFolder, { recursive: true, force: true });
});

afterAll(() => fixture.dispose());

const receiptPath = () => join(fixture.program.stateFolder, `${RECEIPT_ID}.json`);
const apply = (intent: unknown, env: NodeJS.ProcessEnv = {}) =>
  fixture.program.run(["apply"], { ...fixture.environmentOf(intent, RECEIPT_ID), ...env });

it("copies, waits, and leaves nothing but the receipt", async () => {
  fixture.service.script.copies({ pendingMilliseconds: 300 });
  const result = await apply(fixture.intent());

  expect(result).toMatchObject({ exitCode: 0, errorOutput: "" });
  expect(result.output).toMatch(
    /^Copying \S+ to \S+ \(13 B\) by Copy Blob: .*\nCopy started: pending, copy id \S+\nCopied 13 B in [\d.]+ s(, \d+ B\/s)?: \S+, etag "\S+"\n$/,
  );
  const destination = fixture.destination();
  expect(destination?.content.read().toString()).toBe("the new bytes");
  expect(JSON.parse(readFileSync(receiptPath(), "utf8"))).toMatchObject({
    version: 1,
    etag: destination?.etag,
    copyId: destination?.copy?.id,
    copyStatus: "success",
    bytesCopied: 13,
  });
  const left = readdirSync(fixture.program.stateFolder, { recursive: true, encoding: "utf8" });
  expect(left.map((name) => name.replace(/\b[0-9a-f]{64}\b/, "<destination>")).sort()).toEqual(
    ["guardian", "journal", "last-word", "made", join("made", "<destination>.json"), `${RECEIPT_ID}.json`].sort(),
  );
});

it("shows progress of a copy that takes longer", async () => {
  fixture.service.script.copies({ pendingMilliseconds: 3_000 });
  const { output } = await apply(fixture.intent());
  expect(output).toMatch(/\nPending: \d+ B of 13 B \(\d+ %\), \d+ B\/s, [\d.]+ s left\n/);
  // eslint-disable-next-line no-control-regex -- these are what must not be there
  expect(output).not.toMatch(/[\r\u001b]/);
});

const itWithTerminal = process.platform === "linux" && existsSync("/usr/bin/script") ? it : it.skip;

itWithTerminal("redraws one line on a terminal", async () => {
  fixture.service.script.copies({ pendingMilliseconds: 1_500 });
  const command = `stty cols 80; exec "${process.execPath}" "${fixture.program.script}" apply`;
  const { ended } = fixture.program.startCommand("/usr/bin/script", ["-qefc", command, "/dev/null"], {
    ...fixture.environmentOf(fixture.intent()),
    TERM: "xterm",
  });
  const { output, exitCode } = await ended;
  expect(exitCode).toBe(0);
  expect(output).toMatch(/\rPending: \d+ B of 13 B[^\n]*\rPending: \d+ B of 13 B/);
  expect(output).toMatch(/\r\s+\rCopied 13 B in [\d.]+ s[^\n]*\n$/);
});

it("says the service's reason when the copy fails, in the last lines", async () => {
  fixture.service.script.copies({
    pendingMilliseconds: 50,
    outcome: "failed",
    statusDescription: '404 BlobNotFound "Copy failed when reading the source."',
  });
  const result = await apply(fixture.intent());
  expect(result.exitCode).toBe(1);
  expect(result.output).toMatch(
    /Error \[source\]: .*\n {2}Why: .*404 BlobNotFound.*\n {2}What to do: .*\n {2}Exit code 1 \(copy failed\)\n$/,
  );
  expect(fixture.destination()).toBeUndefined();
});

it("aborts a copy that is past its timeout and ends with 124", async () => {
  fixture.staysPending();
  const result = await apply(fixture.intent({ timeoutMilliseconds: 500 }));
  expect(result.exitCode).toBe(124);
  expect(fixture.service.requestsOf("Abort Copy Blob")).toHaveLength(1);
  expect(fixture.destination()).toBeUndefined();
});

describe("when this machine cannot keep the result", () => {
  it("asks nothing of the service if the state directory cannot be made", async () => {
    writeFileSync(fixture.program.stateFolder, "a file is in the way");
    const result = await apply(fixture.intent());
    expect(result.exitCode).toBe(1);
    expect(result.output).toMatch(
      /^Error: The state directory \S+ could not be created\n {2}Why: E\w+: .*\n {2}What to do: make the directory writable .*: Terraform reads the result of the copy there\.\n/,
    );
    expect(fixture.service.requests).toEqual([]);
  });

  itOnUnix("asks nothing of the service if there is no room for the receipt", async () => {
    // A limit on file sizes simulates a full disk without an administrator: small files can be
    // written, the receipt cannot.
    const limited = 'ulimit -f 1; exec "$0" "$1" apply';
    const { ended } = fixture.program.startCommand(
      "bash",
      ["-c", limited, process.execPath, fixture.program.script],
      fixture.environmentOf(fixture.intent()),
    );
    const result = await ended;
    expect(result.exitCode).toBe(1);
    expect(result.output).toMatch(/^Error: The state directory \S+ could not be written\n {2}Why: EFBIG/);
    // A user cannot set it: the provisioner's own environment takes precedence.
    expect(result.output).not.toContain("BLOB_COPY_STATE_DIRECTORY");
    expect(fixture.service.requests).toEqual([]);
    expect(readdirSync(fixture.program.stateFolder)).toEqual(["guardian", "journal", "last-word"]);
  });

  it("undoes the copy if the receipt cannot be written after all", async () => {
    mkdirSync(join(receiptPath(), "in the way"), { recursive: true });
    fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "the old bytes" });
    const result = await apply(fixture.intent());
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("could not be written");
    expect(fixture.destination()?.content.read().toString()).toBe("the old bytes");
    expect(fixture.service.account("dest").snapshots("release", "v3.onnx")).toEqual([]);
  });
});

it("refuses a receipt id that would leave the state directory", async () => {
  const result = await apply(fixture.intent(), { BLOB_COPY_RECEIPT_ID: "../elsewhere" });
  expect(result.exitCode).toBe(2);
  expect(fixture.service.requests).toEqual([]);
});

it("prints no secret, whatever the service and the environment say", async () => {
  const source = fixture.service.account("source");
  const sas = source.sas({ container: "models", permissions: "r" });
  const signature = /sig=([^&]+)/.exec(sas)?.[1] ?? "";
  fixture.service.script.copies({
    pendingMilliseconds: 50,
    outcome: "failed",
    statusDescription: `403 AuthenticationFailed "${source.blobUrl("models", "v3.onnx")}?${sas} with ${decodeURIComponent(signature)} and ${fixture.service.account("dest").key}", cut: ${decodeURIComponent(signature).slice(0, 16)}`,
  });
  for (const format of ["text", "json"]) {
    const intent = fixture.intent(
      {},
      { source: { kind: "url", url: source.blobUrl("models", "v3.onnx"), credential: { kind: "sas", variable: "MY_SAS" } } },
    );
    const result = await apply(intent, { MY_SAS: sas, BLOB_COPY_LOG_FORMAT: format });
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("403 AuthenticationFailed");
    for (const secret of [signature, decodeURIComponent(signature), fixture.service.account("dest").key, source.key])
      expect(result.output).not.toContain(secret.slice(0, 10));
  }
});

it("prints no secret that Node and its libraries print beside the messages, in whatever form", async () => {
  const secret = "xQ38Q~a7Bc.dE-fG2hIjK_lMn4oPqRs5tUvW6xyZ";
  const noisy = join(fixture.program.workFolder, "noisy.cjs");
  const forms = [
    "s",
    'encodeURIComponent(encodeURIComponent(s + "+/"))',
    'Buffer.from("id:" + s).toString("base64")',
    'Buffer.from(s).toString("hex")',
  ];
  const prints = forms.map((form) => `process.stderr.write("AZURE: " + ${form} + "\\n");`).join("\n");
  // The guardian starts without its secrets and receives them later.
  const wait = `const timer = setInterval(() => {\nconst s = process.env.AZURE_CLIENT_SECRET;\nif (s === undefined) return;\nclearInterval(timer);\n${prints}\n}, 5);\n`;
  writeFileSync(noisy, `if (process.argv[1].endsWith("guardian.js")) {\n${wait}}\n`);
  fixture.service.script.copies({ pendingMilliseconds: 300 });
  const result = await apply(fixture.intent(), {
    AZURE_CLIENT_SECRET: secret,
    HTTPS_PROXY: "http://user:word-of-the-proxy@127.0.0.1:9",
    NODE_OPTIONS: `--require ${noisy}`,
    NODE_DEBUG: "child_process",
  });
  expect(result.exitCode).toBe(0);
  const lines = result.errorOutput.split("\n").filter((line) => line.startsWith("AZURE: "));
  expect(lines.map((line) => line.replace(/(?<=: ).{1,8}(?=REDACTED)|(?<=REDACTED).{1,10}$/g, ""))).toEqual(
    forms.map(() => "AZURE: REDACTED"),
  );
  // The launcher's debug output shows the environment with which it starts the guardian.
  expect(result.errorOutput).toMatch(/CHILD_PROCESS [^]*HTTPS_PROXY: 'http:\/\/REDACTED@127/);
  expect(result.errorOutput).not.toContain("AZURE_CLIENT_SECRET");
  expect(result.errorOutput).not.toContain("word-of-the-proxy");
});

it("tells a machine each event as one JSON object per line", async () => {
  fixture.service.script.copies({ pendingMilliseconds: 600 });
  const result = await apply(fixture.intent(), { BLOB_COPY_LOG_FORMAT: "json" });
  const events = result.output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(["method-chosen", "copy-started", "copy-progress", "copy-completed"]),
  );
  for (const event of events)
    expect(event).toMatchObject({
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      level: expect.stringMatching(/^(info|warn|error)$/) as string,
    });
});

it("sends its first request soon after it was started", async () => {
  const latencies: number[] = [];
  let slowest = 1;
  for (let run = 0; run < 5; run++) {
    fixture.service.requests.length = 0;
    const startedAt = performance.timeOrigin + performance.now();
    const { ended } = fixture.program.start(["apply"], fixture.environmentOf(fixture.intent()));
    latencies.push((await eventually(() => fixture.service.requests[0])).at - startedAt);
    await ended;
    slowest = Math.max(slowest, slowness());
  }
  const median = latencies.sort((one, other) => one - other)[2];
  console.log(`launcher and guardian to the first request: ${latencies.map((latency) => latency.toFixed(0)).join(", ")} ms`);
  expect(median).toBeLessThan(1_000 * slowest);
});
