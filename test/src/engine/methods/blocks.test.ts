import { blockSize } from "../../../../src/engine/methods/blocks";

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
const TEBIBYTE = 1024 * GIBIBYTE;

/** 50,000 blocks of 4,000 MiB, as documented at Put Block List. */
const MAX_BLOB = 50_000 * 4_000 * MEBIBYTE;

describe.each([64, 16, 1])("blocks of a blob with %i requests in flight", (concurrency) => {
  test.each([
    1,
    8 * MEBIBYTE,
    257 * MEBIBYTE,
    250 * GIBIBYTE,
    1_000 * GIBIBYTE,
    1_001 * GIBIBYTE,
    2 * TEBIBYTE,
    100 * TEBIBYTE,
    MAX_BLOB - 1,
    MAX_BLOB,
  ])("of %i bytes are ones that the service takes, and a list that it takes", (length) => {
    const size = blockSize(length, concurrency);
    expect(size).toBeLessThanOrEqual(4_000 * MEBIBYTE);
    expect(Math.ceil(length / size)).toBeLessThanOrEqual(50_000);
  });

  test("are copied within minutes at the speed of one request, up to the size at which a list is full", () => {
    expect(blockSize(6 * TEBIBYTE, concurrency)).toBeLessThanOrEqual(128 * MEBIBYTE);
  });
});
