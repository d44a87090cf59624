import { hasSnapshots } from "../../failure/service-codes";
import { AccessTier, CopyMethod } from "../../intent";
import { allOf, type Check, expectAll, fail, notApplicable, PASS, settled } from "../lab/check";
import { attempt, copyBlob, ended } from "../lab/copying";

/** The service's behaviour that restore points rely on. */
export const snapshotAssumptions: readonly Check[] = [
  {
    id: "snapshot-keeps-the-blob",
    says: "a snapshot has its own metadata, and leaves the blob's metadata and ETag as they were",
    async run(lab) {
      const { name, etag } = await lab.destination.put({ properties: { metadata: { base: "1" } } });
      const destination = lab.destination.destination(name);
      const taken = await destination.createSnapshot({ mark: "1" }, { ifMatch: etag, encryption: {} });
      const now = await lab.destination.properties(name);
      const [listed] = await destination.listSnapshots();
      return expectAll(
        { etag: now.etag, metadata: now.metadata, snapshot: listed?.snapshot, mark: listed?.metadata },
        { etag, metadata: { base: "1" }, snapshot: taken.snapshot, mark: { mark: "1" } },
      );
    },
  },
  {
    id: "snapshots-are-listed-in-order",
    says: "a listing with snapshots shows those of a blob before the blob itself, the oldest first",
    async run(lab) {
      const { name } = await lab.destination.put();
      const destination = lab.destination.destination(name);
      const taken = [
        await destination.createSnapshot({}, { encryption: {} }),
        await destination.createSnapshot({}, { encryption: {} }),
      ].map(({ snapshot }) => snapshot);
      const seen: (string | undefined)[] = [];
      for await (const page of lab.destination.container.list({ prefix: name, details: { snapshots: true } }))
        seen.push(...page.filter((blob) => blob.name === name).map(({ details }) => details?.snapshot));
      return expectAll({ seen }, { seen: [...taken, undefined] });
    },
  },
  {
    id: "snapshots-outlive-a-copy",
    says: "a snapshot stays, with the old content, when the blob is overwritten by a copy",
    async run(lab) {
      const old = await lab.destination.put();
      const destination = lab.destination.destination(old.name);
      const { snapshot } = await destination.createSnapshot({}, { encryption: {} });
      const from = await lab.source.put();
      const source = await lab.source.readable(from.name, CopyMethod.PUT_BLOB_FROM_URL, destination.account);
      await destination.putBlobFromUrl({ source });
      const read = await lab.destination.ask(old.name, { operation: "Get Blob", method: "GET", query: [["snapshot", snapshot]] });
      const now = await lab.destination.contentOf(old.name);
      return expectAll({ held: read.body, now }, { held: old.content, now: from.content });
    },
  },
  {
    id: "restore-from-snapshot",
    says: "Copy Blob from a blob's own snapshot puts back content, headers and MD5, and names the snapshot as its source",
    async run(lab) {
      const properties = { headers: { contentType: "text/x-old", cacheControl: "no-cache" }, metadata: { old: "1" } };
      const old = await lab.destination.put({ properties });
      const before = await lab.destination.properties(old.name);
      const destination = lab.destination.destination(old.name);
      const { snapshot } = await destination.createSnapshot({ mark: "1" }, { encryption: {} });
      const { headers: written } = await lab.destination.overwrite(old.name, "new content");
      await destination.copySnapshotBack(snapshot, {
        destinationConditions: { ifMatch: written.etag ?? "" },
        properties: { metadata: { old: "1" } },
      });
      const { headers, contentMd5, metadata, copy } = await ended(lab, old.name);
      const seen = { headers, contentMd5, metadata, content: await lab.destination.contentOf(old.name) };
      const source = copy?.source ?? "";
      const shown = source === "" || source.includes(encodeURIComponent(snapshot)) || source.includes(snapshot);
      return allOf(
        expectAll(seen, { headers: before.headers, contentMd5: before.contentMd5, metadata: before.metadata, content: old.content }),
        shown ? PASS : fail("the copy's source does not name the snapshot"),
      );
    },
  },
  {
    id: "restored-metadata-of-snapshot",
    says: "Copy Blob from a snapshot copies the snapshot's metadata if the request declares none",
    async run(lab) {
      const { name } = await lab.destination.put();
      const destination = lab.destination.destination(name);
      const { snapshot } = await destination.createSnapshot({ mark: "1" }, { encryption: {} });
      await destination.copySnapshotBack(snapshot, {});
      return expectAll({ metadata: (await ended(lab, name)).metadata }, { metadata: { mark: "1" } });
    },
  },
  {
    id: "blob-with-snapshots-stays",
    says: "a blob with snapshots is deleted only if the request includes them; a snapshot can be deleted by itself",
    async run(lab) {
      const { name } = await lab.destination.put();
      const destination = lab.destination.destination(name);
      const { snapshot } = await destination.createSnapshot({}, { encryption: {} });
      const { error, refusal } = await attempt(destination.deleteBlob({}));
      if (!hasSnapshots(error)) return fail(`it was answered ${refusal ?? "with success"}`);
      await destination.deleteSnapshot(snapshot);
      await destination.deleteBlob({});
      return expectAll({ now: await destination.getProperties() }, { now: undefined });
    },
  },
  {
    id: "snapshot-and-copy-properties",
    says: "a snapshot shows the copy properties of its blob, or none",
    async run(lab) {
      const { name, destination } = await copyBlob(lab, lab.source);
      await ended(lab, name);
      const { snapshot } = await destination.createSnapshot({}, { encryption: {} });
      const { headers } = await lab.destination.ask(name, {
        operation: "Get Blob Properties",
        method: "HEAD",
        query: [["snapshot", snapshot]],
      });
      return settled(headers["x-ms-copy-id"] === undefined ? "it shows none" : "it shows them");
    },
  },
  {
    id: "snapshot-of-archived",
    says: "a snapshot of an archived blob is refused, or taken",
    async run(lab) {
      const name = lab.destination.freshName();
      const headers = { "x-ms-blob-type": "BlockBlob", "x-ms-access-tier": AccessTier.ARCHIVE };
      const put = await lab.destination.ask(name, { operation: "Put Blob", headers, body: "archived" });
      if (put.status >= 300) return notApplicable(`the account does not archive (${put.code ?? put.status})`);
      const { refusal } = await attempt(lab.destination.destination(name).createSnapshot({}, { encryption: {} }));
      return settled(refusal === undefined ? "it is taken" : refusal);
    },
  },
];
