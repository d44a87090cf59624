import { randomUUID } from "node:crypto";
import { CopyMethod } from "../../intent";
import { type Check, expectAll, fail, PASS } from "../lab/check";
import { attempt, copyOnto, ended } from "../lab/copying";

const MIN_LEASE_SECONDS = 15;

/** Leases on the source, on the destination, and on the mark of a commit. */
export const leaseAssumptions: readonly Check[] = [
  {
    id: "lease-keeps-others-out",
    says: "the holder of a lease can renew it, and no other client gets a lease or writes meanwhile",
    async run(lab) {
      const { name } = await lab.destination.put();
      const holder = lab.destination.source(name);
      const leaseId = await holder.acquireLease(60);
      const second = await attempt(holder.acquireLease(60));
      const written = await lab.destination.overwrite(name, "without the lease");
      const renewed = await attempt(holder.renewLease(leaseId));
      await holder.releaseLease(leaseId);
      const after = await lab.destination.overwrite(name, "after it");
      return expectAll(
        { second: second.refusal, written: written.status, renewed: renewed.refusal, after: after.status },
        { second: "409 LeaseAlreadyPresent", written: 412, renewed: undefined, after: 201 },
      );
    },
  },
  {
    id: "lease-can-be-asked-for-twice",
    says: "a lease that is requested again with the same proposed id is the same lease",
    async run(lab) {
      const { name } = await lab.destination.put();
      const id = randomUUID();
      const headers = { "x-ms-lease-action": "acquire", "x-ms-lease-duration": "60", "x-ms-proposed-lease-id": id };
      const ask = () => lab.destination.must(name, { operation: "Lease Blob", query: [["comp", "lease"]], headers });
      const ids = [(await ask()).headers["x-ms-lease-id"], (await ask()).headers["x-ms-lease-id"]];
      await lab.destination.source(name).releaseLease(id);
      return expectAll({ ids }, { ids: [id, id] });
    },
  },
  {
    id: "lease-ends-by-itself",
    says: "a finite lease ends after its term; it can be renewed even then, until the blob is written",
    async run(lab) {
      const [{ name }, { name: untouched }] = [await lab.destination.put(), await lab.destination.put()];
      const [over, renewable] = [lab.destination.source(name), lab.destination.source(untouched)];
      const ids = [await over.acquireLease(MIN_LEASE_SECONDS), await renewable.acquireLease(MIN_LEASE_SECONDS)] as const;
      await lab.clock.sleep((MIN_LEASE_SECONDS + 2) * 1_000);
      const written = await lab.destination.overwrite(name, "when it is over");
      const afterWrite = await attempt(over.renewLease(ids[0]));
      const renewed = await attempt(renewable.renewLease(ids[1]));
      await renewable.releaseLease(ids[1]).catch(() => undefined);
      return expectAll(
        { written: written.status, afterWrite: afterWrite.refusal?.slice(0, 3), renewed: renewed.refusal },
        { written: 201, afterWrite: "409", renewed: undefined },
      );
    },
  },
  {
    id: "leased-source-is-read",
    says: "a lease on the source does not keep a copy from reading it",
    async run(lab) {
      const from = await lab.source.put();
      const lease = await lab.source.source(from.name).acquireLease(60);
      const destination = lab.destination.destination();
      const source = await lab.source.readable(from.name, CopyMethod.PUT_BLOB_FROM_URL, destination.account);
      const { refusal } = await attempt(destination.putBlobFromUrl({ source, sourceConditions: { ifMatch: from.etag } }));
      await lab.source.source(from.name).releaseLease(lease);
      return refusal === undefined ? PASS : fail(`it was answered ${refusal}`);
    },
  },
  {
    id: "leased-destination",
    says: "a copy onto a leased blob is refused without the lease, taken with it, and leaves the lease as it was",
    async run(lab) {
      const { name } = await lab.destination.put();
      const id = randomUUID();
      const lease = (headers: Record<string, string>) =>
        lab.destination.must(name, { operation: "Lease Blob", query: [["comp", "lease"]], headers });
      await lease({ "x-ms-lease-action": "acquire", "x-ms-lease-duration": "-1", "x-ms-proposed-lease-id": id });
      const from = await lab.destination.put();
      const without = await attempt(copyOnto(lab, lab.destination, from, name));
      const destination = lab.destination.destination(name, id);
      const source = await lab.destination.readable(from.name, CopyMethod.COPY_BLOB, destination.account);
      const taken = await attempt(destination.copyBlob({ source }));
      if (taken.refusal === undefined) await ended(lab, name);
      const overwritten = await lab.destination.overwrite(name, "without the lease");
      await lease({ "x-ms-lease-action": "release", "x-ms-lease-id": id });
      return expectAll(
        { without: without.refusal, taken: taken.refusal, overwritten: overwritten.status },
        { without: "412 LeaseIdMissing", taken: undefined, overwritten: 412 },
      );
    },
  },
];
