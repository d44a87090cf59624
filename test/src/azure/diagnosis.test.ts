import { createBlobStore } from "../../../src/azure/create-blob-store";
import { TokenCache } from "../../../src/azure/identity/token-cache";
import { check } from "../../../src/commands/tasks/check";
import { checkCopies } from "../../../src/engine/copies/check";
import { runCopies } from "../../../src/engine/copies/run";
import type { Clock } from "../../../src/engine/ports/clock";
import type { CopyEvent } from "../../../src/engine/ports/events";
import type { CopyFailure } from "../../../src/failure/copy-failure";
import { explain } from "../../../src/failure/explain";
import { ExitCode } from "../../../src/failure/exit-code";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { failureText } from "../../../src/report/live/failure-text";
import { NEVER_ABORTED } from "../../../src/util/abort/never-aborted";
import { type AccountHandle, FakeBlobService } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-store/journal";

const HOUR = 3_600_000;
const TENANT = "11111111-1111-1111-1111-111111111111";
const OTHER_TENANT = "22222222-2222-2222-2222-222222222222";
const tokenOf = (tenant: string) => `e30.${Buffer.from(JSON.stringify({ tid: tenant })).toString("base64url")}.c2lnbmF0dXJl`;
const LEASE = "8037b136-8283-4e9f-8d24-84dc40be8e66";

/** The part of a world that a case makes wrong, while the rest is right. */
interface World {
  readonly service: FakeBlobService;
  readonly from: AccountHandle;
  readonly to: AccountHandle;
  readonly environment: Record<string, string>;
  source: Record<string, unknown>;
  destination: Record<string, unknown>;
  /** Options of the copy. */
  options: Record<string, unknown>;
  /** Permissions of the identity as SAS letters. */
  letters: string;
  /** Called with the time that has passed. */
  onTime?: (milliseconds: number) => void;
  /** Milliseconds by which this machine's clock is ahead. */
  clockAhead: number;
}

interface Case {
  readonly cause: string;
  readonly arrange: (world: World) => void;
  /** Absent: both, and the failure names the side that is inspected first. */
  readonly side?: "source" | "destination";
  readonly exitCode: ExitCode;
  /** Expected in the line with the reason. */
  readonly why?: RegExp;
  /** Expected in the line with the remedy. */
  readonly remedy: RegExp;
  /** Only a run meets it; by default, `check` also finds it. */
  readonly isSeenByRunsOnly?: true;
  /** A run continues, and leaves a leftover behind. */
  readonly isSeenByChecksOnly?: true;
}

const DENIED = ExitCode.NOT_AUTHORISED;
const FAILED = ExitCode.COPY_FAILED;
const key = (variable: string) => ({ kind: "account-key", variable });
const sas = { kind: "sas", variable: "SAS" };
const identity = { kind: "default-azure-credential" };
const sasOf =
  (account: "from" | "to", request: Parameters<AccountHandle["sas"]>[0], change = (text: string) => text) =>
  (world: World) => {
    world.environment["SAS"] = change(world[account].sas(request));
    (account === "from" ? world.source : world.destination)["credential"] = sas;
  };
const sourceSas = (request: Partial<Parameters<AccountHandle["sas"]>[0]>, change?: (text: string) => string) =>
  sasOf("from", { container: "data", permissions: "r", ...request }, change);
const destinationSas = (request: Partial<Parameters<AccountHandle["sas"]>[0]>) =>
  sasOf("to", { container: "data", permissions: "rcwl", ...request });
const WRITES = ["Put Block From URL", "Put Blob From URL", "Copy Blob", "Copy Blob From URL"];

/** If the service reports the source first, a check cannot find out about scopes, and says so. */
const tellsScopes = ({ script }: FakeBlobService) => script.ways.choose("encryption-scope-and-source", "the scope first");

const isAnswered =
  (operations: readonly string[], path: RegExp, answer: { readonly status: number; readonly code: string; readonly message: string }) =>
  ({ service }: World) => {
    for (const operation of operations) service.script.fault({ operation, path, times: Infinity }, { kind: "answer", ...answer });
  };
const lookingIsAnswered = (status: number, code: string, message: string) =>
  isAnswered(["Get Blob Properties"], /source/, { status, code, message });
/**
 * The answer when the service itself cannot read the source, as versions before 2024-08-04 report
 * it: only in words.
 */
const readingIsAnswered = (status: number, message: string) => isAnswered(WRITES, /./, { status, code: "CannotVerifyCopySource", message });
/** As recorded for a source in another cloud: its status, without a code. */
const relayedOfServer = (status: number, reason: string) => (world: World) => {
  const message = "Could not verify the copy source within the specified time.";
  const details = { CopySourceStatusCode: String(status), CopySourceErrorMessage: reason };
  for (const operation of WRITES)
    world.service.script.fault(
      { operation, times: Infinity },
      { kind: "answer", status, code: "CannotVerifyCopySource", message, details },
    );
};
const writingIsAnswered = (status: number, code: string, message: string) => isAnswered(WRITES, /./, { status, code, message });

const LATER = new Date(Date.now() + HOUR).toISOString();

/** A file of a share whose every read gets this answer. */
const fileIsAnswered = (status: number, code: string, message: string) => (world: World) => {
  world.from.putFile("share", "f", "a file");
  world.source = { kind: "file", fileEndpoint: world.from.fileEndpoint, shareName: "share", filePath: "f", credential: key("FROM") };
  isAnswered(["Get File Properties"], /./, { status, code, message })(world);
};
const relayedOfFile = (status: number, code: string, message: string) => (world: World) => {
  fileIsAnswered(200, "", "")(world);
  world.service.script.reset();
  const details = { CopySourceStatusCode: String(status), CopySourceErrorCode: code, CopySourceErrorMessage: message };
  for (const operation of WRITES)
    world.service.script.fault(
      { operation, times: Infinity },
      { kind: "answer", status: 409, code: "CannotVerifyCopySource", message, details },
    );
};

const CASES: readonly Case[] = [
  {
    cause: "a code of the source that nobody has met",
    arrange: lookingIsAnswered(409, "SomethingNew", "The specified blob is in a new state."),
    side: "source",
    exitCode: FAILED,
    remedy: /What to do: see the service's reason above/,
  },
  {
    cause: "a refusal of the source that nobody has met",
    arrange: lookingIsAnswered(403, "SomethingNew", "The specified blob may not be read today."),
    side: "source",
    exitCode: DENIED,
    remedy: /this machine could not read the source/,
  },
  {
    cause: "share missing",
    arrange: fileIsAnswered(404, "ShareNotFound", "The specified share does not exist."),
    side: "source",
    exitCode: ExitCode.SOURCE_NOT_FOUND,
    why: /the share does not exist; .* 404 ShareNotFound/i,
    remedy: /name of its share/,
  },
  {
    cause: "share disabled",
    arrange: fileIsAnswered(403, "ShareDisabled", "The specified share is disabled by the administrator."),
    side: "source",
    exitCode: DENIED,
    why: /the share is disabled/,
    remedy: /use another share/,
  },
  {
    cause: "file open by somebody who has mounted the share",
    arrange: relayedOfFile(409, "SharingViolation", "The specified resource may be in use by an SMB client."),
    side: "source",
    exitCode: FAILED,
    why: /holds the file open/,
    remedy: /close the file there/,
    isSeenByRunsOnly: true,
  },
  {
    cause: "http where the account takes https only",
    arrange: lookingIsAnswered(400, "AccountRequiresHttps", "The account being accessed does not support http."),
    side: "source",
    exitCode: FAILED,
    why: /the account accepts only https/,
    remedy: /declare the endpoint with https:/,
  },
  {
    cause: "a header that was lost on the way",
    arrange: writingIsAnswered(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified."),
    side: "destination",
    exitCode: FAILED,
    why: /did not arrive/,
    remedy: /NO_PROXY/,
  },
  {
    cause: "lease of the source taken by somebody else",
    arrange: (world) => {
      world.options["sourceGuard"] = "lease";
      isAnswered(["Lease Blob"], /./, { status: 409, code: "LeaseIdMismatchWithLeaseOperation", message: "The lease ID did not match." })(
        world,
      );
    },
    side: "source",
    exitCode: FAILED,
    why: /another client holds a lease/,
    remedy: /SourceGuard\.ETAG/,
    isSeenByRunsOnly: true,
  },
  {
    cause: "source missing",
    arrange: ({ source }) => void (source["blobName"] = "other"),
    side: "source",
    exitCode: ExitCode.SOURCE_NOT_FOUND,
    remedy: /check its name/,
  },
  {
    cause: "source container missing",
    arrange: ({ from }) => from.deleteContainer("data"),
    side: "source",
    exitCode: ExitCode.SOURCE_NOT_FOUND,
    why: /ContainerNotFound/,
    remedy: /container/,
  },
  {
    cause: "role missing on the source",
    arrange: (world) => void ((world.source["credential"] = identity), (world.letters = "")),
    side: "source",
    exitCode: DENIED,
    why: /may not do Get Blob Properties.*Storage Blob Data Reader/,
    remedy: /grant the identity Storage Blob Data Reader/,
  },
  {
    cause: "role missing on the destination",
    arrange: (world) => void ((world.destination["credential"] = identity), (world.letters = "r")),
    side: "destination",
    exitCode: DENIED,
    why: /may not do Put Bl(?:ock|ob) From URL.*Storage Blob Data Contributor/,
    remedy: /grant the identity Storage Blob Data Contributor/,
  },
  {
    cause: "SAS expired",
    arrange: sourceSas({ expiresOn: new Date(Date.now() - HOUR) }),
    side: "source",
    exitCode: DENIED,
    why: /the SAS expired at 20\d\d-/,
    remedy: /issue a SAS whose expiry \(se\) is later/,
  },
  {
    cause: "SAS not yet valid",
    arrange: sourceSas({ startsOn: new Date(Date.now() + HOUR) }),
    side: "source",
    exitCode: DENIED,
    why: /the SAS is valid from 20\d\d-/,
    remedy: /without a start \(st\)/,
  },
  {
    cause: "SAS with wrong letters, source",
    arrange: sourceSas({ permissions: "l" }),
    side: "source",
    exitCode: DENIED,
    why: /the SAS has sp=l; Get Blob Properties needs r/,
    remedy: /issue the source's SAS with r/,
  },
  {
    cause: "SAS with wrong letters, destination",
    arrange: destinationSas({ permissions: "r" }),
    side: "destination",
    exitCode: DENIED,
    why: /the SAS has sp=r; Put Bl(?:ock|ob) From URL needs .*w/,
    remedy: /with r, c and w/,
  },
  {
    cause: "a key that was rotated when the program had made a SAS with it",
    arrange: (world) => {
      world.source["credential"] = key("FROM");
      const details = { CopySourceStatusCode: "403", CopySourceErrorCode: "AuthenticationFailed" };
      for (const operation of WRITES)
        world.service.script.fault(
          { operation, times: Infinity },
          { kind: "answer", status: 403, code: "CannotVerifyCopySource", message: "Server failed to authenticate the request.", details },
        );
    },
    side: "source",
    exitCode: DENIED,
    why: /does not match the one that the service computes/,
    remedy: /if you did not declare a SAS, the program has made it with the declared key: set that to the account's current key/,
  },
  {
    cause: "SAS for another blob",
    arrange: sourceSas({ blob: "other" }),
    side: "source",
    exitCode: DENIED,
    why: /does not match the one that the service computes/,
    remedy: /issue a new SAS/,
  },
  {
    cause: "SAS escaped twice",
    arrange: sourceSas({}, (text) => text.replaceAll("%", "%25")),
    side: "source",
    exitCode: DENIED,
    why: /escaped twice/,
    remedy: /without encodeURIComponent/,
  },
  {
    cause: "SAS for other addresses",
    arrange: sourceSas({ addresses: "10.0.0.1" }),
    side: "source",
    exitCode: DENIED,
    why: /limited to the IP addresses 10\.0\.0\.1/,
    remedy: /without sip/,
  },
  { cause: "SAS for https only", arrange: sourceSas({ protocol: "https" }), side: "source", exitCode: DENIED, remedy: /https endpoint/ },
  {
    cause: "another account's key",
    arrange: ({ environment }) => void (environment["FROM"] = Buffer.alloc(64, 1).toString("base64")),
    side: "source",
    exitCode: DENIED,
    remedy: /current key of exactly this account/,
  },
  {
    cause: "clock skew",
    arrange: (world) => void (world.clockAhead = 20 * 60_000),
    exitCode: DENIED,
    why: /clock is 20 minutes ahead of/,
    remedy: /NTP/,
  },
  {
    cause: "clock skew, the other way",
    arrange: (world) => void (world.clockAhead = -20 * 60_000),
    exitCode: DENIED,
    why: /clock is 20 minutes behind/,
    remedy: /NTP/,
  },
  {
    cause: "firewall of the source keeps this machine out",
    arrange: ({ from }) => void (from.rules.keepsClientsOut = true),
    side: "source",
    exitCode: DENIED,
    why: /blocks this machine/,
    remedy: /network rules/,
  },
  {
    cause: "firewall of the destination keeps this machine out",
    arrange: ({ to }) => void (to.rules.keepsClientsOut = true),
    side: "destination",
    exitCode: DENIED,
    why: /blocks this machine/,
    remedy: /network rules/,
  },
  {
    cause: "firewall of the source keeps the service out",
    arrange: ({ from }) => void (from.rules.keepsServiceOut = true),
    side: "source",
    exitCode: DENIED,
    why: /blocks the storage service.*does not block this machine.*403 (AuthorizationFailure|CannotVerifyCopySource)/,
    remedy: /resource instance rule/,
  },
  {
    cause: "the same, of an older service",
    arrange: readingIsAnswered(403, "This request is not authorized to perform this operation."),
    side: "source",
    exitCode: DENIED,
    why: /blocks the storage service/,
    remedy: /resource instance rule/,
  },
  {
    cause: "a server that is not Azure's refuses the service",
    arrange: relayedOfServer(403, "Forbidden"),
    side: "source",
    exitCode: DENIED,
    why: /^ *Why: the source refuses the service, or does not exist; .* the source answered 403: .*Forbidden/,
    remedy: /the service could not read the source; check .*has not expired/,
  },
  {
    cause: "the service may not read the source, of an older service",
    arrange: readingIsAnswered(
      401,
      "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    ),
    side: "source",
    exitCode: DENIED,
    remedy: /credential/,
  },
  {
    cause: "allowedCopyScope",
    arrange: ({ to }) => void (to.rules.restrictsCopies = true),
    side: "destination",
    exitCode: DENIED,
    why: /permitted scope for copy operations/,
    remedy: /allowed_copy_scope/,
  },
  {
    cause: "blob type",
    arrange: ({ to }) => void to.putBlob("data", "x", { type: "PageBlob", content: "p".repeat(512) }),
    side: "destination",
    exitCode: FAILED,
    why: /PageBlob|BlockBlob/,
    remedy: /delete the destination/,
  },
  {
    cause: "archived source",
    arrange: ({ from }) => void from.putBlob("data", "x", { content: "1", accessTier: "Archive" }),
    side: "source",
    exitCode: FAILED,
    remedy: /online access tier/,
  },
  {
    cause: "archived destination",
    arrange: writingIsAnswered(409, "BlobArchived", "This operation is not permitted on an archived blob."),
    side: "destination",
    exitCode: FAILED,
    why: /archived/,
    remedy: /delete it first, rehydrate it/,
  },
  {
    cause: "rehydrating destination",
    arrange: writingIsAnswered(409, "BlobBeingRehydrated", "This operation is not permitted because the blob is being rehydrated."),
    side: "destination",
    exitCode: FAILED,
    why: /being rehydrated/,
    remedy: /wait until the blob is online/,
  },
  {
    cause: "staged blocks dropped by another writer",
    arrange: ({ service, to, options }) => {
      options["method"] = "put-block-from-url";
      service.script.random(({ operation }) => {
        if (operation !== "Put Block List") return undefined;
        to.putBlob("data", "x", { content: "theirs" });
        to.deleteBlob("data", "x");
        return undefined;
      });
    },
    side: "destination",
    exitCode: FAILED,
    why: /the uncommitted blocks of this copy are gone: .*, or another run of this deployment, wrote the blob/,
    remedy: /let one run of a deployment end before the next one begins, .*then deploy again/,
    isSeenByRunsOnly: true,
  },
  {
    cause: "immutable",
    arrange: writingIsAnswered(
      409,
      "BlobImmutableDueToPolicy",
      "This operation is not permitted as the blob is immutable due to a policy.",
    ),
    side: "destination",
    exitCode: FAILED,
    remedy: /immutability policy/,
    isSeenByRunsOnly: true,
  },
  {
    cause: "legal hold",
    arrange: writingIsAnswered(
      409,
      "BlobImmutableDueToLegalHold",
      "This operation is not permitted as the blob is immutable due to one or more legal holds.",
    ),
    side: "destination",
    exitCode: FAILED,
    remedy: /legal hold/,
    isSeenByRunsOnly: true,
  },
  {
    cause: "leased",
    arrange: ({ to }) => void to.putBlob("data", "x", { content: "other", leaseId: LEASE }),
    side: "destination",
    exitCode: FAILED,
    why: /another client holds a lease/,
    remedy: /destinationLeaseId/,
  },
  {
    cause: "destination container missing",
    arrange: ({ to }) => to.deleteContainer("data"),
    side: "destination",
    exitCode: FAILED,
    remedy: /create the container/,
  },
  {
    cause: "container being deleted",
    arrange: writingIsAnswered(409, "ContainerBeingDeleted", "The specified container is being deleted. Try operation later."),
    side: "destination",
    exitCode: FAILED,
    remedy: /deploy again in a minute/,
  },
  {
    cause: "account unknown",
    arrange: (world) => {
      sourceSas({})(world);
      world.source["blobEndpoint"] = "https://no-such-account.blob.core.invalid";
    },
    side: "source",
    exitCode: FAILED,
    why: /does not resolve|DNS does not answer/,
    remedy: /DNS/,
  },
  {
    cause: "public access forbidden",
    arrange: ({ from, source }) => void ((from.rules.forbidsPublicAccess = true), (source["credential"] = { kind: "anonymous" })),
    side: "source",
    exitCode: DENIED,
    why: /forbids anonymous access/,
    remedy: /give the source a credential/,
  },
  {
    cause: "private container, no credential",
    arrange: ({ source }) => void (source["credential"] = { kind: "anonymous" }),
    side: "source",
    exitCode: DENIED,
    why: /anonymous access is not allowed/,
    remedy: /give the source a credential/,
  },
  {
    cause: "another tenant",
    arrange: (world) => void ((world.source["credential"] = identity), (world.from.rules.tenantId = OTHER_TENANT)),
    side: "source",
    exitCode: DENIED,
    why: new RegExp(`trusts the tenant ${OTHER_TENANT}, but the token is from the tenant ${TENANT}`),
    remedy: /servicePrincipal\(\{ tenantId/,
  },
  {
    cause: "key access disabled",
    arrange: ({ from }) => void (from.rules.forbidsKeys = true),
    side: "source",
    exitCode: DENIED,
    why: /shared_access_key_enabled = false/,
    remedy: /Storage Blob Data Reader.*defaultAzureCredential/,
  },
  {
    cause: "customer-provided key",
    arrange: lookingIsAnswered(
      409,
      "BlobUsesCustomerSpecifiedEncryption",
      "The blob is encrypted with customer specified encryption, but it was not provided in the request.",
    ),
    side: "source",
    exitCode: FAILED,
    why: /is encrypted with a customer-provided key/,
    remedy: /encryptionKeyEnvironment/,
  },
  {
    cause: "SAS that makes new blobs only, and a blob is there",
    arrange: (world) => {
      destinationSas({ permissions: "rc" })(world);
      world.to.putBlob("data", "x", { content: "other" });
    },
    side: "destination",
    exitCode: DENIED,
    why: /the SAS has sp=rc; Put Blob From URL needs w to (replace|overwrite)/,
    remedy: /with r.* and w/,
  },
  {
    cause: "SAS without the letter for tags",
    arrange: (world) => {
      destinationSas({ permissions: "rcwd" })(world);
      world.options["tags"] = { a: "b" };
    },
    side: "destination",
    exitCode: DENIED,
    why: /the SAS has sp=rcwd/,
    remedy: /\bt\b/,
  },
  {
    cause: "SAS of a source whose tags it may not read",
    arrange: (world) => {
      world.from.putBlob("data", "x", { content: "content", tags: { a: "b" } });
      sourceSas({ permissions: "r" })(world);
      world.options["copySourceTags"] = true;
    },
    exitCode: DENIED,
    remedy: /\bt\b/,
  },
  {
    cause: "SAS that may not lease the source",
    arrange: (world) => {
      sourceSas({ permissions: "r" })(world);
      world.options["sourceGuard"] = "lease";
    },
    side: "source",
    exitCode: DENIED,
    why: /the SAS has sp=r; .*needs w/,
    remedy: /\bw\b|with r/,
  },
  {
    cause: "SAS that may not protect",
    arrange: (world) => {
      destinationSas({ permissions: "rcwdl" })(world);
      world.options["legalHold"] = true;
    },
    side: "destination",
    exitCode: DENIED,
    why: /the SAS has sp=rcwdl/,
    remedy: /\bi\b/,
  },
  {
    cause: "an identity that may not write tags",
    arrange: (world) => {
      world.destination["credential"] = identity;
      world.letters = "rcwdl";
      world.options["tags"] = { a: "b" };
    },
    side: "destination",
    exitCode: DENIED,
    remedy: /Storage Blob Data Owner/,
  },
  {
    cause: "an identity that may not read the source's tags",
    arrange: (world) => {
      world.from.putBlob("data", "x", { content: "content", tags: { a: "b" } });
      world.source["credential"] = identity;
      world.letters = "r";
      world.options["copySourceTags"] = true;
    },
    exitCode: DENIED,
    remedy: /allow the source('s tags)? to be read: .*Owner/,
  },
  {
    cause: "one identity that may write, and may not read the source's tags",
    arrange: (world) => {
      world.from.putBlob("data", "x", { content: "content", tags: { a: "b" } });
      world.source["credential"] = world.destination["credential"] = identity;
      world.letters = "rwc";
      world.options["copySourceTags"] = true;
    },
    exitCode: DENIED,
    remedy: /Storage Blob Data Owner.*source|source's tags to be read: .*Owner/,
  },
  {
    cause: "encryption scope missing",
    arrange: ({ service, options }) => {
      tellsScopes(service);
      options["encryptionScope"] = "no-such-scope";
    },
    side: "destination",
    exitCode: FAILED,
    why: /EncryptionScopeNotAvailable/,
    remedy: /create the encryption scope/,
  },
  {
    cause: "encryption scope that the container does not allow",
    arrange: ({ service, to, destination, options }) => {
      tellsScopes(service);
      for (const scope of ["its-own", "another"]) to.createEncryptionScope(scope);
      to.createContainer("scoped", { defaultEncryptionScope: "its-own", deniesOtherScopes: true });
      destination["containerName"] = "scoped";
      options["encryptionScope"] = "another";
    },
    side: "destination",
    exitCode: DENIED,
    why: /RequestForbiddenByContainerEncryptionPolicy/,
    remedy: /leave encryptionScope out/,
  },
  {
    cause: "destinationLeaseId of another lease",
    arrange: ({ to, options }) => {
      to.putBlob("data", "x", { content: "other", leaseId: LEASE });
      options["destinationLeaseId"] = LEASE.replace("8037", "8038");
    },
    side: "destination",
    exitCode: FAILED,
    remedy: /set destinationLeaseId to the id of the lease/,
  },
  {
    cause: "destinationLeaseId, and no lease",
    arrange: ({ to, options }) => {
      to.putBlob("data", "x", { content: "other" });
      options["destinationLeaseId"] = LEASE;
    },
    side: "destination",
    exitCode: FAILED,
    remedy: /leave destinationLeaseId out/,
  },
  {
    cause: "a policy that protects what is there",
    arrange: ({ to }) => void to.putBlob("data", "x", { content: "other", immutabilityPolicy: { until: LATER, mode: "unlocked" } }),
    side: "destination",
    exitCode: FAILED,
    why: /an immutability policy protects the destination until/,
    remedy: /another blob name/,
  },
  {
    cause: "a hold that protects what is there",
    arrange: ({ to }) => void to.putBlob("data", "x", { content: "other", legalHold: true }),
    side: "destination",
    exitCode: FAILED,
    why: /a legal hold protects the destination/,
    remedy: /lift the hold/,
  },
  {
    cause: "an archived blob is there",
    arrange: ({ to }) => void to.putBlob("data", "x", { content: "other", accessTier: "Archive" }),
    side: "destination",
    exitCode: FAILED,
    why: /the destination is archived/,
    remedy: /rehydrate it/,
  },
  {
    cause: "nothing is to be replaced, and another blob is there",
    arrange: ({ to, options }) => {
      to.putBlob("data", "x", { content: "quite another" });
      options["overwrite"] = "never";
    },
    side: "destination",
    exitCode: FAILED,
    why: /overwrite policy is NEVER/,
    remedy: /delete it/,
  },
  {
    cause: "the source is not as declared",
    arrange: ({ options }) => void (options["sourceConditions"] = { ifMatch: '"0x1"' }),
    side: "source",
    exitCode: FAILED,
    remedy: /condition/,
  },
  {
    cause: "the destination is not as declared",
    arrange: ({ to, options }) => {
      to.putBlob("data", "x", { content: "other" });
      options["destinationConditions"] = { ifUnmodifiedSince: "2020-01-01T00:00:00Z" };
    },
    side: "destination",
    exitCode: FAILED,
    remedy: /condition/,
  },
  {
    cause: "a method whose blobs are of another type than what is there",
    arrange: ({ to, options }) => {
      to.putBlob("data", "x", { type: "AppendBlob", content: "other" });
      options["method"] = "put-block-from-url";
    },
    side: "destination",
    exitCode: FAILED,
    why: /BlockBlob.*cannot be both/,
    remedy: /delete the destination/,
  },
  {
    cause: "a SAS of a blob alone cannot find restore points",
    arrange: (world) => {
      destinationSas({ blob: "x", permissions: "rcwdl" })(world);
      world.to.putBlob("data", "x", { content: "other" });
      world.options["method"] = "copy-blob";
    },
    side: "destination",
    exitCode: DENIED,
    why: /sp=rcwdl for one blob; Copy Blob needs l to find restore points/,
    remedy: /for its container/,
    isSeenByChecksOnly: true,
  },
  {
    cause: "older service version",
    arrange: lookingIsAnswered(400, "InvalidHeaderValue", "The API version 2026-04-06 is not supported by Azurite."),
    side: "source",
    exitCode: FAILED,
    remedy: /Azurite/,
  },
];

/** A clock on which pauses take no time, and only a run's own timeout is never reached. */
function clockOf(world: World): Clock {
  let passed = 0;
  return {
    now: () => Date.now() + world.clockAhead + passed,
    sleep: (milliseconds, signal) => {
      if (milliseconds < HOUR / 2) {
        passed += milliseconds;
        world.onTime?.(passed);
        return Promise.resolve();
      }
      return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
    },
  };
}

async function withWorld<Result>({ arrange }: Case, use: (world: World) => Promise<Result>): Promise<Result> {
  const service = await FakeBlobService.start();
  const [from, to] = [service.account("source"), service.account("dest")];
  for (const account of [from, to]) account.createContainer("data");
  from.putBlob("data", "x", { content: "content" });
  const place = (account: AccountHandle, variable: string) => ({
    kind: "blob",
    blobEndpoint: account.endpoint,
    containerName: "data",
    blobName: "x",
    credential: key(variable),
  });
  const environment = { FROM: from.key, TO: to.key };
  const world: World = {
    service,
    from,
    to,
    environment,
    source: place(from, "FROM"),
    destination: place(to, "TO"),
    options: { overwrite: "always" },
    letters: "",
    clockAhead: 0,
  };
  try {
    arrange(world);
    service.permit(tokenOf(TENANT), world.letters);
    return await use(world);
  } finally {
    await service.stop();
  }
}

interface Told {
  readonly lines: readonly string[];
  readonly failure: CopyFailure | undefined;
  readonly warnings: readonly string[];
}

async function tell(world: World, command: "check" | "apply"): Promise<Told> {
  const { environment, source, destination, options } = world;
  const clock = clockOf(world);
  const token = { token: tokenOf(TENANT), expiresOnTimestamp: clock.now() + HOUR };
  const tokens = new Map([["", new TokenCache(() => Promise.resolve(token), clock)]]);
  const store = createBlobStore({ environment, clock, tokens });
  const lines: string[] = [];
  const warnings: string[] = [];
  const emit = (event: CopyEvent) => {
    if (event.type === "warning") warnings.push(event.text);
  };
  const print = (text: string) => void lines.push(...text.trimEnd().split("\n"));
  const intent = parseIntent({ version: 1, owner: "Stack/copy", copies: [{ source, destination, ...options }] });
  const run = () =>
    command === "check"
      ? check(checkCopies(intent, { store, clock, signal: NEVER_ABORTED }), { print, logFormat: "text" })
      : runCopies(intent, {
          store,
          clock,
          emit,
          journal: new MemoryJournal(),
          signal: NEVER_ABORTED,
          commit: () => undefined,
        });
  try {
    await run();
    return { lines, failure: undefined, warnings };
  } catch (error) {
    const failure = explain(error, "It failed");
    const { exitCode, what, side, why, remedy } = failure;
    return { lines: failureText({ type: "run-failed", exitCode, what, why, remedy, ...(side && { side }) }), failure, warnings };
  } finally {
    store.close();
  }
}

describe.each(["check", "apply"] as const)("%s", (command) => {
  test.each(
    CASES.filter((one) => (command === "apply" ? one.isSeenByChecksOnly : one.isSeenByRunsOnly) !== true).map(
      (one) => [one.cause, one] as const,
    ),
  )("tells: %s", async (_cause, one) => {
    const { lines, failure } = await withWorld(one, (world) => tell(world, command));
    expect(failure).toMatchObject({ exitCode: one.exitCode });
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines[0]).toContain(`Error [${one.side ?? failure?.side ?? ""}]: `);
    expect(lines[1]).toMatch(one.why ?? /Why: ./);
    expect(lines[2]).toMatch(one.remedy);
    expect(lines.join("\n")).not.toMatch(/sig=|Bearer /);
  });
});

test.each<[string, readonly ("source" | "destination")[], object, string]>([
  ["both sides", ["source", "destination"], {}, "destination"],
  ["the source", ["source"], {}, "source"],
  ["the source, which Copy Blob reads by a SAS", ["source"], { method: "copy-blob" }, "source"],
  ["the destination", ["destination"], {}, "destination"],
  ["the destination, which is written in blocks", ["destination"], { method: "put-block-from-url" }, "destination"],
])("a role on %s that was assigned just now is waited for, and that is said", async (_, sides, options, told) => {
  const arrange = (world: World) => {
    for (const side of sides) world[side]["credential"] = identity;
    Object.assign(world.options, options);
    world.onTime = (milliseconds) => milliseconds > 100_000 && world.service.permit(tokenOf(TENANT), "rwc");
  };
  await withWorld({ arrange } as unknown as Case, async (world) => {
    const { failure, warnings } = await tell(world, "apply");
    expect(failure).toBeUndefined();
    expect(world.to.blobNames("data")).toEqual(["x"]);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`lacks a role on the ${told} .*tried again for up to 10 minutes`))]);
  });
});

test("check finds nothing where nothing is wrong, and changes nothing", async () => {
  const one = { arrange: () => undefined } as unknown as Case;
  await withWorld(one, async (world) => {
    const { lines, failure } = await tell(world, "check");
    expect(failure).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(/^ok +source +.*BlockBlob, 7 bytes/),
      expect.stringMatching(/^ok +destination +.*absent/),
      expect.stringMatching(/^ok +copy +.*the service may read the source and write the destination/),
      "Check: no problems found",
    ]);
    expect(world.to.blobNames("data")).toEqual([]);
    expect(world.to.getBlob("data", "x")).toBeUndefined();
  });
});
