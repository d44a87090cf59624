import type { BlobSeed } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

const ONE: Readonly<Record<string, BlobSeed>> = { one: { content: "one" } };

interface Case {
  readonly what: string;
  readonly blobs?: Readonly<Record<string, BlobSeed>>;
  readonly found?: Readonly<Record<string, BlobSeed>>;
  readonly set?: (world: SetWorld) => Record<string, unknown>;
  /** Expected problems; empty if there are none. */
  readonly told: readonly RegExp[];
  /**
   * Whether a check reports it, if that depends on the service's behaviour. A run meets it in all
   * cases. Default: always.
   */
  readonly isTold?: (world: SetWorld) => boolean;
}

const prefixes =
  (change: Record<string, unknown>, set: Record<string, unknown> = {}) =>
  (world: SetWorld) => ({ ...world.prefixes(change), ...set });
const options = (values: Record<string, unknown>) => prefixes({ options: { overwrite: "always", ...values } });

const CASES: readonly Case[] = [
  { what: "nothing", told: [] },
  { what: "everything is there already", found: ONE, told: [] },
  { what: "no blob matches", set: prefixes({ include: ["*.typo"] }), told: [/there is no blob in container src/] },
  { what: "no blob matches, which may be", set: prefixes({ include: ["*.typo"] }, { allowEmpty: true }), told: [] },
  {
    what: "the destination's container is not there",
    set: (world) => ({
      prefixes: { ...world.prefixes().prefixes, destination: { ...world.prefix("destination"), containerName: "none" } },
    }),
    told: [/ContainerNotFound/],
  },
  {
    what: "a blob is leased by somebody",
    found: { one: { content: "other", leaseId: "8037b136-8283-4e9f-8d24-84dc40be8e66" } },
    set: options({}),
    told: [/another client holds a lease/],
  },
  {
    what: "one blob of many is archived",
    blobs: { one: { content: "1" }, two: { content: "2" }, six: { content: "6" } },
    found: { two: { content: "other", accessTier: "Archive" } },
    set: options({}),
    told: [/the destination is archived/],
  },
  {
    what: "one blob of many is archived at the source",
    blobs: { one: { content: "1" }, two: { content: "2", accessTier: "Archive" } },
    told: [/in the archive tier/],
  },
  {
    what: "one blob of many is of another type there",
    blobs: { one: { content: "1" }, two: { type: "AppendBlob", content: "2" } },
    found: { two: { content: "other" } },
    set: options({}),
    told: [/cannot be both/],
  },
  {
    what: "nothing is to be replaced",
    found: { one: { content: "another" } },
    set: options({ overwrite: "never" }),
    told: [/overwrite policy is NEVER/],
  },
  {
    what: "an encryption scope that is not there",
    set: options({ encryptionScope: "no-such-scope" }),
    told: [/EncryptionScopeNotAvailable/],
    isTold: (world) => world.service.script.ways.is("encryption-scope-and-source", "the scope first"),
  },
  {
    what: "the container of a list is not there",
    set: (world) => {
      const place = (side: "source" | "destination") => ({ ...world.container(side), kind: "blob", blobName: "one" });
      world.manifest = [
        JSON.stringify({ key: "a", source: place("source"), destination: { ...place("destination"), containerName: "none" } }),
      ];
      return { manifest: { file: "manifest.ndjson" } };
    },
    told: [/ContainerNotFound/],
  },
];

test.each(CASES.map((one) => [one.what, one] as const))("check tells what a set would meet: %s", async (_what, one) => {
  const world = await SetWorld.start();
  try {
    for (const [name, seed] of Object.entries(one.blobs ?? ONE)) world.source.putBlob("src", name, seed);
    for (const [name, seed] of Object.entries(one.found ?? {})) world.destination.putBlob("dst", name, seed);
    const set = (one.set ?? prefixes({}))(world);
    const before = world.contents();
    const failures = (await world.check(set)).flatMap(({ failure }) => failure ?? []);
    const told = one.isTold?.(world) === false ? [] : one.told;
    expect(failures.map(({ why }) => why)).toEqual(told.map((pattern) => expect.stringMatching(pattern) as unknown));
    expect(world.contents()).toEqual(before);
    // A run meets the same problem.
    const { failure } = await world.run(set);
    expect(failure === undefined).toBe(one.told.length === 0);
  } finally {
    await world.stop();
  }
});

test("check says what it cannot know of an encryption scope", async () => {
  const world = await SetWorld.start();
  try {
    world.service.script.ways.choose("encryption-scope-and-source", "the source first");
    world.source.putBlob("src", "one", { content: "one" });
    const parts = await world.check(options({ encryptionScope: "no-such-scope" })(world));
    expect(parts.map(({ found }) => found)).toContainEqual(expect.stringContaining("the encryption scope no-such-scope may be missing"));
    world.destination.createEncryptionScope("of-container");
    world.destination.createContainer("scoped", { defaultEncryptionScope: "of-container" });
    const destination = { ...world.prefix("destination"), containerName: "scoped" };
    const known = await world.check({ prefixes: { ...options({ encryptionScope: "of-container" })(world).prefixes, destination } });
    expect(known.at(-1)?.found).toBe("the service may read the source and write the destination");
  } finally {
    await world.stop();
  }
});
