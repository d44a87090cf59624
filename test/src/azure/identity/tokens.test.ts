import { createBlobStore } from "../../../../src/azure/create-blob-store";
import { type AccessToken, TokenCache } from "../../../../src/azure/identity/token-cache";
import type { BlobContainers } from "../../../../src/engine/ports/blob-container";
import type { BlobStore } from "../../../../src/engine/ports/blob-store";
import { ExitCode } from "../../../../src/failure/exit-code";
import { CopyMethod, CredentialKind, type CredentialReference, LocationKind, OverwritePolicy, SourceGuard } from "../../../../src/intent";
import { FakeBlobService } from "../../../support/fake-blob-service";

const HOUR = 3_600_000;
const IDENTITY = { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL };
const KEY = { kind: CredentialKind.ACCOUNT_KEY, variable: "KEY" };
const SAS = { kind: CredentialKind.SAS, variable: "SAS" };

let service: FakeBlobService;
let store: BlobStore & BlobContainers;
/** The tokens that the identity has returned; the next one comes from `fetchToken`. */
let issued: string[];
let fetchToken: () => Promise<AccessToken>;
let told: string[];
const OPTIONS = { overwrite: OverwritePolicy.ALWAYS, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG };
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

beforeEach(async () => {
  issued = [];
  told = [];
  fetchToken = async () => {
    const token = `token-${issued.length + 1}`;
    issued.push(token);
    return { token, expiresOnTimestamp: Date.now() + HOUR };
  };
  service = await FakeBlobService.start({ bearerTokens: ["token-1"] });
  service.account("source").putBlob("data", "x", { content: "hello" });
  service.account("dest").createContainer("data");
  const tokens = new Map([
    [
      "",
      new TokenCache(
        () => fetchToken(),
        clock,
        () => "169.254.169.254",
      ),
    ],
  ]);
  const sas = service.account("dest").sas({ container: "data", permissions: "rcwdtl" });
  const environment = { KEY: service.account("dest").key, SAS: sas, FROM: service.account("source").key };
  store = createBlobStore({
    environment,
    tokens,
    clock,
    notify: (notice) => told.push(notice.type === "warning" ? notice.text : notice.identity),
  });
});

afterEach(async () => {
  store.close();
  await service.stop();
});

const place = (account: string, blobName = "x", credential: CredentialReference = IDENTITY) => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint: service.endpoint(account),
  containerName: "data",
  blobName,
  credential,
});

const container = (account: string, side: "source" | "destination") =>
  store.container({ blobEndpoint: service.endpoint(account), containerName: "data", credential: IDENTITY }, side);

describe("a token that the service refuses", () => {
  test("is replaced once, and the request goes on", async () => {
    const source = store.source(place("source"));
    await source.getProperties();
    service.acceptTokens("token-2");
    expect(await source.getProperties()).toMatchObject({ length: 5 });
    expect(issued).toEqual(["token-1", "token-2"]);
  });

  test("is not replaced for ever", async () => {
    service.acceptTokens();
    await expect(store.source(place("source")).getProperties()).rejects.toMatchObject({ status: 401 });
    expect(issued).toEqual(["token-1", "token-2"]);
  });

  test("for the source is replaced, too, although the copy had begun with it", async () => {
    const source = store.source(place("source"));
    const destination = store.destination(place("dest"));
    const readable = await source.readable(CopyMethod.PUT_BLOCK_FROM_URL, destination.account, HOUR);
    expect(readable.authorization).toBe("Bearer token-1");
    await destination.putBlockFromUrl("AAAA", { source: readable, sourceRange: { offset: 0, count: 2 }, encryption: {} });
    service.acceptTokens("token-2");
    await destination.putBlockFromUrl("AAAB", { source: readable, sourceRange: { offset: 2, count: 3 }, encryption: {} });
    expect(issued).toEqual(["token-1", "token-2"]);
  });

  test("is replaced in a set, once for all its requests", async () => {
    for (const name of ["a", "b", "c", "d"]) service.account("source").putBlob("data", name, { content: name });
    const signal = new AbortController().signal;
    const guards = { sourceEtag: undefined, destination: undefined };
    const copier = await container("dest", "destination").copier(container("source", "source"), OPTIONS, HOUR, signal);
    await copier.copy("a", "a", guards);
    service.acceptTokens("token-2");
    await Promise.all(["b", "c", "d"].map((name) => copier.copy(name, name, guards)));
    expect(service.account("dest").getBlob("data", "d")?.content.length).toBe(1);
    expect(issued).toEqual(["token-1", "token-2"]);
  });

  test("does not keep an abort back for which there is another credential", async () => {
    service.script.copies({ neverEnds: true });
    const destination = store.destination(place("dest"));
    const source = store.source(place("source", "x", { kind: CredentialKind.ACCOUNT_KEY, variable: "FROM" }));
    const started = await destination.copyBlob({ source: await source.readable(CopyMethod.COPY_BLOB, destination.account, HOUR) });
    service.acceptTokens();
    await expect(destination.abortCopy(started.copyId)).rejects.toMatchObject({ status: 401 });
    store.destination(place("dest", "other", KEY));
    await destination.byAnyCredential().abortCopy(started.copyId);
    expect(service.account("dest").getBlob("data", "x")?.copy?.status).toBe("aborted");
  });
});

describe("a token for the source", () => {
  const insecure = (credential: CredentialReference) => ({
    ...place("dest", "x", credential),
    blobEndpoint: "http://blobs.example.test:10000/dest",
  });

  test.each([CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL, CopyMethod.PUT_PAGE_FROM_URL])(
    "is not sent to a destination over plain http, by %s",
    async (method) => {
      const destination = store.destination(insecure(SAS));
      const readable = store.source(place("source")).readable(method, destination.account, HOUR);
      await expect(readable).rejects.toMatchObject({ exitCode: ExitCode.BAD_INTENT, side: "destination" });
    },
  );

  test("is not sent there by a set, nor by a request that was given one", async () => {
    const reference = { blobEndpoint: "http://blobs.example.test:10000/dest", containerName: "data", credential: SAS };
    const insecureContainer = store.container(reference, "destination");
    const copier = insecureContainer.copier(container("source", "source"), OPTIONS, HOUR, new AbortController().signal);
    await expect(copier).rejects.toMatchObject({ exitCode: ExitCode.BAD_INTENT });
    const request = { source: { url: "https://x.test/y", authorization: "Bearer token-1" } };
    await expect(store.destination(insecure(SAS)).putBlobFromUrl(request)).rejects.toMatchObject({ exitCode: ExitCode.BAD_INTENT });
  });

  test("is not needed for Copy Blob, which reads with a SAS", async () => {
    const destination = store.destination(insecure(SAS));
    const readable = await store.source(place("source")).readable(CopyMethod.COPY_BLOB, destination.account, HOUR);
    expect(readable).toEqual({ url: expect.stringContaining("skoid=") as string });
  });
});

describe("Copy Blob within an account", () => {
  const readableIn = (from: CredentialReference, to: CredentialReference) => {
    const destination = store.destination(place("dest", "copy", to));
    return store.source(place("dest", "x", from)).readable(CopyMethod.COPY_BLOB, destination.account, HOUR);
  };

  test.each([
    ["key", "identity", KEY, IDENTITY, "sp=r&sig="],
    ["key", "SAS", KEY, SAS, "sp=r&sig="],
    ["identity", "SAS", IDENTITY, SAS, "skoid="],
    ["SAS", "identity", SAS, IDENTITY, "sig="],
  ])("reads with the source's %s where the destination has an %s only", async (_from, _to, from, to, query) => {
    expect((await readableIn(from, to)).url).toContain(query);
  });

  test.each([
    ["key", KEY, KEY],
    ["identity", IDENTITY, IDENTITY],
    ["key that opens the source, too", IDENTITY, KEY],
  ])("reads with the destination's %s", async (_what, from, to) => {
    expect((await readableIn(from, to)).url).not.toContain("?");
  });
});

test("a key is asked for that the service returns whatever clock is some minutes ahead", async () => {
  const readable = await store.source(place("source")).readable(CopyMethod.COPY_BLOB, "elsewhere", 400 * HOUR);
  const query = new URL(readable.url).searchParams;
  const [skt, ske, se] = ["skt", "ske", "se"].map((name) => Date.parse(query.get(name) ?? ""));
  const week = 7 * 24 * HOUR;
  expect((ske ?? 0) - (skt ?? 0)).toBeLessThan(week);
  expect((ske ?? 0) + 10 * 60_000).toBeLessThan(Date.now() + week);
  expect(se).toBeLessThanOrEqual(ske ?? 0);
});

test("whoever waits for a token hears within seconds what for", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  let give: ((token: AccessToken) => void) | undefined;
  fetchToken = () => new Promise((resolve) => (give = resolve));
  const waiting = store.source(place("source")).readable(CopyMethod.PUT_BLOB_FROM_URL, "elsewhere", HOUR);
  await new Promise(setImmediate);
  jest.advanceTimersByTime(4_000);
  expect(told).toEqual([]);
  jest.advanceTimersByTime(2_000);
  expect(told).toEqual([expect.stringContaining("169.254.169.254")]);
  give?.({ token: "token-1", expiresOnTimestamp: Date.now() + HOUR });
  jest.useRealTimers();
  expect(await waiting).toMatchObject({ authorization: "Bearer token-1" });
});
