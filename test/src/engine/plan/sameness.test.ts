import {
  BlobType,
  CopyMethod,
  type CopyOptionValues,
  OverwritePolicy,
  RecopyPolicy,
  type ShownOptions,
  SourceGuard,
} from "../../../../src/intent";
import { type Compared, judge, type Verdict } from "../../../../src/engine/plan/sameness";
import type { Memory } from "../../../../src/engine/recovery/memory";

const { ALWAYS, NEVER, IF_DIFFERENT, IF_SOURCE_NEWER } = OverwritePolicy;
const SOURCE = "https://source.blob.test/container/a";
const DESTINATION = "https://destination.blob.test/container/a";

const side = (more: Partial<Compared> & { readonly writtenAt?: number } = {}): Compared => ({
  length: 10,
  blobType: BlobType.BLOCK,
  contentMd5: "md5",
  lastModified: () => more.writtenAt ?? 1_000,
  tier: "Hot",
  headers: { contentType: "text/plain" },
  metadata: {},
  ...more,
});

function verdict(
  options: Partial<CopyOptionValues>,
  source: Compared | undefined,
  destination: Compared,
  more: {
    readonly recopy?: RecopyPolicy;
    readonly memory?: Memory;
    readonly sourceUrl?: string;
    readonly sourceIsImmutable?: boolean;
  } = {},
): Verdict["kind"] {
  return judge({
    options: { overwrite: IF_DIFFERENT, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG, ...options },
    recopy: more.recopy ?? RecopyPolicy.ON_INTENT_CHANGE,
    source,
    destination,
    sourceUrl: () => more.sourceUrl ?? SOURCE,
    destinationUrl: () => DESTINATION,
    sourceIsImmutable: more.sourceIsImmutable,
    memory: more.memory,
  }).kind;
}

const putBack = (source: string) => ({
  id: "1",
  status: "success" as const,
  source,
  bytesCopied: 10,
  bytesTotal: 10,
  completedOn: new Date(),
  statusDescription: undefined,
});

describe("one meaning of each policy", () => {
  test.each([
    [ALWAYS, "copy", "copy", "copy"],
    [NEVER, "skip", "refuse", "refuse"],
    [IF_DIFFERENT, "skip", "copy", "skip"],
    [IF_SOURCE_NEWER, "skip", "skip", "skip"],
  ])("%s with the same, with other, and with unproven content", (overwrite, same, other, unproven) => {
    expect(verdict({ overwrite }, side(), side({ writtenAt: 2_000 }))).toBe(same);
    expect(verdict({ overwrite }, side(), side({ contentMd5: "other", writtenAt: 2_000 }))).toBe(other);
    expect(verdict({ overwrite }, side({ contentMd5: undefined }), side({ writtenAt: 2_000 }))).toBe(unproven);
  });

  test.each([ALWAYS, NEVER, IF_DIFFERENT, IF_SOURCE_NEWER])(
    "%s with EVERY_DEPLOY skips what is unchanged since it was copied",
    (overwrite) => {
      const recopy = RecopyPolicy.EVERY_DEPLOY;
      expect(verdict({ overwrite }, side({ contentMd5: undefined }), side({ writtenAt: 2_000 }), { recopy })).toBe("skip");
    },
  );

  test("a source that cannot be seen is never the same", () => {
    expect(verdict({ overwrite: NEVER }, undefined, side())).toBe("refuse");
    expect(verdict({}, undefined, side())).toBe("copy");
  });
});

describe("MD5", () => {
  test.each([BlobType.PAGE, BlobType.APPEND])("equal ones of a %s prove nothing, since writing leaves them as they are", (blobType) => {
    const destination = side({ blobType, writtenAt: 2_000 });
    expect(verdict({}, side({ blobType, writtenAt: 3_000 }), destination)).toBe("copy");
    expect(verdict({}, side({ blobType }), destination)).toBe("skip");
    expect(verdict({ overwrite: NEVER }, side({ blobType }), destination)).toBe("refuse");
    expect(verdict({ overwrite: NEVER }, side({ blobType }), destination, { memory: "this copy" })).toBe("skip");
  });
});

describe("nothing", () => {
  const empty = (more: Parameters<typeof side>[0] = {}) => side({ length: 0, contentMd5: undefined, writtenAt: 2_000, ...more });

  test.each([ALWAYS, NEVER, IF_DIFFERENT, IF_SOURCE_NEWER])(
    "%s takes two empty blobs for the same as any that have one MD5",
    (overwrite) => {
      const withMd5 = verdict({ overwrite }, side({ writtenAt: 2_000 }), side({ writtenAt: 2_000 }));
      expect(verdict({ overwrite }, empty(), empty())).toBe(withMd5);
      expect(verdict({ overwrite }, empty(), empty({ contentMd5: "of nothing" }), { memory: "another" })).toBe(withMd5);
      expect(verdict({ overwrite }, empty({ contentMd5: "of nothing" }), empty(), { sourceIsImmutable: true })).toBe(withMd5);
      const appended = empty({ blobType: BlobType.APPEND });
      expect(verdict({ overwrite }, appended, appended)).toBe(withMd5);
    },
  );

  test("is not what another server says of its length without its content", () => {
    expect(verdict({}, empty({ blobType: undefined, writtenAt: 1_000 }), empty())).toBe("copy");
  });

  test("is only what has ended, is of the type that is copied, and has what is declared", () => {
    expect(verdict({}, empty(), empty({ copy: { ...putBack(SOURCE), status: "pending", bytesTotal: 0 } }))).toBe("copy");
    expect(verdict({}, empty({ blobType: BlobType.APPEND }), empty())).toBe("copy");
    expect(verdict({ metadata: { a: "1" } }, empty(), empty())).toBe("copy");
  });
});

describe("what the service shows of the options", () => {
  test("is as declared, or the blob is copied", () => {
    const later = (shown: ShownOptions | undefined) => side({ writtenAt: 2_000, shown });
    expect(verdict({ encryptionScope: "vault" }, side(), later({ encryptionScope: "vault" }))).toBe("skip");
    expect(verdict({ encryptionScope: "vault" }, side(), later({ encryptionScope: "other" }))).toBe("copy");
    expect(verdict({ encryptionScope: "vault" }, side(), later({}))).toBe("copy");
    expect(verdict({}, side(), later({ encryptionScope: "other" }))).toBe("skip");
    expect(verdict({ seal: true }, side(), later({}))).toBe("copy");
    expect(verdict({ seal: false }, side(), later({ seal: true }))).toBe("copy");
    expect(verdict({ seal: false, legalHold: false }, side(), later({}))).toBe("skip");
    const until = "2099-01-01T00:00:00Z";
    const inHttp = "Thu, 01 Jan 2099 00:00:00 GMT";
    expect(verdict({ immutabilityPolicy: { until } }, side(), later({ immutabilityPolicy: { until: inHttp, mode: "Unlocked" } }))).toBe(
      "skip",
    );
    expect(verdict({ immutabilityPolicy: { until } }, side(), later({ immutabilityPolicy: { until: inHttp, mode: "Locked" } }))).toBe(
      "copy",
    );
  });

  test("a declared MD5 of the content that the destination does not have makes it another one, whatever times tell", () => {
    const declared = { sourceContentMd5: "declared" };
    expect(verdict(declared, side({ contentMd5: undefined }), side({ writtenAt: 2_000 }))).toBe("copy");
    expect(verdict(declared, side({ contentMd5: undefined }), side({ writtenAt: 2_000, contentMd5: "declared" }))).toBe("skip");
  });
});

describe("times", () => {
  test.each([IF_DIFFERENT, IF_SOURCE_NEWER])("%s copies over what a rollback put back, however late it was written", (overwrite) => {
    const source = side({ contentMd5: undefined });
    for (const url of [`${DESTINATION}?snapshot=2026-01-01T00:00:00.0000000Z`, DESTINATION]) {
      expect(verdict({ overwrite }, source, side({ writtenAt: 9_000, copy: putBack(url) }))).toBe("copy");
    }
  });

  test("a declared snapshot is not a rollback", () => {
    const sourceUrl = `${SOURCE}?snapshot=2026-01-01T00:00:00.0000000Z`;
    const destination = side({ writtenAt: 9_000, copy: putBack(sourceUrl) });
    expect(verdict({}, side({ contentMd5: undefined }), destination, { sourceUrl })).toBe("skip");
    const other = `${SOURCE}?snapshot=2025-01-01T00:00:00.0000000Z`;
    const from = (url: string) => verdict({}, side({ contentMd5: undefined }), destination, { sourceUrl: url, sourceIsImmutable: true });
    expect([from(sourceUrl), from(other)]).toEqual(["skip", "copy"]);
    const own = `${DESTINATION}?snapshot=2026-01-01T00:00:00.0000000Z`;
    expect(verdict({}, side({ contentMd5: undefined }), side({ writtenAt: 9_000, copy: putBack(own) }), { sourceUrl: own })).toBe("skip");
  });
});

describe("without an MD5, a source that is older", () => {
  const source = side({ contentMd5: undefined });
  const destination = side({ writtenAt: 2_000 });

  test.each<[string, object, Verdict["kind"]]>([
    ["is in the destination where it is a blob that can be written", {}, "skip"],
    ["is older by its nature where it is a snapshot", { sourceIsImmutable: true }, "copy"],
    ["is in the destination where it is a snapshot that was copied there", { sourceIsImmutable: true, memory: "this copy" }, "skip"],
    ["tells nothing of a destination that was written since", { memory: "another" }, "copy"],
    ["tells nothing of a destination that nobody remembers", { sourceIsImmutable: true, memory: "nothing" }, "copy"],
  ])("%s", (_, more, expected) => {
    for (const recopy of [RecopyPolicy.ON_INTENT_CHANGE, RecopyPolicy.EVERY_DEPLOY]) {
      expect(verdict({}, source, destination, { recopy, ...more })).toBe(expected);
    }
  });

  test("tells nothing where the service shows that the destination is a copy of something else", () => {
    const copyOf = (url: string) => side({ writtenAt: 2_000, copy: putBack(url) });
    for (const recopy of [RecopyPolicy.ON_INTENT_CHANGE, RecopyPolicy.EVERY_DEPLOY]) {
      expect(verdict({}, source, copyOf(`${SOURCE}-of-another-release`), { recopy, memory: "nothing" })).toBe("copy");
      expect(verdict({}, source, copyOf(SOURCE), { recopy, memory: "nothing" })).toBe("skip");
    }
    const recopy = RecopyPolicy.EVERY_DEPLOY;
    expect(verdict({ overwrite: ALWAYS }, source, copyOf(`${SOURCE}-of-another-release`), { recopy })).toBe("copy");
    expect(verdict({ overwrite: NEVER }, source, copyOf(`${SOURCE}-of-another-release`), { recopy })).toBe("refuse");
  });

  test("is believed of another server only where this deployment copied it", () => {
    const web = side({ contentMd5: undefined, blobType: undefined });
    expect(verdict({}, web, destination, { memory: "nothing" })).toBe("copy");
    expect(verdict({}, web, destination, { memory: "this source" })).toBe("skip");
  });

  test("tells nothing where the service hides what was copied last, which may be a restore point", () => {
    const hidden = side({ writtenAt: 2_000, copy: putBack("") });
    for (const overwrite of [IF_DIFFERENT, IF_SOURCE_NEWER]) {
      expect(verdict({ overwrite }, source, hidden, { memory: "nothing" })).toBe("copy");
      expect(verdict({ overwrite }, source, hidden, { memory: "this copy" })).toBe("skip");
    }
  });
});

describe("what is not content", () => {
  const recopy = RecopyPolicy.EVERY_DEPLOY;

  test("EVERY_DEPLOY notices headers and metadata that the source has changed", () => {
    expect(verdict({}, side({ headers: { contentType: "text/html" } }), side(), { recopy })).toBe("copy");
    expect(verdict({}, side({ headers: {} }), side(), { recopy })).toBe("copy");
    expect(verdict({}, side({ metadata: { v: "2" } }), side({ metadata: { v: "1" } }), { recopy })).toBe("copy");
    expect(verdict({}, side({ metadata: { V: "1" } }), side({ metadata: { v: "1" } }), { recopy })).toBe("skip");
  });

  test("what is declared wins over the source", () => {
    const declared = { metadata: { v: "declared" }, contentHeaders: { contentType: "x/declared" } };
    const destination = side({ metadata: { v: "declared" }, headers: { contentType: "x/declared" } });
    expect(verdict(declared, side({ metadata: { v: "2" } }), destination, { recopy })).toBe("skip");
  });

  test("blanks around a value are the service's to drop", () => {
    expect(verdict({ metadata: { note: "  kept  " } }, side(), side({ metadata: { note: "kept" } }))).toBe("skip");
    expect(verdict({ contentHeaders: { contentType: " text/plain " } }, side(), side())).toBe("skip");
  });

  test("an empty type is the service's own, and a policy ends at a whole second", () => {
    const typed = side({ headers: { contentType: "application/octet-stream" } });
    expect(verdict({ contentHeaders: { contentType: "" } }, side(), typed)).toBe("skip");
    expect(verdict({ contentHeaders: { contentType: "" } }, side(), side())).toBe("copy");
    const policy = { until: "Thu, 01 Jan 2099 00:00:00 GMT", mode: "Unlocked" } as never;
    const declared = (until: string) => verdict({ immutabilityPolicy: { until } }, side(), side({ shown: { immutabilityPolicy: policy } }));
    expect(["2099-01-01T00:00:00.999Z", "2099-01-01", "2099-01-01T00:00:01Z"].map(declared)).toEqual(["skip", "skip", "copy"]);
  });
});

test.each(["failed", "aborted"] as const)("a page blob whose last copy %s has the length of its source, and is not the same", (status) => {
  const page = { blobType: BlobType.PAGE, contentMd5: undefined };
  const destination = side({ ...page, writtenAt: 2_000, copy: { ...putBack(SOURCE), status } });
  expect(verdict({}, side(page), destination)).toBe("copy");
  expect(verdict({ overwrite: IF_SOURCE_NEWER }, side(page), destination)).toBe("copy");
  expect(verdict({ overwrite: NEVER }, side(page), destination)).toBe("refuse");
  expect(verdict({}, side(page), side({ ...page, writtenAt: 2_000, copy: putBack(SOURCE) }))).toBe("skip");
});
