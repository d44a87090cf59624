import { randomUUID } from "node:crypto";
import { ExitCode } from "../../failure/exit-code";
import type { CopyMethod } from "../../intent";
import { AccessTier, type CopyDeclaration, OverwritePolicy, SourceGuard } from "../../intent";
import { allOf, type Check, expectAll, fail, type Finding, isNotOffered, notApplicable } from "../lab/check";
import { declared, Deployment } from "../lab/deploy";
import { LONG_TAGS } from "./edges";
import { BLOCK_BLOB_METHODS } from "./methods";
import type { Laboratory } from "../lab/laboratory";

const SOURCE = {
  metadata: { theirs: "1" },
  tags: { from: "source" },
  headers: { contentType: "text/theirs", cacheControl: "no-cache" },
};

interface Seen {
  readonly metadata: unknown;
  readonly tags: unknown;
  readonly headers: unknown;
  readonly tier: string | undefined;
}

async function copied(lab: Laboratory, method: CopyMethod, options: Partial<CopyDeclaration>): Promise<Seen | string> {
  const from = await lab.source.put({ properties: SOURCE });
  const to = lab.destination.freshName();
  const { failure } = await new Deployment(lab, "options").copy(declared(lab, from.name, to, { method, ...options }));
  if (failure !== undefined) return failure.message;
  const { metadata, headers, tier, tagCount } = await lab.destination.properties(to);
  return { metadata, headers, tier, tags: tagCount === 0 ? {} : await lab.destination.destination(to).getTags() };
}

/**
 * Tests the option with each method for block blobs. If a method cannot carry the option, the
 * program sets it afterwards.
 */
function option(id: string, says: string, options: Partial<CopyDeclaration>, expected: Partial<Record<keyof Seen, unknown>>): Check {
  return {
    id,
    says,
    async run(lab) {
      const findings: Finding[] = [];
      for (const method of BLOCK_BLOB_METHODS) {
        const seen = await copied(lab, method, options);
        if (typeof seen === "string" && isNotOffered(seen)) continue;
        const finding = typeof seen === "string" ? fail(seen) : expectAll({ ...seen }, expected);
        findings.push(finding.verdict === "fail" ? fail(`${method}: ${finding.text}`) : finding);
      }
      return allOf(...findings);
    },
  };
}

async function overwritten(lab: Laboratory, options: Partial<CopyDeclaration>, isSourceNewer: boolean) {
  const put = { source: () => lab.source.put({ content: "content A" }), destination: () => lab.destination.put({ content: "content B" }) };
  const first = isSourceNewer ? await put.destination() : await put.source();
  // The service's times are in whole seconds.
  await lab.clock.sleep(1_100);
  const second = isSourceNewer ? await put.source() : await put.destination();
  const [from, to] = isSourceNewer ? [second, first] : [first, second];
  const { failure } = await new Deployment(lab, "overwrite").copy(declared(lab, from.name, to.name, options));
  return { failed: failure?.exitCode, content: await lab.destination.contentOf(to.name) };
}

/** The options of a copy, as a user declares them. */
export const optionPromises: readonly Check[] = [
  option("option-metadata", "metadata replaces the source's", { metadata: { Own: "yes" } }, { metadata: { Own: "yes" } }),
  option("option-tags", "tags are the destination's", { tags: { team: "a b" } }, { tags: { team: "a b" } }),
  option("option-long-tags", "tags that are too long for a header are also set", { tags: LONG_TAGS }, { tags: LONG_TAGS }),
  option("option-copy-source-tags", "copySourceTags copies the source's tags", { copySourceTags: true }, { tags: SOURCE.tags }),
  option(
    "option-content-headers",
    "contentHeaders replaces those that are declared and keeps the others",
    { contentHeaders: { contentType: "text/own" } },
    { headers: { contentType: "text/own", cacheControl: "no-cache" } },
  ),
  option("option-access-tier", "accessTier is the destination's tier", { accessTier: AccessTier.COOL }, { tier: "Cool" }),
  {
    id: "option-access-tier-smart",
    says: "accessTier SMART is the destination's tier",
    async run(lab) {
      const from = await lab.source.put();
      const to = lab.destination.freshName();
      const { failure } = await new Deployment(lab, "smart").copy(declared(lab, from.name, to, { accessTier: AccessTier.SMART }));
      if (failure !== undefined) return notApplicable(`the account does not have the tier: ${failure.message}`);
      return expectAll({ tier: (await lab.destination.properties(to)).tier }, { tier: "Smart" });
    },
  },
  {
    id: "option-overwrite-never",
    says: "overwrite NEVER fails, and replaces nothing",
    async run(lab) {
      const seen = await overwritten(lab, { overwrite: OverwritePolicy.NEVER }, true);
      return expectAll(seen, { failed: ExitCode.COPY_FAILED, content: "content B" });
    },
  },
  {
    id: "option-overwrite-if-different",
    says: "overwrite IF_DIFFERENT replaces a blob that has another MD5, whichever is newer",
    async run(lab) {
      const seen = await overwritten(lab, { overwrite: OverwritePolicy.IF_DIFFERENT }, false);
      return expectAll(seen, { failed: undefined, content: "content A" });
    },
  },
  {
    id: "option-overwrite-if-source-newer",
    says: "overwrite IF_SOURCE_NEWER replaces a blob that is older than its source, and no other",
    async run(lab) {
      const options = { overwrite: OverwritePolicy.IF_SOURCE_NEWER };
      const [newer, older] = [await overwritten(lab, options, true), await overwritten(lab, options, false)];
      return expectAll({ newer: newer.content, older: older.content }, { newer: "content A", older: "content B" });
    },
  },
  {
    id: "option-source-guard-lease",
    says: "sourceGuard LEASE copies, and releases the lease",
    async run(lab) {
      const from = await lab.source.put();
      const to = lab.destination.freshName();
      const { failure } = await new Deployment(lab, "lease").copy(declared(lab, from.name, to, { sourceGuard: SourceGuard.LEASE }));
      const after = await lab.source.overwrite(from.name, "not leased any more");
      return expectAll({ failure: failure?.message, after: after.status }, { failure: undefined, after: 201 });
    },
  },
  {
    id: "option-destination-lease",
    says: "destinationLeaseId writes a blob that is leased",
    async run(lab) {
      const { name } = await lab.destination.put();
      const id = randomUUID();
      const lease = (headers: Record<string, string>) =>
        lab.destination.must(name, { operation: "Lease Blob", query: [["comp", "lease"]], headers });
      await lease({ "x-ms-lease-action": "acquire", "x-ms-lease-duration": "-1", "x-ms-proposed-lease-id": id });
      const from = await lab.source.put();
      const { failure } = await new Deployment(lab, "leased").copy(declared(lab, from.name, name, { destinationLeaseId: id }));
      await lease({ "x-ms-lease-action": "release", "x-ms-lease-id": id });
      return expectAll(
        { failure: failure?.message, content: await lab.destination.contentOf(name) },
        { failure: undefined, content: from.content },
      );
    },
  },
  {
    id: "option-conditions",
    says: "declared conditions that do not hold fail the copy, and replace nothing",
    async run(lab) {
      const seen: unknown[] = [];
      for (const options of [{ sourceConditions: { ifMatch: '"0x8D0"' } }, { destinationConditions: { ifMatch: '"0x8D0"' } }])
        seen.push(await overwritten(lab, options, true));
      const left = { failed: ExitCode.COPY_FAILED, content: "content B" };
      return expectAll({ seen }, { seen: [left, left] });
    },
  },
];
