import { createBlobStore } from "../../../../src/azure/create-blob-store";
import { TokenCache } from "../../../../src/azure/identity/token-cache";
import { systemClock } from "../../../../src/engine/ports/clock";
import type { BlobStore } from "../../../../src/engine/ports/blob-store";
import { CopyMethod, CredentialKind, LocationKind } from "../../../../src/intent";
import type { FakeBlobService } from "../../../support/fake-blob-service";
import { SetWorld } from "../../engine/set/set-world";

const HOUR = 3_600_000;
const IDENTITY = { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL };
const NAMES = Array.from({ length: 12 }, (_none, index) => `blob-${index}`);

let world: SetWorld;
let service: FakeBlobService;
let store: BlobStore;

const tokens = () => {
  const token = { token: "the-token", expiresOnTimestamp: Date.now() + HOUR };
  return new Map([["", new TokenCache(() => Promise.resolve(token), systemClock)]]);
};

beforeEach(async () => {
  world = await SetWorld.start({ bearerTokens: ["the-token"] });
  ({ service } = world);
  world.put(Object.fromEntries(NAMES.map((name) => [name, `content of ${name}`])));
  store = createBlobStore({ environment: {}, tokens: tokens() });
});

afterEach(async () => {
  store.close();
  await world.stop();
});

const place = (account: "source" | "dest", blobName: string) => ({
  kind: LocationKind.BLOB as const,
  blobEndpoint: service.endpoint(account),
  containerName: account === "source" ? "src" : "dst",
  blobName,
  credential: IDENTITY,
});

async function copyBlob(name: string): Promise<void> {
  const destination = store.destination(place("dest", name));
  const source = await store.source(place("source", name)).readable(CopyMethod.COPY_BLOB, destination.account, HOUR);
  await destination.copyBlob({ source });
}

const keysAskedFor = () => service.requestsOf("Get User Delegation Key").length;
const taken = () => service.requestsOf("Copy Blob").filter(({ status }) => status === 202).length;
const revoke = () => world.source.revokeDelegationKeys();

describe("the account's user delegation keys are revoked", () => {
  test.each(["told with the source's answer", "told without the source's answer"] as const)(
    "between two copies, %s: another one is asked for, once",
    async (way) => {
      if (way === "told without the source's answer") service.script.ways.choose("missing-source", way);
      await copyBlob("blob-0");
      revoke();
      await copyBlob("blob-1");
      await copyBlob("blob-2");
      expect(world.contents()).toMatchObject({ "blob-1": "content of blob-1", "blob-2": "content of blob-2" });
      expect(keysAskedFor()).toBe(2);
      expect(taken()).toBe(3);
    },
  );

  test("while many copies are started: they share the other one", async () => {
    await copyBlob("blob-0");
    revoke();
    await Promise.all(NAMES.map(copyBlob));
    expect(Object.keys(world.contents())).toHaveLength(NAMES.length);
    expect(keysAskedFor()).toBe(2);
  });

  test("and the other one is refused as well: the refusal is told, and no third one is asked for", async () => {
    await copyBlob("blob-0");
    revoke();
    service.script.fault({ operation: "Get User Delegation Key" }, { kind: "hold", until: Promise.resolve().then(revoke) });
    const refuseAll = setInterval(revoke, 1);
    try {
      await expect(copyBlob("blob-1")).rejects.toMatchObject({ status: 403, copySourceCode: "AuthenticationFailed" });
      await expect(copyBlob("blob-2")).rejects.toMatchObject({ status: 403, copySourceCode: "AuthenticationFailed" });
    } finally {
      clearInterval(refuseAll);
    }
    expect(keysAskedFor()).toBe(2);
  });

  test("while a set is copied: it goes on, and no blob is copied twice", async () => {
    const side = (which: "source" | "destination") => ({ ...world.prefix(which), credential: IDENTITY });
    let seen = 0;
    const { receipt, failure } = await world.run(
      {
        ...world.prefixes({ source: side("source"), destination: side("destination"), options: { method: CopyMethod.COPY_BLOB } }),
        maxConcurrency: 3,
      },
      { tokens: tokens(), onResult: () => (++seen === 4 ? revoke() : undefined) },
    );
    expect(failure).toBeUndefined();
    expect(receipt).toMatchObject({ copied: NAMES.length });
    expect(taken()).toBe(NAMES.length);
    expect(keysAskedFor()).toBe(2);
  });
});
