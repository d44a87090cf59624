import { renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { CopyFixture } from "./copy-fixture";
import { itOnUnix } from "../support/machine/systems";
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

type Args = readonly string[];

const run = (command: string, intent: unknown, more: Args = [], environment: Record<string, string> = {}): Promise<ProgramResult> =>
  fixture.program.run([command, fixture.program.writeIntent(intent), ...more], { ...fixture.environment, ...environment });

const destinationSas = (permissions: string) => ({
  intent: fixture.intent(
    {},
    { method: "auto", overwrite: "always", destination: { ...placeOf("destination"), credential: { kind: "sas", variable: "SAS" } } },
  ),
  environment: { SAS: fixture.service.account("dest").sas({ container: "release", permissions }) },
});

function placeOf(side: "source" | "destination"): Record<string, unknown> {
  return fixture.intent().copies[0]?.[side] ?? {};
}

it("finds nothing where nothing is wrong, and writes nothing", async () => {
  const { exitCode, output, errorOutput } = await run("check", fixture.intent());
  const [source, destination] = [
    fixture.service.account("source").blobUrl("models", "v3.onnx"),
    fixture.service.account("dest").blobUrl("release", "v3.onnx"),
  ];
  expect({ exitCode, errorOutput }).toEqual({ exitCode: 0, errorOutput: "" });
  expect(output.split("\n")).toEqual([
    `ok    source       ${source}: BlockBlob, 13 bytes, tier Hot`,
    `ok    destination  ${destination}: absent`,
    `ok    copy         ${destination}: the service may read the source and write the destination`,
    "Check: no problems found",
    "",
  ]);
  expect(fixture.destination()).toBeUndefined();
});

it("tells what a SAS lacks, with its exit code, and the run fails for the same", async () => {
  fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "the old bytes" });
  const { intent, environment } = destinationSas("rc");
  const checked = await run("check", intent, [], environment);
  expect(checked).toMatchObject({ exitCode: 3 });
  expect(checked.output + checked.errorOutput).toMatch(
    /FAIL {2}copy .*\n[^]*the SAS has sp=rc; Put Blob From URL needs w to replace the blob that is there\./,
  );
  expect((await run("apply", intent, [], environment)).exitCode).toBe(3);
  expect(fixture.destination()?.content.read().toString()).toBe("the old bytes");
  const more = destinationSas("rw");
  expect((await run("check", more.intent, [], more.environment)).exitCode).toBe(0);
});

it.each<[string, Record<string, unknown> & Partial<Record<"source" | "destination", object>>, number, RegExp]>([
  ["a source that is missing", { source: { blobName: "none" } }, 4, /check its name/],
  ["a container that is missing", { destination: { containerName: "none" } }, 1, /Create the container first/],
  ["an encryption scope that is missing", { method: "auto", encryptionScope: "no-such-scope" }, 1, /Create the encryption scope/],
])("tells of %s, in text and as JSON", async (_what, { source = {}, destination = {}, ...options }, exitCode, remedy) => {
  const intent = fixture.intent(
    {},
    { ...options, source: { ...placeOf("source"), ...source }, destination: { ...placeOf("destination"), ...destination } },
  );
  const checked = await run("check", intent);
  expect(checked.exitCode).toBe(exitCode);
  expect(checked.output + checked.errorOutput).toMatch(new RegExp(`What to do: .*${remedy.source}`, "i"));
  const json = await run("check", intent, ["--log-format", "json"]);
  const lines = (json.output + json.errorOutput)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ isInOrder }) => isInOrder === false)).toEqual([expect.objectContaining({ event: "checked", exitCode })]);
});

itOnUnix("tells nothing more once it has told that it was cancelled", async () => {
  fixture.service.script.fault({ operation: "Get Blob Properties", times: Infinity }, { kind: "hang" });
  const { child, ended } = fixture.program.start(["check", fixture.program.writeIntent(fixture.intent())], fixture.environment);
  await eventually(() => fixture.service.requestsOf("Get Blob Properties").length > 0);
  child.kill("SIGINT");
  const { exitCode, output } = await ended;
  expect(exitCode).toBe(130);
  expect(output).toMatch(
    /^Error: The run was cancelled before it had finished\n {2}Why: .*\n {2}What to do: run it again when you are ready\.\n {2}Exit code 130 \(interrupted\)\n$/,
  );
});

it("tells of each blob of a set that cannot be copied, and of one copy of each kind", async () => {
  const [source, dest] = [fixture.service.account("source"), fixture.service.account("dest")];
  for (const container of ["many", "their-many"]) for (const account of [source, dest]) account.createContainer(container);
  for (const name of ["one", "two", "three"]) source.putBlob("many", name, { content: name });
  dest.putBlob("their-many", "two", { content: "archived", accessTier: "Archive" });
  const prefix = (side: "source" | "destination", containerName: string) => ({
    blobEndpoint: placeOf(side)["blobEndpoint"],
    credential: placeOf(side)["credential"],
    containerName,
    prefix: "",
  });
  const set = { prefixes: { source: prefix("source", "many"), destination: prefix("destination", "their-many") } };
  const checked = await run("check", { version: 1, owner: "test/set", copies: [], set });
  expect(checked.exitCode).toBe(1);
  expect(checked.output.match(/^(ok|FAIL) .*$/gm)).toEqual([
    expect.stringMatching(/^ok {4}source .*can be listed$/),
    expect.stringMatching(/^ok {4}destination .*can be listed$/),
    expect.stringMatching(/^FAIL {2}copy .*\/two: not possible$/),
    expect.stringMatching(/^ok {4}copy .*\/one: the service may read the source and write the destination$/),
  ]);
  expect(dest.blobNames("their-many")).toEqual(["two"]);
});

it("loads the tables of causes for a failure only, and tells of one without them", async () => {
  const file = join(dirname(fixture.program.script), "diagnosis.js");
  renameSync(file, `${file}.gone`);
  try {
    expect(await run("apply", fixture.intent())).toMatchObject({ exitCode: 0 });
    const missing = await run("apply", fixture.intent({}, { destination: { ...placeOf("destination"), containerName: "none" } }));
    expect(missing.exitCode).toBe(1);
    expect(missing.output + missing.errorOutput).toMatch(/404 ContainerNotFound/);
  } finally {
    renameSync(`${file}.gone`, file);
  }
});
