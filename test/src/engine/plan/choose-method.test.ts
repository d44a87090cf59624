import { chooseMethods } from "../../../../src/engine/plan/choose-method";
import { blockSize } from "../../../../src/engine/methods/blocks";
import { MAX_PUT_BLOB, MEBIBYTE, needsRestorePoint, MIN_POINTER_COPY } from "../../../../src/engine/methods/run/traits";
import { BlobType, CopyMethod, RehydratePriority } from "../../../../src/intent";
import { World } from "../support/world";

const [declaration] = new World().intent().copies;
if (declaration === undefined) throw new Error("nothing is declared");

const circumstances = {
  declaration,
  sourceType: BlobType.BLOCK,
  sourceIsArchived: false,
  length: 1_000,
  sameAccount: false,
  wait: true,
};

function methods(change: Partial<Parameters<typeof chooseMethods>[0]> = {}): CopyMethod[] {
  return chooseMethods({ ...circumstances, ...change }).map(({ method }) => method);
}

test("a block blob is copied by one request that switches over at its end, with Copy Blob as the last resort", () => {
  expect(methods()).toEqual([CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.COPY_BLOB]);
});

test("a blob that is too large for one request is copied in blocks", () => {
  expect(methods({ length: MAX_PUT_BLOB })[0]).toBe(CopyMethod.PUT_BLOB_FROM_URL);
  expect(methods({ length: MAX_PUT_BLOB + 1 })[0]).toBe(CopyMethod.PUT_BLOCK_FROM_URL);
});

test("within an account a larger blob is a pointer copy, and a small one is not worth its restore point", () => {
  expect(methods({ sameAccount: true, length: MIN_POINTER_COPY })[0]).toBe(CopyMethod.COPY_BLOB);
  expect(methods({ sameAccount: true, length: MIN_POINTER_COPY - 1 })[0]).toBe(CopyMethod.PUT_BLOB_FROM_URL);
});

test.each([
  [BlobType.PAGE, CopyMethod.PUT_PAGE_FROM_URL],
  [BlobType.APPEND, CopyMethod.APPEND_BLOCK_FROM_URL],
])("a %s is copied by ranges across accounts and by Copy Blob within one", (sourceType, byRanges) => {
  expect(methods({ sourceType })).toEqual([byRanges, CopyMethod.COPY_BLOB]);
  expect(methods({ sourceType, sameAccount: true })).toEqual([CopyMethod.COPY_BLOB, byRanges]);
});

test("only Copy Blob reads an archived source or takes a rehydrate priority", () => {
  expect(methods({ sourceIsArchived: true })).toEqual([CopyMethod.COPY_BLOB]);
  expect(methods({ declaration: { ...declaration, rehydratePriority: RehydratePriority.HIGH } })).toEqual([CopyMethod.COPY_BLOB]);
});

test("a copy that is not waited for is started by Copy Blob where the service takes it", () => {
  expect(methods({ wait: false })[0]).toBe(CopyMethod.COPY_BLOB);
});

test("a declared method is the only one", () => {
  expect(methods({ declaration: { ...declaration, method: CopyMethod.COPY_BLOB_FROM_URL } })).toEqual([CopyMethod.COPY_BLOB_FROM_URL]);
});

test("a restore point is needed where a failure could leave the destination halfway", () => {
  const needed = Object.values(CopyMethod).filter((method) => needsRestorePoint(method, declaration, true, undefined));
  expect(needed).not.toContain(CopyMethod.PUT_BLOB_FROM_URL);
  expect(needed).not.toContain(CopyMethod.PUT_BLOCK_FROM_URL);
  expect(needed).not.toContain(CopyMethod.COPY_BLOB_FROM_URL);
  expect(needed).toEqual(expect.arrayContaining([CopyMethod.COPY_BLOB, CopyMethod.PUT_PAGE_FROM_URL, CopyMethod.APPEND_BLOCK_FROM_URL]));
});

test("a restore point is needed too where headers have to be set after the copy", () => {
  const withHeaders = { ...declaration, contentHeaders: { contentType: "text/plain" } };
  expect(needsRestorePoint(CopyMethod.COPY_BLOB_FROM_URL, withHeaders, true, undefined)).toBe(true);
  expect(needsRestorePoint(CopyMethod.PUT_BLOB_FROM_URL, withHeaders, true, undefined)).toBe(false);
});

describe("a copy that is not waited for", () => {
  const headers = { ...declaration, contentHeaders: { contentType: "text/plain" } };

  test("is made by a method that is done when it is answered, where something is to be set at the end", () => {
    expect(methods({ wait: false, declaration: headers })).not.toContain(CopyMethod.COPY_BLOB);
    expect(methods({ wait: false, declaration: headers, sourceType: BlobType.PAGE })[0]).toBe(CopyMethod.PUT_PAGE_FROM_URL);
    expect(methods({ wait: false, declaration: headers, sourceType: BlobType.APPEND, sameAccount: true })[0]).toBe(
      CopyMethod.APPEND_BLOCK_FROM_URL,
    );
  });

  test("is not begun where only Copy Blob would do", () => {
    expect(methods({ wait: false, declaration: headers, sourceIsArchived: true })).toEqual([]);
    expect(methods({ wait: false, declaration: { ...headers, method: CopyMethod.COPY_BLOB } })).toEqual([]);
  });

  test("is left pending where nothing is", () => {
    for (const sourceType of Object.values(BlobType)) expect(methods({ wait: false, sourceType })[0]).toBe(CopyMethod.COPY_BLOB);
  });
});

describe("blocks", () => {
  const TEBIBYTE = 1024 * 1024 * MEBIBYTE;
  test.each([1, 900 * 1024 * MEBIBYTE, TEBIBYTE, 1.5 * TEBIBYTE, 190 * TEBIBYTE])("of %d bytes are as the service takes them", (length) => {
    for (const concurrency of [16, 64]) {
      const size = blockSize(length, concurrency);
      expect(size).toBeLessThanOrEqual(4_000 * MEBIBYTE);
      expect(Math.ceil(length / size)).toBeLessThanOrEqual(50_000);
      if (length <= TEBIBYTE) expect(size).toBeLessThanOrEqual(128 * MEBIBYTE);
    }
  });
});
