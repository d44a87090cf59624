import { createHash } from "node:crypto";
import type { CopyFailure } from "../../failure/copy-failure";
import { BlobType, type CopyDeclaration, CopyMethod } from "../../intent";
import { type Check, expectAll, fail, type Finding, notApplicable } from "../lab/check";
import { declared, Deployment } from "../lab/deploy";
import type { Laboratory } from "../lab/laboratory";

const MINUTE = 60_000;
const SEALING = [CopyMethod.COPY_BLOB, CopyMethod.APPEND_BLOCK_FROM_URL];

const md5Of = (content: string) => createHash("md5").update(content).digest("base64");

/** A copy over an old blob that has to fail with `code`. */
async function refused(lab: Laboratory, options: Partial<CopyDeclaration>, code: string): Promise<Finding> {
  const from = await lab.source.put();
  const to = await lab.destination.put({ content: "old" });
  const { failure } = await new Deployment(lab, "refused").copy(declared(lab, from.name, to.name, options));
  const seen = { isRefused: failure?.message.includes(code), content: await lab.destination.contentOf(to.name) };
  return expectAll(seen, { isRefused: true, content: "old" });
}

async function seals(lab: Laboratory, method: CopyMethod): Promise<Finding> {
  const from = await lab.source.put({ type: BlobType.APPEND });
  const to = lab.destination.freshName();
  const { failure } = await new Deployment(lab, "seal").copy(declared(lab, from.name, to, { method, seal: true }));
  if (failure !== undefined) return fail(`${method}: ${failure.message}`);
  const appended = await lab.destination.ask(to, { operation: "Append Block", query: [["comp", "appendblock"]], body: "more" });
  return expectAll(
    { seal: (await lab.destination.properties(to)).shown.seal, appended: appended.code },
    { seal: true, appended: "BlobIsSealed" },
  );
}

/** Holds and policies need a container, or an account, with immutability support for versions. */
function hasNoSupport(failure: CopyFailure): Finding {
  const isUnsupported = /Set Blob (Legal Hold|Immutability Policy) .* was answered (4\d\d|501)/.test(failure.message);
  return isUnsupported ? notApplicable(`the account has no immutability support for versions: ${failure.message}`) : fail(failure.message);
}

async function protects(lab: Laboratory, failsAtItsEnd: boolean): Promise<Finding> {
  const from = await lab.source.put();
  const to = lab.destination.freshName();
  const until = new Date(lab.clock.now() + 5 * MINUTE).toUTCString();
  const options = { legalHold: true, immutabilityPolicy: { until } };
  const { failure } = await new Deployment(lab, "protection").copy(declared(lab, from.name, to, options), { failsAtItsEnd });
  const now = await lab.destination.destination(to).getProperties();
  if (failsAtItsEnd) return now === undefined ? expectAll({}, {}) : fail(`a blob stayed: ${failure?.message ?? "the deploy did not fail"}`);
  if (failure !== undefined) return hasNoSupport(failure);
  // The container must be removable at the end.
  await lab.destination.destination(to).setLegalHold(false);
  await lab.destination.destination(to).deleteImmutabilityPolicy();
  const { legalHold, immutabilityPolicy } = now?.shown ?? {};
  return expectAll(
    { legalHold, until: immutabilityPolicy?.until, mode: immutabilityPolicy?.mode },
    { legalHold: true, until, mode: "Unlocked" },
  );
}

/** Options that guard the source, or protect the copy. */
export const protectiveOptionPromises: readonly Check[] = [
  {
    id: "option-source-content-md5",
    says: "sourceContentMd5 copies a source that has this MD5",
    async run(lab) {
      const from = await lab.source.put();
      const to = lab.destination.freshName();
      const options = { sourceContentMd5: md5Of(from.content) };
      const { failure } = await new Deployment(lab, "md5").copy(declared(lab, from.name, to, options));
      return failure === undefined
        ? expectAll({ content: await lab.destination.contentOf(to) }, { content: from.content })
        : fail(failure.message);
    },
  },
  {
    id: "option-other-source-content-md5",
    says: "sourceContentMd5 refuses other bytes, and replaces nothing",
    run: (lab) => refused(lab, { sourceContentMd5: md5Of("other bytes") }, "Md5Mismatch"),
  },
  {
    id: "option-unknown-encryption-scope",
    says: "an encryption scope that the account does not have fails the copy, and replaces nothing",
    run: (lab) => refused(lab, { encryptionScope: "no-such-scope" }, "EncryptionScopeNotAvailable"),
  },
  ...SEALING.map((method) => ({
    id: `option-seal-${method}`,
    says: `seal prevents appends to a blob that ${method} copied`,
    run: (lab: Laboratory) => seals(lab, method),
  })),
  {
    id: "option-protection",
    says: "a legal hold and an immutability policy protect the destination",
    run: (lab) => protects(lab, false),
  },
  {
    id: "option-protection-lifted",
    says: "a hold and a policy do not keep a rollback from removing the copy",
    run: (lab) => protects(lab, true),
  },
];
