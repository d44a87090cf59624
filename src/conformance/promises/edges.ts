import { CopyMethod } from "../../intent";
import { type Check, expectAll, fail } from "../lab/check";
import { declared, Deployment, failedAtItsEnd } from "../lab/deploy";

/** Too long for a header. */
export const LONG_TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`key${index}`.padEnd(60, "k"), "v".repeat(200)]));
const METADATA = { metadata: { Age: "new" } };

/** Promises that matter for unusual blobs only. */
export const edgePromises: readonly Check[] = [
  {
    id: "puts-back-without-metadata",
    says: "puts back states that Copy Blob alone cannot: a blob without metadata, and tags that are too long for a header",
    async run(lab) {
      const from = await lab.source.put({ properties: METADATA });
      const { name, content } = await lab.destination.put();
      const destination = lab.destination.destination(name);
      await destination.setTags(LONG_TAGS);
      const deployment = new Deployment(lab, "without metadata");
      const { failure } = await deployment.copy(declared(lab, from.name, name, { method: CopyMethod.COPY_BLOB }), { failsAtItsEnd: true });
      if (!failedAtItsEnd(failure)) return fail(failure?.message ?? "the deploy did not fail");
      const outcome = deployment.events.find((event) => event.type === "rollback-finished")?.outcome;
      const { metadata } = await lab.destination.properties(name);
      const seen = { metadata, tags: await destination.getTags(), content: await lab.destination.contentOf(name), outcome };
      return expectAll(seen, { metadata: {}, tags: LONG_TAGS, content, outcome: "restored" });
    },
  },
  {
    id: "empty-blob-is-copied",
    says: "copies a blob without bytes, whichever method the service refuses for it",
    async run(lab) {
      const from = await lab.source.put({ content: "", properties: METADATA });
      const to = lab.destination.freshName();
      const { failure } = await new Deployment(lab, "empty").copy(declared(lab, from.name, to));
      const now = await lab.destination.destination(to).getProperties();
      return expectAll(
        { failure: failure?.message, length: now?.length, metadata: now?.metadata },
        { failure: undefined, length: 0, metadata: METADATA.metadata },
      );
    },
  },
];
