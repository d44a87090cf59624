import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { join } from "node:path";
import { isRunning } from "../e2e/rollback/support/processes";
import { FakeBlobService } from "../support/fake-blob-service";
import { eventually, isAlive, Program, type ProgramRun } from "./program";
import { describeOnUnix } from "../support/machine/systems";

// On Windows each run has its own guardian.

let service: FakeBlobService;
let program: Program;

beforeAll(() => {
  program = new Program();
});

afterAll(() => program.dispose());

beforeEach(async () => {
  for (const name of readdirSync(program.workFolder)) rmSync(join(program.workFolder, name), { recursive: true });
  service = await FakeBlobService.start({ bearerTokens: ["the-token"] });
  for (const name of NAMES) service.account("source").putBlob("src", name, { content: `content of ${name}` });
  service.account("dest").createContainer("dst");
});

afterEach(async () => {
  await eventually(() => program.guardians().length === 0);
  await service.stop();
});

const NAMES = ["a", "b", "c", "d"] as const;

/**
 * Runs the commands in `$COMMANDS`, as Terraform does: `run NAME` starts one in the background,
 * which writes its output and exit code to files of that name.
 */
const STARTER = `
run() {
  intent=INTENT_$1 secret=SECRET_OF_$1
  BLOB_COPY_INTENT="\${!intent}" BLOB_COPY_RECEIPT_ID="id-$1" BLOB_COPY_STATE_DIRECTORY=.blobcopy BLOB_COPY_SECRET_1="\${!secret}" \\
    "$NODE" "$PROGRAM" apply > "$1.out" 2>&1 &
  pids+=("$1 $!")
  echo $! > "$1.pid"
}
eval "$COMMANDS"
for each in "\${pids[@]}"; do set -- $each; wait "$2"; echo "$?" > "$1.code"; done
`;

function start(commands: string, intents: Readonly<Record<string, unknown>> = {}, env: NodeJS.ProcessEnv = {}): ProgramRun {
  const environment: NodeJS.ProcessEnv = {
    NODE: process.execPath,
    PROGRAM: program.script,
    COMMANDS: commands,
    TMPDIR: program.workFolder,
    DEST: service.account("dest").connectionString,
    ...env,
  };
  for (const name of NAMES) {
    environment[`INTENT_${name}`] = JSON.stringify(intents[name] ?? intentOf(name));
    environment[`SECRET_OF_${name}`] = service.account("source").connectionString;
  }
  return program.startCommand("bash", ["-c", STARTER], environment);
}

const connectionString = (variable: string): unknown => ({ kind: "connection-string", variable });

function intentOf(name: string, more: Record<string, unknown> = {}, credentialIn = connectionString) {
  const place = (account: string, containerName: string, variable: string) => ({
    kind: "blob",
    blobEndpoint: service.endpoint(account),
    containerName,
    blobName: name,
    credential: credentialIn(variable),
  });
  return {
    version: 1,
    owner: `test/${name}`,
    copies: [{ source: place("source", "src", "BLOB_COPY_SECRET_1"), destination: place("dest", "dst", "DEST"), method: "copy-blob" }],
    ...more,
  };
}

const read = (file: string) => readFileSync(join(program.workFolder, file), "utf8");
const outputOf = (name: string) => read(`${name}.out`);
const exitCodes = () => Object.fromEntries(NAMES.filter((name) => has(`${name}.code`)).map((name) => [name, Number(read(`${name}.code`))]));
const has = (file: string) => existsSync(join(program.workFolder, file));
const launcherOf = (name: string) => Number(read(`${name}.pid`));
const destination = (name: string) => service.account("dest").getBlob("dst", name);
const isPending = (name: string) => destination(name)?.copy?.status === "pending" && outputOf(name).includes("Copy started");
const guardians = () => [...new Set(program.guardians())];
const meetingFolder = () => join(program.workFolder, `blob-copy-${process.getuid?.() ?? ""}`);

async function pending(...names: string[]): Promise<void> {
  await eventually(() => names.every((name) => has(`${name}.out`) && isPending(name)));
}

/** All at once. */
const ALL = NAMES.map((name) => `run ${name}`).join("; ");

describeOnUnix("one guardian for the copies that one process has started", () => {
  it("serves them all, each with its own output, exit code, secrets and receipt, and is gone with whoever started them", async () => {
    service.script.copies({ pendingMilliseconds: 600 });
    service.script.copies({ name: "c", outcome: "failed", pendingMilliseconds: 600, statusDescription: '404 BlobNotFound "gone"' });
    const starter = start(ALL);
    await pending("a", "b", "c", "d");

    const [guardian = 0, ...others] = guardians();
    expect(others).toEqual([]);
    const environment = readFileSync(`/proc/${guardian}/environ`, "utf8").split("\0");
    expect(environment.filter((variable) => variable.startsWith("BLOB_COPY_"))).toEqual([]);
    await starter.ended;

    expect(exitCodes()).toEqual({ a: 0, b: 0, c: 1, d: 0 });
    for (const name of ["a", "b", "d"]) {
      expect(outputOf(name)).toMatch(new RegExp(`^Copying .*/src/${name} to .*/dst/${name} [^]*\nCopied 12 B in .*/dst/${name},.*\n$`));
      expect(destination(name)?.copy?.status).toBe("success");
      expect(has(`.blobcopy/id-${name}.json`)).toBe(true);
    }
    expect(outputOf("c")).toMatch(/Exit code 1 /);
    expect(destination("c")).toBeUndefined();
    await eventually(() => !isRunning(guardian));
    expect(readdirSync(meetingFolder())).toEqual([]);
  });

  it("signs in once for all of them", async () => {
    let tokensGiven = 0;
    // As App Service provides tokens for its managed identities.
    const identityServer = createServer((_request, response) => {
      tokensGiven++;
      const token = { access_token: "the-token", expires_on: String(Math.floor(Date.now() / 1_000) + 3_600), token_type: "Bearer" };
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ ...token, resource: "https://storage.azure.com" }));
    });
    await new Promise<void>((resolve) => identityServer.listen(0, "127.0.0.1", resolve));
    // None ends before the last one has started, even if a busy machine starts them far apart.
    service.script.copies({ neverEnds: true });
    try {
      const intents = Object.fromEntries(NAMES.map((name) => [name, intentOf(name, {}, () => ({ kind: "default-azure-credential" }))]));
      const starter = start(ALL, intents, {
        IDENTITY_ENDPOINT: `http://127.0.0.1:${(identityServer.address() as AddressInfo).port}/token`,
        IDENTITY_HEADER: "header",
        AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      });
      await pending(...NAMES);
      for (const name of NAMES) service.account("dest").completeCopy("dst", name);
      await starter.ended;
      expect(exitCodes()).toEqual({ a: 0, b: 0, c: 0, d: 0 });
      expect(tokensGiven).toBe(1);
    } finally {
      identityServer.closeAllConnections();
      identityServer.close();
    }
  });

  it("goes on with the others when one is killed, and rolls that one back", async () => {
    service.script.copies({ neverEnds: true });
    const starter = start(ALL);
    await pending(...NAMES);
    process.kill(launcherOf("b"), "SIGKILL");
    await eventually(() => destination("b") === undefined);

    expect(service.requestsOf("Abort Copy Blob")).toHaveLength(1);
    for (const name of ["a", "c", "d"]) expect(isPending(name)).toBe(true);

    process.kill(launcherOf("c"), "SIGINT");
    await eventually(() => destination("c") === undefined);
    starter.child.kill("SIGKILL");
    await eventually(() => NAMES.every((name) => destination(name) === undefined));
    expect(service.requestsOf("Abort Copy Blob")).toHaveLength(4);
  });

  it("rolls every copy back when it is killed: each launcher sees to its own", async () => {
    service.script.copies({ neverEnds: true });
    const starter = start(ALL);
    await pending(...NAMES);
    for (const guardian of guardians()) process.kill(guardian, "SIGKILL");
    await starter.ended;

    expect(exitCodes()).toEqual({ a: 1, b: 1, c: 1, d: 1 });
    for (const name of NAMES) {
      expect(destination(name)).toBeUndefined();
      expect(outputOf(name)).toMatch(
        /The copy failed: the guardian process was lost, .* A replacement has rolled back its unfinished copies; copies that were complete by then stay, as shown above\./,
      );
    }
  });

  it("cancels them all when it is told to end", async () => {
    service.script.copies({ neverEnds: true });
    const starter = start(ALL);
    await pending(...NAMES);
    for (const guardian of guardians()) process.kill(guardian, "SIGTERM");
    await starter.ended;
    expect(exitCodes()).toEqual({ a: 143, b: 143, c: 143, d: 143 });
    expect(NAMES.map(destination)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is replaced by the next one after it was killed", async () => {
    service.script.copies({ name: "a", neverEnds: true });
    const killed =
      "until grep -q 'Copy started' a.out; do sleep 0.02; done; kill -KILL $(sed 's/[^0-9]*\\([0-9]*\\).*/\\1/' .blobcopy/guardian/*)";
    await start(`run a; ${killed}; run b; run c; run d`).ended;
    expect(exitCodes()).toEqual({ a: 1, b: 0, c: 0, d: 0 });
    expect(destination("a")).toBeUndefined();
  });

  it("does nothing for a launcher that has given it up because it was stopped", async () => {
    service.script.copies({ name: "a", neverEnds: true });
    const starter = start("run a; until [ -e go ]; do sleep 0.02; done; run b");
    await pending("a");
    const [guardian = 0] = guardians();
    process.kill(guardian, "SIGSTOP");
    writeFileSync(join(program.workFolder, "go"), "");
    await eventually(() => destination("b")?.copy?.status === "success");
    await eventually(() => !isAlive(launcherOf("b")));
    process.kill(guardian, "SIGCONT");
    process.kill(launcherOf("a"), "SIGTERM");
    await starter.ended;

    expect(exitCodes()).toEqual({ a: 143, b: 0 });
    expect(service.requestsOf("Copy Blob").filter(({ path }) => path.endsWith("/b"))).toHaveLength(1);
  });

  it("is not disturbed by others who come to its socket", async () => {
    service.script.copies({ name: "a", pendingMilliseconds: 1_000 });
    const starter = start("run a; until [ -e go ]; do sleep 0.02; done; run b");
    await pending("a");
    const [socket = ""] = readdirSync(meetingFolder()).filter((name) => name.endsWith(".socket"));
    for (const text of ["GET / HTTP/1.1\r\n\r\n", '"go"\n', "null\n", "{}\n", "[]\n", "7\n", ""]) {
      const stranger = createConnection(join(meetingFolder(), socket));
      stranger.on("error", () => undefined);
      await new Promise<void>((resolve) => stranger.write(text, () => resolve()));
      if (text === "") stranger.destroy();
    }
    writeFileSync(join(program.workFolder, "go"), "");
    await starter.ended;
    expect(exitCodes()).toEqual({ a: 0, b: 0 });
    expect(outputOf("b")).not.toMatch(/rror/);
  });

  it("lets a second run wait for the first one on the same destination", async () => {
    service.script.copies({ neverEnds: true, times: 1 });
    let release: () => void = () => undefined;
    service.script.fault({ operation: "Abort Copy Blob" }, { kind: "hold", until: new Promise<void>((resolve) => (release = resolve)) });
    const starter = start("run a; until grep -q 'Copy started' a.out; do sleep 0.02; done; kill -KILL $(cat a.pid); run b; run c", {
      b: intentOf("a", { owner: "test/b" }),
    });
    await eventually(
      () => has("b.out") && outputOf("b").match(/Warning: an earlier run \(process \d+\) is still at work on the same destination/),
    );
    release();
    await starter.ended;
    expect(exitCodes()).toEqual({ a: 137, b: 0, c: 0 });
    expect(destination("a")?.copy?.status).toBe("success");
  });

  it("leaves a copy set to a guardian of its own, whichever comes first", async () => {
    service.script.copies({ neverEnds: true });
    const container = (account: string, containerName: string, variable: string) => ({
      blobEndpoint: service.endpoint(account),
      containerName,
      credential: { kind: "connection-string", variable },
      prefix: account === "source" ? "" : "set/",
    });
    const set = {
      version: 1,
      owner: "test/set",
      copies: [],
      set: {
        prefixes: {
          source: container("source", "src", "BLOB_COPY_SECRET_1"),
          destination: container("dest", "dst", "DEST"),
          options: { method: "copy-blob" },
        },
      },
    };
    const wait = "until grep -q 'Copy started' b.out; do sleep 0.02; done";
    const starter = start(`run a; run b; ${wait}; run c; run d`, { a: set, d: set });
    await pending("b", "c");
    await eventually(() => guardians().length === 2);
    starter.child.kill("SIGKILL");
  });

  it.each([
    ["others can look into the folder where they would meet", "run a; run b", () => mkdirSync(meetingFolder(), { mode: 0o755 })],
    ["somebody else has a file where that folder would be", "run a; run b", () => writeFileSync(meetingFolder(), "")],
    ["its path is too long for a socket", `export TMPDIR="$TMPDIR/${"x".repeat(80)}"; mkdir "$TMPDIR"; run a; run b`, () => undefined],
    ["they have not the same environment", "run a; export MORE=1; run b", () => undefined],
  ])("is not shared when %s", async (_, commands, prepare) => {
    prepare();
    service.script.copies({ neverEnds: true });
    const starter = start(commands);
    await pending("a", "b");
    expect(guardians()).toHaveLength(2);
    starter.child.kill("SIGKILL");
    await eventually(() => destination("a") === undefined && destination("b") === undefined);
  });
});
