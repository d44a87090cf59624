import { isAbsent } from "../../failure/service-codes";
import { AccessTier } from "../../intent";
import { type Check, expectAll, fail, PASS } from "../lab/check";
import { attempt } from "../lab/copying";

const NEVER = new AbortController().signal;

/** The results of reads, and the meaning of an ETag. */
export const readAssumptions: readonly Check[] = [
  {
    id: "absent-blob",
    says: "the service distinguishes a missing blob from a missing container, also for HEAD",
    async run(lab) {
      const name = lab.destination.freshName();
      const absent = await lab.destination.destination(name).getProperties();
      const { blobEndpoint, credential } = lab.destination.container.reference;
      const elsewhere = { blobEndpoint, containerName: "blobcopy-conformance-none", ...(credential === undefined ? {} : { credential }) };
      const location = lab.store.container(elsewhere, "destination").locationOf(name);
      const { error } = await attempt(lab.store.destination(location).getProperties());
      if (absent !== undefined || error === undefined) return fail("a missing blob or container was not reported as missing");
      return isAbsent(error) ? fail("a missing container is reported as a missing blob") : PASS;
    },
  },
  {
    id: "writes-change-the-etag",
    says: "writing content, headers or metadata changes the ETag",
    async run(lab) {
      const { name, etag } = await lab.destination.put();
      const etags = [
        etag,
        (await lab.destination.setHeaders(name, "text/x")).headers.etag,
        (await lab.destination.setMetadata(name, { a: "1" })).headers.etag,
        (await lab.destination.overwrite(name, "again")).headers.etag,
      ];
      return expectAll({ different: new Set(etags).size }, { different: etags.length });
    },
  },
  {
    id: "tags-and-tier-keep-the-etag",
    says: "setting tags or the tier leaves the ETag and the time of the last change as they were",
    async run(lab) {
      const { name } = await lab.destination.put();
      const before = await lab.destination.properties(name);
      await lab.destination.destination(name).setTags({ team: "a" });
      await lab.destination.must(name, {
        operation: "Set Blob Tier",
        query: [["comp", "tier"]],
        headers: { "x-ms-access-tier": AccessTier.COOL },
      });
      const { etag, lastModified, tagCount, tier } = await lab.destination.properties(name);
      return expectAll(
        { etag, lastModified: lastModified.getTime(), tagCount, tier },
        { etag: before.etag, lastModified: before.lastModified.getTime(), tagCount: 1, tier: "Cool" },
      );
    },
  },
  {
    id: "metadata-keeps-its-case",
    says: "metadata comes back with the names and values that it was written with",
    async run(lab) {
      const metadata = { MixedCase: "Value with  spaces, commas; and = signs", lower: "x" };
      const { name } = await lab.destination.put({ properties: { metadata } });
      return expectAll({ metadata: (await lab.destination.properties(name)).metadata }, { metadata });
    },
  },
  {
    id: "tags-come-back",
    says: "tags come back as they were written, with all characters that are allowed",
    async run(lab) {
      const tags = { "a key": "v+1", "k:/=_-.": "x y" };
      const { name } = await lab.destination.put();
      const destination = lab.destination.destination(name);
      await destination.setTags(tags);
      return expectAll(await destination.getTags(), tags);
    },
  },
  {
    id: "ranges-tell-the-length",
    says: "a read of a range shows the length of the whole blob, and is refused when the blob has changed since",
    async run(lab) {
      const { name, content, etag } = await lab.destination.put();
      const read = await lab.destination.container.readBlob(name, NEVER);
      let text = "";
      for await (const part of read?.text ?? []) text += part;
      const headers = { "x-ms-range": "bytes=0-3", "if-match": etag };
      const range = await lab.destination.ask(name, { operation: "Get Blob", method: "GET", headers });
      await lab.destination.overwrite(name, "changed");
      const later = await lab.destination.ask(name, { operation: "Get Blob", method: "GET", headers });
      return expectAll(
        { text, etag: read?.etag, range: range.body, of: range.headers["content-range"]?.split("/")[1], later: later.status },
        { text: content, etag, range: content.slice(0, 4), of: String(content.length), later: 412 },
      );
    },
  },
  {
    id: "names-are-kept",
    says: "blobs keep names with blanks, percent signs and letters of all scripts",
    async run(lab) {
      const names = [`100% of it + "more"/a b`, "größe/名前"].map((name) => `${lab.destination.freshName("name")}/${name}`);
      for (const name of names) await lab.destination.put({}, name);
      const listed: string[] = [];
      for await (const page of lab.destination.container.list({ prefix: "name " })) listed.push(...page.map(({ name }) => name));
      return expectAll({ listed: names.every((name) => listed.includes(name)) }, { listed: true });
    },
  },
];
