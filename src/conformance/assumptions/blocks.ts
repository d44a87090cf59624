import { randomBytes } from "node:crypto";
import type { RangeRequest } from "../../engine/ports/requests";
import { blocksAreInTheWay } from "../../failure/service-codes";
import { AccessTier, CopyMethod } from "../../intent";
import { allOf, type Check, expectAll, fail, PASS, settled } from "../lab/check";
import { attempt } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";

const NEVER = new AbortController().signal;

/** Ids of one length, as the program makes them. */
function idsOf(count: number, bytes = 9): string[] {
  const prefix = randomBytes(bytes).toString("base64");
  return Array.from({ length: count }, (_, index) => `${prefix}${Buffer.from(String(index).padStart(6, "0")).toString("base64")}`);
}

async function halves(lab: Laboratory, name: string) {
  const from = await lab.source.put({ content: "first half,second half" });
  const source = await lab.source.readable(from.name, CopyMethod.PUT_BLOCK_FROM_URL, lab.destination.container.account);
  const range = (offset: number): RangeRequest => ({
    source,
    sourceRange: { offset, count: 11 },
    sourceConditions: { ifMatch: from.etag },
    encryption: {},
  });
  const destination = lab.destination.destination(name);
  return { from, destination, range };
}

/** Put Block From URL and Put Block List. */
export const blockAssumptions: readonly Check[] = [
  {
    id: "staged-blocks-do-not-show",
    says: "staged blocks change nothing that a client reads, under a free name or at a blob",
    async run(lab) {
      const there = await lab.destination.put();
      const free = lab.destination.freshName();
      for (const name of [there.name, free]) {
        const { destination, range } = await halves(lab, name);
        await destination.putBlockFromUrl(idsOf(1)[0] ?? "", range(0));
      }
      const [now, absent] = await Promise.all([lab.destination.properties(there.name), lab.destination.destination(free).getProperties()]);
      return expectAll({ etag: now.etag, absent }, { etag: there.etag, absent: undefined });
    },
  },
  {
    id: "block-list-commits",
    says: "Put Block List makes a blob from its blocks in their order, with the headers, MD5, metadata, tags and tier that it declares",
    async run(lab) {
      const name = lab.destination.freshName();
      const { destination, range } = await halves(lab, name);
      const [first = "", second = ""] = idsOf(2);
      await destination.putBlockFromUrl(second, range(0));
      await destination.putBlockFromUrl(first, range(11));
      const contentMd5 = "1B2M2Y8AsgTpgAmY7PhCfg==";
      const properties = {
        headers: { contentType: "text/x" },
        contentMd5,
        metadata: { a: "1" },
        tags: { t: "1" },
        tier: AccessTier.COOL,
      };
      await destination.putBlockList([second, first], { properties });
      const { headers, tier, metadata, contentMd5: md5 } = await lab.destination.properties(name);
      const seen = { content: await lab.destination.contentOf(name), headers, tier, metadata, md5, tags: await destination.getTags() };
      return expectAll(seen, {
        content: "first half,second half",
        headers: properties.headers,
        tier: "Cool",
        metadata: { a: "1" },
        md5: contentMd5,
        tags: { t: "1" },
      });
    },
  },
  {
    id: "committed-blocks-are-listed",
    says: "Get Block List names the committed blocks in their order, with the ETag of the blob",
    async run(lab) {
      const name = lab.destination.freshName();
      const { destination, range } = await halves(lab, name);
      const ids = idsOf(2);
      for (const [index, id] of ids.entries()) await destination.putBlockFromUrl(id, range(index * 11));
      const { etag } = await destination.putBlockList(ids, {});
      const found = await lab.destination.container.committedBlocks(name, NEVER);
      return expectAll({ ids: found?.blockIds, etag: found?.etag, length: found?.length }, { ids, etag, length: 22 });
    },
  },
  {
    id: "uncommitted-blocks-of-others",
    says: "blocks outside the block list are dropped when the blob is written again, or stay",
    async run(lab) {
      const name = lab.destination.freshName();
      const { destination, range } = await halves(lab, name);
      const [mine = "", others = ""] = idsOf(2);
      await destination.putBlockFromUrl(others, range(0));
      await lab.destination.overwrite(name, "written anew");
      await destination.putBlockFromUrl(mine, range(11));
      const { refusal } = await attempt(destination.putBlockList([mine, others], {}));
      return refusal === undefined ? settled("they stay") : settled(`they are dropped (${refusal})`);
    },
  },
  {
    id: "block-ids-of-other-length",
    says: "blocks whose ids differ in length from those of existing blocks are refused as in the way, or taken",
    async run(lab) {
      const name = lab.destination.freshName();
      const { destination, range } = await halves(lab, name);
      await destination.putBlockFromUrl(idsOf(1, 9)[0] ?? "", range(0));
      const { error, refusal } = await attempt(destination.putBlockFromUrl(idsOf(1, 6)[0] ?? "", range(11)));
      if (error === undefined) return settled("they are taken");
      return blocksAreInTheWay(error) ? settled(refusal) : fail(`it was answered ${refusal}`);
    },
  },
  {
    id: "empty-block-list",
    says: "an empty block list makes an empty blob, which can be deleted, and removes the staged blocks",
    async run(lab) {
      const name = lab.destination.freshName();
      const { destination, range } = await halves(lab, name);
      const [id = ""] = idsOf(1);
      await destination.putBlockFromUrl(id, range(0));
      const { etag } = await destination.putBlockList([], {
        destinationConditions: { ifNoneMatch: "*" },
        properties: { metadata: { a: "1" } },
      });
      const { length } = await lab.destination.properties(name);
      await destination.deleteBlob({ ifMatch: etag });
      const { refusal } = await attempt(destination.putBlockList([id], {}));
      return allOf(expectAll({ length }, { length: 0 }), refusal === undefined ? fail("the staged block was still there") : PASS);
    },
  },
  {
    id: "block-of-changed-source",
    says: "a block is refused when the source is not in the expected state",
    async run(lab) {
      const { destination, range } = await halves(lab, lab.destination.freshName());
      const { refusal } = await attempt(
        destination.putBlockFromUrl(idsOf(1)[0] ?? "", { ...range(0), sourceConditions: { ifMatch: '"0x8D0000000000000"' } }),
      );
      return refusal === undefined ? fail("it was taken") : settled(refusal);
    },
  },
];
