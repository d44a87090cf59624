import { AccessTier, CopyMethod } from "../../intent";
import { type Check, expectAll, fail, notApplicable, settled } from "../lab/check";
import type { Seeded } from "../lab/bench";
import { attempt } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";

/** Undefined if the account does not archive. */
async function archived(lab: Laboratory, side: "source" | "destination"): Promise<Seeded | undefined> {
  const { result } = await attempt(lab[side].put({ properties: { tier: AccessTier.ARCHIVE } }).catch(() => undefined));
  return result;
}

const NO_ARCHIVE = notApplicable("the account does not archive");

/** Access tiers and archived blobs. */
export const tierAssumptions: readonly Check[] = [
  {
    id: "tier-of-what-is-overwritten",
    says: "a blob that is overwritten without a tier keeps the tier that was set, or has the account's",
    async run(lab) {
      const { name } = await lab.destination.put({ properties: { tier: AccessTier.COOL } });
      const from = await lab.source.put();
      const destination = lab.destination.destination(name);
      const source = await lab.source.readable(from.name, CopyMethod.PUT_BLOB_FROM_URL, destination.account);
      await destination.putBlobFromUrl({ source });
      const { tier, accessTierInferred } = await lab.destination.properties(name);
      return settled(tier === "Cool" && !accessTierInferred ? "it keeps it" : `it has ${tier ?? "none"}`);
    },
  },
  {
    id: "tier-of-a-copy",
    says: "a tier that Copy Blob declares becomes the destination's, and is not shown as inferred",
    async run(lab) {
      const from = await lab.destination.put();
      const name = lab.destination.freshName();
      const destination = lab.destination.destination(name);
      const source = await lab.destination.readable(from.name, CopyMethod.COPY_BLOB, destination.account);
      await destination.copyBlob({ source, properties: { tier: AccessTier.COOL } });
      const { tier, accessTierInferred } = await lab.destination.properties(name);
      return expectAll({ tier, accessTierInferred }, { tier: "Cool", accessTierInferred: false });
    },
  },
  {
    id: "archived-source-shows",
    says: "an archived blob shows that it is archived before anything is tried with it",
    async run(lab) {
      const source = await archived(lab, "source");
      if (source === undefined) return NO_ARCHIVE;
      return expectAll({ tier: (await lab.source.properties(source.name)).tier }, { tier: "Archive" });
    },
  },
  {
    id: "archived-source-stays",
    says: "Copy Blob reads an archived source into an online tier, at once or pending; the source stays archived",
    async run(lab) {
      const from = await archived(lab, "destination");
      if (from === undefined) return NO_ARCHIVE;
      const destination = lab.destination.destination();
      const source = await lab.destination.readable(from.name, CopyMethod.COPY_BLOB, destination.account);
      const { result, refusal } = await attempt(destination.copyBlob({ source, properties: { tier: AccessTier.HOT } }));
      if (result === undefined) return fail(`it was answered ${refusal}`);
      if (result.status === "pending") await destination.abortCopy(result.copyId);
      const { tier } = await lab.destination.properties(from.name);
      return tier === "Archive" ? settled(`it was answered ${result.status}`) : fail(`the source is ${tier ?? "of no tier"} now`);
    },
  },
  {
    id: "archived-destination",
    says: "an archived blob is overwritten by a copy, or the copy is refused",
    async run(lab) {
      const there = await archived(lab, "destination");
      if (there === undefined) return NO_ARCHIVE;
      const from = await lab.source.put();
      const destination = lab.destination.destination(there.name);
      const source = await lab.source.readable(from.name, CopyMethod.PUT_BLOB_FROM_URL, destination.account);
      const { refusal, error } = await attempt(destination.putBlobFromUrl({ source }));
      if (error === undefined) return settled("it is overwritten");
      return settled(refusal);
    },
  },
];
