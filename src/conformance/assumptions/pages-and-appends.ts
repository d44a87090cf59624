import type { PageRequest, RangeRequest } from "../../engine/ports/requests";
import { changedMeanwhile, isAppendedElsewhere } from "../../failure/service-codes";
import { BlobType, CopyMethod } from "../../intent";
import { type Check, expectAll, fail, PASS } from "../lab/check";
import { attempt } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";

const PAGE = 512;
const ANOTHER_STATE = '"0x8D0000000000000"';

async function rangeOf(lab: Laboratory, type: BlobType, method: CopyMethod, content: string): Promise<RangeRequest> {
  const from = await lab.source.put({ type, content });
  const source = await lab.source.readable(from.name, method, lab.destination.container.account);
  return { source, sourceRange: { offset: 0, count: content.length }, encryption: {} };
}

const page = (lab: Laboratory): Promise<PageRequest> => rangeOf(lab, BlobType.PAGE, CopyMethod.PUT_PAGE_FROM_URL, "p".repeat(PAGE));
const block = (lab: Laboratory) => rangeOf(lab, BlobType.APPEND, CopyMethod.APPEND_BLOCK_FROM_URL, "appended");

/** Blob types that are written bit by bit. */
export const pageAndAppendAssumptions: readonly Check[] = [
  {
    id: "page-blob-begins-empty",
    says: "a new page blob has zeros and the declared sequence number; Put Page From URL fills it and answers with its new ETag",
    async run(lab) {
      const name = lab.destination.freshName();
      const destination = lab.destination.destination(name);
      await destination.createPageBlob(2 * PAGE, { sequenceNumber: 7 });
      const { etag } = await destination.putPageFromUrl({ ...(await page(lab)), ifSequenceNumber: 7 });
      const found = { content: await lab.destination.contentOf(name), etag: (await lab.destination.properties(name)).etag };
      return expectAll(found, { content: "p".repeat(PAGE) + "\0".repeat(PAGE), etag });
    },
  },
  {
    id: "sequence-number-keeps-pages-out",
    says: "Put Page From URL is refused for a sequence number that is not the blob's",
    async run(lab) {
      const destination = lab.destination.destination();
      await destination.createPageBlob(PAGE, { sequenceNumber: 7 });
      const { refusal } = await attempt(destination.putPageFromUrl({ ...(await page(lab)), ifSequenceNumber: 8 }));
      return expectAll({ refusal }, { refusal: "412 SequenceNumberConditionNotMet" });
    },
  },
  {
    id: "sequence-number-can-be-set",
    says: "Set Blob Properties sets the sequence number and leaves the headers",
    async run(lab) {
      const name = lab.destination.freshName();
      const destination = lab.destination.destination(name);
      await destination.createPageBlob(PAGE, { sequenceNumber: 7, properties: { headers: { contentType: "text/x" } } });
      const { etag } = await destination.setSequenceNumber(0, {});
      const now = await lab.destination.properties(name);
      return expectAll({ etag: now.etag, type: now.headers.contentType }, { etag, type: "text/x" });
    },
  },
  {
    id: "page-ranges-hold-data",
    says: "Get Page Ranges lists the written pages and leaves out the others",
    async run(lab) {
      const { name } = await lab.source.put({ type: BlobType.PAGE, content: "p".repeat(PAGE) });
      const empty = lab.source.freshName();
      await lab.source.must(empty, {
        operation: "Put Blob",
        headers: { "x-ms-blob-type": BlobType.PAGE, "x-ms-blob-content-length": "4096" },
      });
      const [written, nothing] = await Promise.all([name, empty].map((one) => lab.source.source(one).getPageRanges()));
      return expectAll({ written, nothing }, { written: [{ offset: 0, count: PAGE }], nothing: [] });
    },
  },
  {
    id: "append-at-its-position",
    says: "Append Block From URL appends where the blob ends, and is refused for another position or another state",
    async run(lab) {
      const name = lab.destination.freshName();
      const destination = lab.destination.destination(name);
      await destination.createAppendBlob({});
      const range = await block(lab);
      await destination.appendBlockFromUrl(0, range);
      const { error } = await attempt(destination.appendBlockFromUrl(0, range));
      if (!isAppendedElsewhere(error)) return fail("the same block was appended twice");
      const guarded = { ...range, ifMatch: ANOTHER_STATE };
      const { error: ofAnother } = await attempt(destination.appendBlockFromUrl(range.sourceRange.count, guarded));
      if (!changedMeanwhile(ofAnother)) return fail("a block was appended to a state that was not named");
      return expectAll({ content: await lab.destination.contentOf(name) }, { content: "appended" });
    },
  },
  {
    id: "creating-replaces",
    says: "creating a page or append blob over one of its type replaces it: content, headers, metadata and tags",
    async run(lab) {
      const properties = { metadata: { old: "1" }, tags: { old: "1" } };
      for (const type of [BlobType.PAGE, BlobType.APPEND]) {
        const { name } = await lab.destination.put({ type, content: "o".repeat(PAGE), properties });
        const destination = lab.destination.destination(name);
        const request = { properties: { metadata: { unfinished: "1" } } };
        await (type === BlobType.PAGE ? destination.createPageBlob(PAGE, request) : destination.createAppendBlob(request));
        const { metadata, tagCount } = await lab.destination.properties(name);
        const content = await lab.destination.contentOf(name);
        const expected = { metadata: { unfinished: "1" }, tagCount: 0, content: type === BlobType.PAGE ? "\0".repeat(PAGE) : "" };
        const finding = expectAll({ metadata, tagCount, content }, expected);
        if (finding !== PASS) return finding;
      }
      return PASS;
    },
  },
];
