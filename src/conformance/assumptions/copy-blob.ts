import { isAboutSource } from "../../failure/service-codes";
import { CopyMethod } from "../../intent";
import { allOf, type Check, expectAll, fail, PASS, settled } from "../lab/check";
import { attempt, copyBlob, ended } from "../lab/copying";

const SECOND = 1_000;
const HEADERS = {
  contentType: "text/x-conformance",
  contentLanguage: "en",
  contentEncoding: "identity",
  contentDisposition: "inline",
  cacheControl: "no-cache",
};

/** Properties that Copy Blob copies, and those that it shows at the destination. */
export const copyBlobAssumptions: readonly Check[] = [
  {
    id: "copy-blob-is-named",
    says: "Copy Blob answers with a copy id and a status, and the destination shows both",
    async run(lab) {
      const { name, started } = await copyBlob(lab, lab.source);
      const now = await ended(lab, name);
      return allOf(
        expectAll({ id: started.copyId !== "", known: ["success", "pending"].includes(started.status) }, { id: true, known: true }),
        expectAll({ id: now.copy?.id, status: now.copy?.status }, { id: started.copyId, status: "success" }),
      );
    },
  },
  {
    id: "copy-blob-within-account",
    says: "within an account Copy Blob has ended when it is answered, or is pending",
    async run(lab) {
      const { started, name } = await copyBlob(lab, lab.destination);
      await ended(lab, name);
      return settled(`it was answered ${started.status}`);
    },
  },
  {
    id: "copy-blob-across-accounts",
    says: "between accounts Copy Blob is pending when it is answered, or has ended",
    async run(lab) {
      const { started, name } = await copyBlob(lab, lab.source);
      await ended(lab, name);
      return settled(lab.hasTwoAccounts ? `it was answered ${started.status}` : `it was answered ${started.status}, of one account`);
    },
  },
  {
    id: "copy-takes-properties",
    says: "Copy Blob copies content, headers, MD5 and metadata, but no tags",
    async run(lab) {
      const properties = { headers: HEADERS, metadata: { Kept: "as it was" }, tags: { team: "a" } };
      const { from, name } = await copyBlob(lab, lab.source, { properties });
      const source = await lab.source.properties(from.name);
      const { headers, metadata, contentMd5, tagCount } = await ended(lab, name);
      const content = await lab.destination.contentOf(name);
      const expected = {
        headers: source.headers,
        metadata: source.metadata,
        contentMd5: source.contentMd5,
        tagCount: 0,
        content: from.content,
      };
      return expectAll({ headers, metadata, contentMd5, tagCount, content }, expected);
    },
  },
  {
    id: "copy-replaces-metadata",
    says: "Copy Blob with its own metadata and tags sets these, and does not copy those of the source",
    async run(lab) {
      const own = { metadata: { Own: "yes" }, tags: { team: "b" } };
      const { name, destination } = await copyBlob(lab, lab.source, { properties: { metadata: { theirs: "1" } } }, { properties: own });
      const { metadata } = await ended(lab, name);
      return expectAll({ metadata, tags: await destination.getTags() }, own);
    },
  },
  {
    id: "copy-ends-at-last-modified",
    says: "a blob that was not written after its copy has the completion time of the copy as Last-Modified, to the second",
    async run(lab) {
      const { name } = await copyBlob(lab, lab.source);
      const { copy, lastModified } = await ended(lab, name);
      const apart = lastModified.getTime() - (copy?.completedOn?.getTime() ?? 0);
      return Math.abs(apart) <= SECOND ? PASS : fail(`Last-Modified is ${apart} ms after the completion time`);
    },
  },
  {
    id: "copy-source-is-shown",
    says: "x-ms-copy-source shows the URL of the source, with its signature, without it, or not at all",
    async run(lab) {
      const { from, name } = await copyBlob(lab, lab.source);
      await ended(lab, name);
      // The program's own client drops headers that may be secret, so this sends a plain request.
      const { headers } = await lab.destination.ask(name, { operation: "Get Blob Properties", method: "HEAD" });
      const shown = headers["x-ms-copy-source"];
      if (shown === undefined) return settled("it is not shown");
      const isSame = decodeURIComponent(new URL(shown).pathname).endsWith(`/${from.name}`);
      if (!isSame) return fail("it names another blob than the one that was copied");
      return settled(/[?&]sig=/i.test(shown) ? "it shows the signature" : "it shows no signature");
    },
  },
  {
    id: "copy-properties-end-with-put-blob",
    says: "the copy's properties are removed when the blob is overwritten",
    async run(lab) {
      const { name } = await copyBlob(lab, lab.source);
      await ended(lab, name);
      await lab.destination.overwrite(name, "written anew");
      return expectAll({ copy: (await lab.destination.properties(name)).copy }, { copy: undefined });
    },
  },
  {
    id: "copy-properties-and-set-headers",
    says: "Set Blob Properties removes the copy's properties, or leaves them",
    async run(lab) {
      const { name } = await copyBlob(lab, lab.source);
      await ended(lab, name);
      await lab.destination.setHeaders(name, "text/changed");
      const { copy } = await lab.destination.properties(name);
      return settled(copy === undefined ? "it removes them" : "it leaves them");
    },
  },
  {
    id: "copy-properties-and-set-metadata",
    says: "Set Blob Metadata removes the copy's properties, or leaves them",
    async run(lab) {
      const { name } = await copyBlob(lab, lab.source);
      await ended(lab, name);
      await lab.destination.setMetadata(name, { changed: "1" });
      const { copy } = await lab.destination.properties(name);
      return settled(copy === undefined ? "it removes them" : "it leaves them");
    },
  },
  {
    id: "missing-source",
    says: "a missing source is answered 404, within the account and from another one",
    async run(lab) {
      const attempts = await Promise.all(
        [lab.source, lab.destination].map(async (bench) => {
          const destination = lab.destination.destination();
          const source = await bench.readable("there is none", CopyMethod.COPY_BLOB, destination.account);
          return attempt(destination.copyBlob({ source }));
        }),
      );
      const wrong = attempts.find(
        ({ error }) => error === undefined || !isAboutSource(error) || (error.copySourceStatus ?? error.status) !== 404,
      );
      if (wrong !== undefined) return fail(`it was answered ${wrong.refusal ?? "with success"}`);
      return settled(attempts.map(({ refusal }) => refusal).join(" from the source's account, within the destination's "));
    },
  },
];
