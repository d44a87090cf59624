import { abortCopies } from "../../engine/copies/status";
import { destroyCopy } from "../../engine/copies/destroy";
import { DestroyPolicy, RecopyPolicy } from "../../intent";
import { type Check, expectAll, fail, notApplicable, type Finding } from "../lab/check";
import { ended } from "../lab/copying";
import { CANCELLED, declared, Deployment } from "../lab/deploy";
import { LARGE_BYTES, type Laboratory } from "../lab/laboratory";
import { CopyMethod } from "../../intent";

const BY_COPY_BLOB = { method: CopyMethod.COPY_BLOB };
const OLD = { content: "the old content", properties: { metadata: { age: "old" }, tags: { age: "old" } } };

async function cancelled(lab: Laboratory, isOver: boolean): Promise<Finding> {
  if (!lab.hasTwoAccounts) return notApplicable("both sides are one account, where copies end at once");
  const source = await lab.large();
  const to = lab.destination.freshName("large");
  if (isOver) await lab.destination.put(OLD, to);
  const deployment = new Deployment(lab, "cancelled");
  const { failure } = await deployment.copy(declared(lab, source.name, to, BY_COPY_BLOB), { cancelOn: "copy-started" });
  if (failure !== CANCELLED) return fail(failure?.message ?? "the deploy was not cancelled");
  const now = await lab.destination.destination(to).getProperties();
  if (!isOver) return expectAll({ now }, { now: undefined });
  const destination = lab.destination.destination(to);
  const seen = { content: await lab.destination.contentOf(to), metadata: now?.metadata, tags: await destination.getTags() };
  return expectAll(seen, { content: OLD.content, ...OLD.properties });
}

/** Copies that do not go straight to their end. */
export const lifePromises: readonly Check[] = [
  {
    id: "cancelled-over-a-blob",
    says: "a deploy that is cancelled while its copy is pending aborts it and puts the old blob back",
    run: (lab) => cancelled(lab, true),
  },
  {
    id: "cancelled-over-nothing",
    says: "a deploy that is cancelled while its copy is pending aborts it and removes its remains",
    run: (lab) => cancelled(lab, false),
  },
  {
    id: "second-deploy-copies-nothing",
    says: "a second deploy finds the copy that the first one made, and copies nothing",
    async run(lab) {
      const from = await lab.source.put();
      const to = lab.destination.freshName();
      const deployment = new Deployment(lab, "second");
      const intent = { recopy: RecopyPolicy.EVERY_DEPLOY };
      await deployment.copy(declared(lab, from.name, to), { intent });
      const { etag } = await lab.destination.properties(to);
      await deployment.copy(declared(lab, from.name, to), { intent });
      const isSkipped = deployment.events.some(({ type }) => type === "copy-skipped");
      return expectAll({ isSkipped, etag: (await lab.destination.properties(to)).etag }, { isSkipped: true, etag });
    },
  },
  {
    id: "abort-command",
    says: "the command abort ends a pending copy that this deployment left, and nothing else",
    async run(lab) {
      if (!lab.hasTwoAccounts) return notApplicable("both sides are one account, where copies end at once");
      const source = await lab.large();
      const to = lab.destination.freshName("large");
      const deployment = new Deployment(lab, "abort");
      const declaration = declared(lab, source.name, to, BY_COPY_BLOB);
      const { result, failure } = await deployment.copy(declaration, { intent: { wait: false } });
      if (result === undefined) return fail(failure?.message ?? "the deploy reported nothing");
      if (result.copyStatus !== "pending") return notApplicable("the copy had ended before it could be aborted");
      const aborted = await abortCopies(deployment.intent({ copies: [declaration] }), deployment.context);
      return expectAll(
        { aborted: aborted.length, status: (await lab.destination.properties(to)).copy?.status },
        { aborted: 1, status: "aborted" },
      );
    },
  },
  {
    id: "pending-copy-is-adopted",
    says: "a deploy waits for a pending copy that an earlier one left, and does not start its own",
    async run(lab) {
      if (!lab.hasTwoAccounts) return notApplicable("both sides are one account, where copies end at once");
      const source = await lab.large();
      const to = lab.destination.freshName("slow");
      const deployment = new Deployment(lab, "adopted");
      const declaration = declared(lab, source.name, to, BY_COPY_BLOB);
      const { result } = await deployment.copy(declaration, { intent: { wait: false } });
      if (result?.copyStatus !== "pending") return notApplicable("the copy had ended before it could be adopted");
      const again = await deployment.copy(declaration);
      if (!deployment.events.some(({ type }) => type === "copy-adopted"))
        return notApplicable("the copy had ended before it could be adopted");
      const { copy, length } = await ended(lab, to);
      return expectAll(
        { failure: again.failure?.message, id: copy?.id, length },
        { failure: undefined, id: result.copyId, length: LARGE_BYTES },
      );
    },
  },
  {
    id: "destroy-deletes-its-own",
    says: "a destroy deletes the blobs that the deployment copied, and leaves those that another client has written since",
    async run(lab) {
      const left: (string | undefined)[] = [];
      for (const isChanged of [false, true]) {
        const from = await lab.source.put();
        const to = lab.destination.freshName();
        const deployment = new Deployment(lab, "destroyed");
        const { result } = await deployment.copy(declared(lab, from.name, to));
        if (result === undefined) return fail("nothing was copied");
        if (isChanged) await lab.destination.overwrite(to, "somebody's");
        const destination = lab.destination.locationOf(to);
        const intent = { version: 1, owner: "destroyed", destination, onDestroy: DestroyPolicy.DELETE, receipt: result } as const;
        await destroyCopy(intent, deployment.context);
        const isThere = (await lab.destination.destination(to).getProperties()) !== undefined;
        left.push(isThere ? await lab.destination.contentOf(to) : undefined);
      }
      return expectAll({ left }, { left: [undefined, "somebody's"] });
    },
  },
];
