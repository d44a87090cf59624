import { blockSize } from "../../../../src/engine/methods/blocks";
import { BlobType, CopyMethod } from "../../../../src/intent";
import { BlobCopy, BlobDestination, BlobSource, type BlobCopyConfig } from "../../../../lib";
import { problemsOf, testStack } from "../../../lib/support/synthesized";
import { MEBIBYTE, NEAR_SOURCE, SOURCE, World } from "../support/world";

/** 50,000 blocks of 4,000 MiB: 190.7 TiB. */
const LARGEST_BLOCK_BLOB = 50_000 * 4_000 * MEBIBYTE;

/**
 * Length in bytes of a sparse source, and the method that copies it, or a part of the reason why it
 * cannot be copied.
 */
type Row = readonly [what: string, method: CopyMethod, type: BlobType, length: number, outcome: CopyMethod | string];

const { AUTO, COPY_BLOB, COPY_BLOB_FROM_URL, PUT_BLOB_FROM_URL, PUT_BLOCK_FROM_URL, PUT_PAGE_FROM_URL, APPEND_BLOCK_FROM_URL } = CopyMethod;
const { BLOCK, PAGE, APPEND } = BlobType;

const ROWS: readonly Row[] = [
  ["nothing", AUTO, BLOCK, 0, PUT_BLOB_FROM_URL],
  ["one byte", AUTO, BLOCK, 1, PUT_BLOB_FROM_URL],
  ["256 MiB, to which one request is fast", AUTO, BLOCK, 256 * MEBIBYTE, PUT_BLOB_FROM_URL],
  ["a byte more", AUTO, BLOCK, 256 * MEBIBYTE + 1, PUT_BLOCK_FROM_URL],
  ["4,000 MiB, the largest block", AUTO, BLOCK, 4_000 * MEBIBYTE, PUT_BLOCK_FROM_URL],
  ["5,000 MiB, the largest Put Blob From URL", AUTO, BLOCK, 5_000 * MEBIBYTE, PUT_BLOCK_FROM_URL],
  ["a byte more than that", AUTO, BLOCK, 5_000 * MEBIBYTE + 1, PUT_BLOCK_FROM_URL],
  ["nothing, by Put Blob From URL", PUT_BLOB_FROM_URL, BLOCK, 0, PUT_BLOB_FROM_URL],
  ["5,000 MiB by Put Blob From URL", PUT_BLOB_FROM_URL, BLOCK, 5_000 * MEBIBYTE, PUT_BLOB_FROM_URL],
  ["a byte more by Put Blob From URL", PUT_BLOB_FROM_URL, BLOCK, 5_000 * MEBIBYTE + 1, "CannotVerifyCopySource"],
  ["nothing, by Copy Blob From URL", COPY_BLOB_FROM_URL, BLOCK, 0, COPY_BLOB_FROM_URL],
  ["256 MiB by Copy Blob From URL", COPY_BLOB_FROM_URL, BLOCK, 256 * MEBIBYTE, COPY_BLOB_FROM_URL],
  ["a byte more by Copy Blob From URL", COPY_BLOB_FROM_URL, BLOCK, 256 * MEBIBYTE + 1, "CannotVerifyCopySource"],
  ["nothing, in blocks", PUT_BLOCK_FROM_URL, BLOCK, 0, PUT_BLOCK_FROM_URL],
  ["one byte, in blocks", PUT_BLOCK_FROM_URL, BLOCK, 1, PUT_BLOCK_FROM_URL],
  ["nothing, by Copy Blob", COPY_BLOB, BLOCK, 0, COPY_BLOB],
  ["190.7 TiB by Copy Blob", COPY_BLOB, BLOCK, LARGEST_BLOCK_BLOB, COPY_BLOB],
  ["no page", AUTO, PAGE, 0, PUT_PAGE_FROM_URL],
  ["one page", AUTO, PAGE, 512, PUT_PAGE_FROM_URL],
  ["4 MiB of pages, the largest request", AUTO, PAGE, 4 * MEBIBYTE, PUT_PAGE_FROM_URL],
  ["a page more", AUTO, PAGE, 4 * MEBIBYTE + 512, PUT_PAGE_FROM_URL],
  ["nothing appended", AUTO, APPEND, 0, APPEND_BLOCK_FROM_URL],
  ["one byte appended", AUTO, APPEND, 1, APPEND_BLOCK_FROM_URL],
  ["100 MiB appended, the largest request", AUTO, APPEND, 100 * MEBIBYTE, APPEND_BLOCK_FROM_URL],
  ["a byte more appended", AUTO, APPEND, 100 * MEBIBYTE + 1, APPEND_BLOCK_FROM_URL],
  ["1 GiB appended", AUTO, APPEND, 1_024 * MEBIBYTE, APPEND_BLOCK_FROM_URL],
];

describe("what the service takes at most is copied, whole, and what is more is refused or goes another way:", () => {
  it.each(ROWS)("%s", async (_what, method, type, length, outcome) => {
    const world = new World();
    world.service.put(SOURCE, "new", length, { type, md5: false });
    const { receipts, failure } = await world.run({ method });
    if (!Object.values<string>(CopyMethod).includes(outcome)) {
      expect(failure?.why).toContain(outcome);
      expect(failure?.remedy).not.toContain("see the service's reason");
      expect(world.see()).toBeUndefined();
      return;
    }
    expect({ failure, method: receipts?.[0]?.method, bytes: receipts?.[0]?.bytesCopied }).toEqual({
      failure: undefined,
      method: outcome,
      bytes: length,
    });
    expect(world.see()).toMatchObject({ content: (world.see(SOURCE) as { content: string }).content, type });
    expect(world.leftBehind()).toEqual([]);
  });

  it.each([
    ["a byte less than is worth a pointer copy", 8 * MEBIBYTE - 1, PUT_BLOB_FROM_URL],
    ["as much as is worth one", 8 * MEBIBYTE, COPY_BLOB],
  ])("within an account: %s", async (_what, length, method) => {
    const world = new World();
    world.service.put(NEAR_SOURCE, "near", length);
    expect((await world.run({ from: NEAR_SOURCE })).receipts?.[0]?.method).toBe(method);
  });

  it("190.7 TiB, the largest blob, are 50,000 of the largest blocks", () => {
    for (const concurrency of [1, 32, 256]) {
      expect(blockSize(LARGEST_BLOCK_BLOB, concurrency)).toBe(4_000 * MEBIBYTE);
      expect(Math.ceil((LARGEST_BLOCK_BLOB - 1) / blockSize(LARGEST_BLOCK_BLOB - 1, concurrency))).toBeLessThanOrEqual(50_000);
    }
  });

  it("a source of more than 50,000 of the largest blocks, which no blob can be", async () => {
    const world = new World();
    world.service.put(SOURCE, "new", LARGEST_BLOCK_BLOB + 1, { md5: false });
    const { failure } = await world.run({ method: PUT_BLOCK_FROM_URL });
    expect(failure?.remedy).toBeDefined();
    expect(world.see()).toBeUndefined();
  });
});

const ENDPOINT = "https://acct.blob.core.windows.net/";
const named = (blobName: string, containerName = "data"): Partial<BlobCopyConfig> => ({
  destination: BlobDestination.fromContainer({ blobEndpoint: ENDPOINT, containerName, blobName }),
});
const tags = (count: number, name = "n", value = "v"): Partial<BlobCopyConfig> => ({
  tags: Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${count === 1 ? "" : index}`, value])),
});

describe("what a declaration may have at most is told at synth:", () => {
  it.each<[string, Partial<BlobCopyConfig>, Partial<BlobCopyConfig>]>([
    ["1,024 characters of a name", named("x".repeat(1_024)), named("x".repeat(1_025))],
    ["one character of a name", named("x"), named("")],
    ["254 segments of a name", named(Array(254).fill("x").join("/")), named(Array(255).fill("x").join("/"))],
    ["3 characters of a container's name", named("x", "abc"), named("x", "ab")],
    ["63 characters of a container's name", named("x", "a".repeat(63)), named("x", "a".repeat(64))],
    ["10 tags", tags(10), tags(11)],
    ["128 characters of a tag's name", tags(1, "n".repeat(128)), tags(1, "n".repeat(129))],
    ["256 characters of a tag's value", tags(1, "n", "v".repeat(256)), tags(1, "n", "v".repeat(257))],
    ["8 KiB of metadata", { metadata: { name: "v".repeat(8_192 - 4) } }, { metadata: { name: "v".repeat(8_192 - 3) } }],
    ["1 second of time", { timeout: "1s" }, { timeout: "0s" }],
    ["14 days of time", { timeout: "336h" }, { timeout: "336h1s" }],
  ])("%s", (_what, most, more) => {
    const problems = (config: Partial<BlobCopyConfig>) => {
      const stack = testStack();
      const destination = BlobDestination.fromUrl(`${ENDPOINT}data/b`);
      new BlobCopy(stack, "copy", { source: BlobSource.fromUrl(`${ENDPOINT}data/source`), destination, ...config });
      return problemsOf(stack);
    };
    expect(problems(most)).toEqual([]);
    expect(problems(more)).toHaveLength(1);
  });
});
