import { Content } from "../support/fake-blob-service/state/content";
import type { Answering } from "../support/sign-in/json-server";
import { SignInWorld } from "../support/sign-in";
import { Program, type ProgramResult } from "./program";

const MiB = 1024 * 1024;
const LENGTH = 1024 * MiB;

let world: SignInWorld;
let program: Program;
beforeAll(async () => {
  program = new Program();
  // A block takes eight seconds, and half of the blocks are copied at the same time.
  world = await SignInWorld.start({ bytesPerSecond: MiB });
  const source = world.service.account("source");
  source.putBlob("data", "long", { content: Content.pattern(LENGTH) });
  for (let index = 0; index < 150; index++) source.putBlob("many", `${index}`, { content: `content of ${index}` });
  for (const name of ["data", "many"]) world.service.account("dest").createContainer(name);
});
afterAll(async () => {
  await program.dispose();
  await world.stop();
});
beforeEach(() => {
  world.service.requests.length = 0;
  world.entra.lifetime = 3_600;
  world.disturbed = undefined;
  world.service.latencyMilliseconds = 0;
});

const place = (account: string, containerName: string) => ({
  blobEndpoint: world.service.endpoint(account),
  containerName,
  credential: { kind: "default-azure-credential" },
});
const single = (more: object = {}, ofRun: object = {}) => ({
  version: 1,
  owner: "Stack/copy",
  ...ofRun,
  copies: [
    {
      source: { kind: "blob", ...place("source", "data"), blobName: "long" },
      destination: { kind: "blob", ...place("dest", "data"), blobName: "long" },
      ...more,
    },
  ],
});
const set = () => ({
  version: 1,
  owner: "Stack/set",
  copies: [],
  set: {
    maxConcurrency: 2,
    prefixes: { source: { ...place("source", "many"), prefix: "" }, destination: { ...place("dest", "many"), prefix: "" } },
  },
});
const variables = () => ({ ...world.surroundings, ...world.ways["ARM_CLIENT_SECRET"]?.variables });
const run = (intent: object, more: Readonly<Record<string, string>> = {}) =>
  program.run(["apply", program.writeIntent(intent)], { ...variables(), ...more });

/** Requests that the service accepted more than once. */
function repeated(operation: string): string[] {
  const sent = world.service.requestsOf(operation).map(({ path, query }) => `${path}?${query}`);
  return sent.filter((one, index) => sent.indexOf(one) !== index);
}

const tokensSeen = () => new Set(world.service.requests.map(({ headers }) => headers.authorization)).size;

describe("a token that expires in the middle", () => {
  it("of a long copy is renewed, and nothing is copied twice", async () => {
    // Shorter than the copy, and longer than a block takes on a busy machine.
    world.entra.lifetime = 14;
    const result = await run(single({ method: "put-block-from-url" }));

    expect(result).toMatchObject({ exitCode: 0 });
    expect(tokensSeen()).toBeGreaterThan(1);
    expect(repeated("Put Block From URL")).toEqual([]);
    expect(world.service.account("dest").getBlob("data", "long")?.content.length).toBe(LENGTH);
  });

  it("of a set is renewed, and nothing is copied twice", async () => {
    world.entra.lifetime = 8;
    world.service.latencyMilliseconds = 120;
    const result = await run(set());

    expect(result).toMatchObject({ exitCode: 0 });
    expect(tokensSeen()).toBeGreaterThan(1);
    expect(repeated("Put Blob From URL")).toEqual([]);
    expect(world.service.account("dest").blobNames("many")).toHaveLength(150);
  });
});

describe("a job whose own token ends in the middle of a long copy", () => {
  const page = "<!DOCTYPE html><html><title>Azure DevOps Services | Sign In</title></html>";
  beforeEach(() => (world.entra.lifetime = 24));
  afterEach(() => (world.issuer.isJobOver = false));

  it.each<[string, number, string | undefined, RegExp]>([
    ["GitHub Actions", 401, undefined, /deploy again in a new job, and check that it has permissions: id-token: write/],
    ["Azure Pipelines", 203, page, /deploy again in a new job, with SYSTEM_ACCESSTOKEN: \$\(System\.AccessToken\)/],
  ])("of %s, answered %d: goes on while the token in hand is valid, is undone, and says why", async (job, status, text, remedy) => {
    world.issuer.refusal = { status, json: { message: "not authorised" }, ...(text === undefined ? {} : { text }) };
    world.service.account("dest").putBlob("data", "long", { content: "old" });
    world.service.script.copies({ neverEnds: true, times: 1 });
    const running = program.start(["apply", program.writeIntent(single({ method: "copy-blob" }))], {
      ...world.surroundings,
      ...world.ways[job]?.variables,
    });
    while (world.service.requestsOf("Copy Blob").length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    world.issuer.isJobOver = true;
    const result = await running.ended;

    expect(result.exitCode).toBe(3);
    const told = result.output.slice(result.output.indexOf("Error")).trimEnd().split("\n");
    expect(told.length).toBeLessThanOrEqual(5);
    expect(told[1]).toMatch(new RegExp(`answered ${status}: it does not accept the token with which the job asks`));
    expect(told[2]).toMatch(remedy);
    expect(world.service.requestsOf("Abort Copy Blob")).toHaveLength(1);
    expect(world.service.account("dest").getBlob("data", "long")?.content.read().toString()).toBe("old");
    expect(tokensSeen()).toBe(1);
  });
});

describe("a sign-in that fails", () => {
  const lines = ({ output }: ProgramResult) => output.slice(output.indexOf("Error:")).trimEnd().split("\n");
  const refusal = (status: number, error: string, description: string): Answering => {
    const json = { error, error_description: `${description} Trace ID: 0a1b Correlation ID: 2c3d Timestamp: 2026-01-01 00:00:00Z` };
    return () => ({ status, json });
  };

  it.each<[string, Answering | undefined, Readonly<Record<string, string>>, RegExp, RegExp]>([
    [
      "a wrong secret",
      undefined,
      { ARM_CLIENT_SECRET: "not-the-secret" },
      /AADSTS7000215: .*\(trace id/,
      /set the value, and not the id, of a secret/i,
    ],
    ["another tenant", undefined, { ARM_TENANT_ID: "99999999-9999-9999-9999-999999999999" }, /AADSTS90002/, /check the tenant id/i],
    [
      "an application that is not there",
      undefined,
      { ARM_CLIENT_ID: "99999999-9999-9999-9999-999999999999" },
      /AADSTS700016/,
      /check the client id/i,
    ],
    [
      "an expired secret",
      refusal(401, "invalid_client", "AADSTS7000222: The provided client secret keys for app 'x' are expired."),
      {},
      /AADSTS7000222/,
      /create a new secret/i,
    ],
    ["a proxy without the name", undefined, { HTTPS_PROXY: "http://127.0.0.1:9" }, /127\.0\.0\.1|ECONNREFUSED/, /HTTPS_PROXY/],
  ])("for %s says so in at most five lines", async (_what, answer, more, why, remedy) => {
    world.disturbed = answer;
    const result = await run(single(), more);

    expect(result.exitCode).toBe(3);
    expect(lines(result).length).toBeLessThanOrEqual(5);
    expect(lines(result)[1]).toMatch(why);
    expect(lines(result)[2]).toMatch(remedy);
    expect(result.output + result.errorOutput).not.toContain("not-the-secret");
  });

  it("because nobody answers, ends within the declared timeout and says whom it waited for", async () => {
    world.disturbed = () => undefined;
    const result = await run(single({}, { timeoutMilliseconds: 7_000 }));

    expect(result.exitCode).toBe(124);
    expect(result.output).toContain("waiting for a token: no answer yet from login.microsoftonline.com");
    expect(lines(result).length).toBeLessThanOrEqual(5);
  });
});
