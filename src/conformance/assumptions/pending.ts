import { BlobType } from "../../intent";
import { changedMeanwhile } from "../../failure/service-codes";
import { allOf, type Check, expectAll, fail, PASS, settled } from "../lab/check";
import { attempt, copyOnto, ownLarge, type PendingTry, whilePending } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";
import { LARGE_BYTES } from "../lab/laboratory";

/** Pauses between polls. */
const NOTICED_WITHIN_MILLISECONDS = [200, 1_000, 3_000];
const OTHER_ID = "11111111-1111-1111-1111-111111111111";
const OLD = { content: "the old content", properties: { metadata: { age: "old" }, headers: { contentType: "text/old" } } };

function pendingCheck(id: string, says: string, attempts: (lab: Laboratory) => PendingTry, isOver = false): Check {
  return {
    id,
    says,
    run: (lab) => whilePending(lab, attempts(lab), isOver ? OLD : undefined),
  };
}

function sourceIsWritten(lab: Laboratory): PendingTry {
  return async ({ from, name }) => {
    await lab.source.destination(from.name).setMetadata({ written: "meanwhile" }, { encryption: {} });
    for (const pause of NOTICED_WITHIN_MILLISECONDS) {
      await lab.clock.sleep(pause);
      const { copy } = await lab.destination.properties(name);
      if (copy?.status === "failed") return settled(`it fails: ${copy.statusDescription ?? ""}`);
    }
    return settled("it continues, as long as it was observed");
  };
}

/** A destination while an asynchronous copy to it is pending, and after that copy was aborted. */
export const pendingAssumptions: readonly Check[] = [
  pendingCheck(
    "pending-block-blob-is-empty",
    "while its copy is pending a block blob holds neither the old content nor the new, and shows the new metadata",
    (lab) =>
      async ({ name, started }) => {
        const { length, metadata, copy } = await lab.destination.properties(name);
        return expectAll({ length, metadata, id: copy?.id }, { length: 0, metadata: {}, id: started.copyId });
      },
    true,
  ),
  pendingCheck(
    "pending-copy-shows-progress",
    "a pending copy shows how many bytes there are, and no completion time",
    (lab) =>
      async ({ name }) => {
        const { copy } = await lab.destination.properties(name);
        return expectAll(
          { total: copy?.bytesTotal, completedOn: copy?.completedOn, status: copy?.status },
          { total: LARGE_BYTES, completedOn: undefined, status: "pending" },
        );
      },
  ),
  pendingCheck(
    "pending-refuses-another-copy",
    "a second Copy Blob to the same destination is refused while the first one is pending",
    (lab) =>
      async ({ name }) => {
        const other = await lab.source.put();
        const { error, refusal } = await attempt(copyOnto(lab, lab.source, other, name));
        if (error === undefined) return fail("it was taken");
        return changedMeanwhile(error) ? PASS : fail(`it was answered ${refusal}`);
      },
  ),
  pendingCheck("pending-and-writes", "a write is refused while a copy is pending, or ends it", (lab) => async ({ name, started }) => {
    const written = await lab.destination.overwrite(name, "written meanwhile");
    if (written.status >= 300) return settled(`Put Blob was answered ${written.status} ${written.code ?? ""}`);
    const { copy } = await lab.destination.properties(name);
    return copy?.id === started.copyId && copy.status === "pending"
      ? fail("it was taken, and the copy continues over it")
      : settled("it ends the copy");
  }),
  pendingCheck("pending-and-snapshots", "a snapshot is refused while a copy is pending, or taken", (lab) => async ({ name }) => {
    const { refusal } = await attempt(lab.destination.destination(name).createSnapshot({}, { encryption: {} }));
    return settled(refusal === undefined ? "it was taken" : `it was answered ${refusal}`);
  }),
  pendingCheck("pending-and-leases", "a lease is refused while a copy is pending, or given", (lab) => async ({ name }) => {
    const { refusal, result } = await attempt(lab.destination.source(name).acquireLease(15));
    if (result !== undefined) await lab.destination.source(name).releaseLease(result);
    return settled(refusal === undefined ? "it was given" : `it was answered ${refusal}`);
  }),
  {
    id: "pending-and-source",
    says: "a pending copy fails when its source is written, or continues",
    run: (lab) => whilePending(lab, sourceIsWritten(lab), undefined, () => ownLarge(lab)),
  },
  pendingCheck("pending-copy-in-listing", "a listing shows a pending copy, or nothing of it", (lab) => async ({ name, started }) => {
    const details = { copy: true };
    for await (const page of lab.destination.container.list({ prefix: name, details, readsAhead: false })) {
      const copy = page.find((blob) => blob.name === name)?.details?.copy;
      return settled(copy?.id === started.copyId ? `it shows it as ${copy.status}` : "it shows nothing of it");
    }
    return fail("the listing does not show the destination");
  }),
  pendingCheck(
    "abort-empties",
    "Abort Copy Blob ends a pending copy at once: the destination is empty, and shows that it was aborted",
    (lab) =>
      async ({ name, started, destination }) => {
        const { refusal } = await attempt(destination.abortCopy(started.copyId));
        if (refusal !== undefined) return fail(`it was answered ${refusal}`);
        const { length, copy } = await lab.destination.properties(name);
        return expectAll({ length, status: copy?.status, id: copy?.id }, { length: 0, status: "aborted", id: started.copyId });
      },
    true,
  ),
  pendingCheck(
    "abort-changes-the-etag",
    "an abort gives the destination another ETag and lets it be written again",
    (lab) =>
      async ({ name, started, destination }) => {
        const before = (await lab.destination.properties(name)).etag;
        await destination.abortCopy(started.copyId);
        const { etag } = await lab.destination.properties(name);
        const written = await lab.destination.overwrite(name, "after the abort");
        return expectAll({ isOther: etag !== before, written: written.status }, { isOther: true, written: 201 });
      },
  ),
  pendingCheck(
    "abort-of-another-copy",
    "Abort Copy Blob with the id of another copy is refused, and does not end the pending one",
    (lab) =>
      async ({ name, destination }) => {
        const { refusal } = await attempt(destination.abortCopy(OTHER_ID));
        const { copy } = await lab.destination.properties(name);
        return allOf(
          expectAll({ status: copy?.status }, { status: "pending" }),
          refusal === undefined ? fail("it was taken") : settled(refusal),
        );
      },
  ),
  {
    id: "abort-of-an-ended-copy",
    says: "Abort Copy Blob is refused when the copy has ended, and leaves the blob as it is",
    async run(lab) {
      const source = await lab.destination.put();
      const { destination, name, started } = await copyOnto(lab, lab.destination, source, lab.destination.freshName());
      const { refusal } = await attempt(destination.abortCopy(started.copyId));
      return expectAll(
        { refusal, content: await lab.destination.contentOf(name) },
        { refusal: "409 NoPendingCopyOperation", content: source.content },
      );
    },
  },
  pendingCheck("pending-page-blob", "a page blob has its full length while its copy is pending", (lab) => async () => {
    const source = await lab.source.put({ type: BlobType.PAGE, content: "p".repeat(1024) });
    const { name } = await copyOnto(lab, lab.source, source, lab.destination.freshName());
    return expectAll({ length: (await lab.destination.properties(name)).length }, { length: 1024 });
  }),
];
