import type { ListedBlob, ListRequest } from "../../engine/ports/blob-container";
import { BlobType } from "../../intent";
import { type Check, expectAll, settled } from "../lab/check";
import type { Bench, Seed } from "../lab/bench";
import { attempt } from "../lab/copying";

/** Puts blobs below a new prefix. */
async function put(bench: Bench, names: readonly string[], seed: Seed = {}): Promise<string> {
  const prefix = `${bench.freshName("listed")}/`;
  for (const name of names) await bench.put(seed, prefix + name);
  return prefix;
}

async function list(bench: Bench, request: ListRequest): Promise<ListedBlob[]> {
  const blobs: ListedBlob[] = [];
  for await (const page of bench.container.list(request)) blobs.push(...page);
  return blobs;
}

/** List Blobs, from which sets decide what to copy. */
export const listingAssumptions: readonly Check[] = [
  {
    id: "listing-tells-as-a-look-does",
    says: "a listing shows length, ETag, time, type, MD5 and tier of a blob as Get Blob Properties does",
    async run(lab) {
      const prefix = await put(lab.source, ["block"]);
      await lab.source.put({ type: BlobType.PAGE }, `${prefix}page`);
      const listed = await list(lab.source, { prefix });
      const looks = await Promise.all(listed.map(({ name }) => lab.source.properties(name)));
      const told = listed.map(({ length, etag, lastModified, blobType, contentMd5, tier }) => ({
        ...{ length, etag, blobType, contentMd5, tier },
        at: Date.parse(lastModified),
      }));
      const seen = looks.map(({ length, etag, lastModified, blobType, contentMd5, tier }) => ({
        ...{ length, etag, blobType, contentMd5, tier },
        at: lastModified.getTime(),
      }));
      return expectAll({ told }, { told: seen });
    },
  },
  {
    id: "listing-has-details",
    says: "a listing shows headers, metadata and tags when the request asks for them",
    async run(lab) {
      const properties = { headers: { contentType: "text/x" }, metadata: { Mixed: "a & b" }, tags: { team: "a" } };
      const prefix = await put(lab.source, ["one"], { properties });
      const [blob] = await list(lab.source, { prefix, details: { headers: true, metadata: true, tags: true } });
      const { headers, metadata, tags } = blob?.details ?? {};
      return expectAll({ headers, metadata, tags }, properties);
    },
  },
  {
    id: "listing-in-pages",
    says: "a listing in pages has every blob once, in one order on both sides",
    async run(lab) {
      const names = ["a-b", "a/b", "a.b", "B", "a", "é"];
      const orders = await Promise.all(
        [lab.source, lab.destination].map(async (bench) => {
          const prefix = await put(bench, names);
          return (await list(bench, { prefix, pageSize: 2 })).map(({ name }) => name.slice(prefix.length));
        }),
      );
      const [source = [], destination = []] = orders;
      return expectAll({ all: [...source].sort(), destination }, { all: [...names].sort(), destination: source });
    },
  },
  {
    id: "listing-from-a-name-on",
    says: "a listing that starts at a name begins there, begins at the beginning, or is refused",
    async run(lab) {
      const prefix = await put(lab.source, ["a", "b", "c"]);
      const { result, refusal } = await attempt(list(lab.source, { prefix, startFrom: `${prefix}b` }));
      if (result === undefined) return settled(`it is refused: ${refusal}`);
      const names = result.map(({ name }) => name.slice(prefix.length)).join();
      if (names === "b,c") return settled("it begins there");
      return names === "a,b,c" ? settled("it begins at the beginning") : expectAll({ names }, { names: "b,c" });
    },
  },
  {
    id: "empty-blobs-are-listed-with-md5-or-not",
    says: "an empty blob is listed with the MD5 of nothing, or without any",
    async run(lab) {
      const prefix = await put(lab.source, ["empty"], { content: "" });
      const [blob] = await list(lab.source, { prefix });
      return blob?.length === 0
        ? settled(blob.contentMd5 === undefined ? "without" : "with its MD5")
        : expectAll({ length: blob?.length }, { length: 0 });
    },
  },
];
