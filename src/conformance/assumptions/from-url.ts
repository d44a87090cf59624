import { asksForTags } from "../../azure/rest/request-headers";
import { BlobType, CopyMethod } from "../../intent";
import { methodRefused } from "../../failure/service-codes";
import type { WrittenProperties } from "../../engine/ports/blob-properties";
import { type Check, expectAll, fail, PASS, settled } from "../lab/check";
import type { Seed, Seeded } from "../lab/bench";
import { attempt } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";

const HEADERS = { contentType: "text/x-source", contentLanguage: "en", cacheControl: "no-cache" };

async function putBlobFromUrl(lab: Laboratory, seed: Seed = {}, properties: WrittenProperties = {}) {
  const from = await lab.source.put(seed);
  const name = lab.destination.freshName();
  const destination = lab.destination.destination(name);
  const access = asksForTags(properties) ? "content-and-tags" : "content";
  const source = await lab.source.readable(from.name, CopyMethod.PUT_BLOB_FROM_URL, destination.account, access);
  return { from, name, destination, attempted: await attempt(destination.putBlobFromUrl({ source, properties })) };
}

async function copyBlobFromUrl(lab: Laboratory, from: Seeded, properties: WrittenProperties = {}) {
  const name = lab.destination.freshName();
  const destination = lab.destination.destination(name);
  const source = await lab.source.readable(from.name, CopyMethod.COPY_BLOB_FROM_URL, destination.account);
  return { name, attempted: await attempt(destination.copyBlobFromUrl({ source, properties })) };
}

/** Put Blob From URL and Copy Blob From URL. */
export const fromUrlAssumptions: readonly Check[] = [
  {
    id: "put-blob-from-url-takes-properties",
    says: "Put Blob From URL copies content, headers and MD5, and leaves no copy properties",
    async run(lab) {
      const { from, name, attempted } = await putBlobFromUrl(lab, { properties: { headers: HEADERS } });
      if (attempted.refusal !== undefined) return fail(`it was answered ${attempted.refusal}`);
      const source = await lab.source.properties(from.name);
      const { headers, contentMd5, copy } = await lab.destination.properties(name);
      const content = await lab.destination.contentOf(name);
      return expectAll(
        { headers, contentMd5, copy, content },
        { headers: source.headers, contentMd5: source.contentMd5, copy: undefined, content: from.content },
      );
    },
  },
  {
    id: "put-blob-from-url-declared-headers",
    says: "headers that Put Blob From URL declares replace those of the source, and the others are copied",
    async run(lab) {
      const declared = { headers: { contentType: "text/x-declared" } };
      const { name, attempted } = await putBlobFromUrl(lab, { properties: { headers: HEADERS } }, declared);
      if (attempted.refusal !== undefined) return fail(`it was answered ${attempted.refusal}`);
      return expectAll({ ...(await lab.destination.properties(name)).headers }, { ...HEADERS, ...declared.headers });
    },
  },
  {
    id: "put-blob-from-url-and-metadata",
    says: "Put Blob From URL without metadata copies the source's metadata, or leaves it",
    async run(lab) {
      const metadata = { kept: "1" };
      const { name, attempted } = await putBlobFromUrl(lab, { properties: { metadata } });
      if (attempted.refusal !== undefined) return fail(`it was answered ${attempted.refusal}`);
      const kept = Object.keys((await lab.destination.properties(name)).metadata).length > 0;
      return settled(kept ? "it copies it" : "it leaves it");
    },
  },
  {
    id: "put-blob-from-url-sets-properties",
    says: "Put Blob From URL sets the metadata, tags and tier that it declares",
    async run(lab) {
      const properties = { metadata: { Own: "yes" }, tags: { team: "b c" }, tier: "Cool" };
      const { name, destination, attempted } = await putBlobFromUrl(lab, { properties: { metadata: { theirs: "1" } } }, properties);
      if (attempted.refusal !== undefined) return fail(`it was answered ${attempted.refusal}`);
      const { metadata, tier } = await lab.destination.properties(name);
      return expectAll({ metadata, tier, tags: await destination.getTags() }, properties);
    },
  },
  {
    id: "source-tags-on-request",
    says: "the source's tags are copied when the request asks for them",
    async run(lab) {
      const tags = { team: "source" };
      const { destination, attempted } = await putBlobFromUrl(lab, { properties: { tags } }, { tagsOfSource: true });
      if (attempted.refusal !== undefined) return fail(`it was answered ${attempted.refusal}`);
      return expectAll(await destination.getTags(), tags);
    },
  },
  {
    id: "empty-source",
    says: "Put Blob From URL takes an empty source, or refuses it as unsuitable for this method",
    async run(lab) {
      const { name, attempted } = await putBlobFromUrl(lab, { content: "" });
      if (attempted.refusal === undefined)
        return (await lab.destination.properties(name)).length === 0 ? settled("it is taken") : fail("the copy is not empty");
      return methodRefused(attempted.error, { sameAccount: false, isEmpty: true }) === undefined
        ? fail(`it was answered ${attempted.refusal}`)
        : settled(attempted.refusal);
    },
  },
  {
    id: "copy-blob-from-url-has-ended",
    says: "Copy Blob From URL has ended when it is answered, and the destination shows the copy's id",
    async run(lab) {
      const { name, attempted } = await copyBlobFromUrl(lab, await lab.source.put());
      if (attempted.refusal !== undefined) return fail(`it was answered ${attempted.refusal}`);
      const { status, copyId } = attempted.result;
      const { copy } = await lab.destination.properties(name);
      return expectAll({ status, shown: copy?.status, id: copy?.id }, { status: "success", shown: "success", id: copyId });
    },
  },
  {
    id: "copy-blob-from-url-needs-a-block-blob",
    says: "Copy Blob From URL refuses other sources than block blobs, so that another method can be tried",
    async run(lab) {
      const { attempted } = await copyBlobFromUrl(lab, await lab.source.put({ type: BlobType.APPEND }));
      if (attempted.refusal === undefined) return settled("it takes an append blob");
      return methodRefused(attempted.error, { sameAccount: !lab.hasTwoAccounts, isEmpty: false }) === undefined
        ? fail(`it was answered ${attempted.refusal}`)
        : PASS;
    },
  },
];
