import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformIterator, TerraformStack, TerraformVariable, Testing, Token } from "cdktf";
import type { BlobCopyConfig, BlobDestinationContainerOptions, BlobSourceContainerOptions, BlobSourceFileShareOptions } from "../../lib";
import {
  AccessTier,
  BlobCopy,
  BlobCopySet,
  BlobDestination,
  BlobSource,
  ImmutabilityMode,
  CopyMethod,
  Credential,
  DestroyPolicy,
  OverwritePolicy,
  RehydratePriority,
  SourceGuard,
} from "../../lib";
import { context, problemsOf, testStack } from "./support/synthesized";

const SOURCE = "https://source.blob.core.windows.net/";
const DESTINATION = "https://destination.blob.core.windows.net";
const SNAPSHOT = "2026-03-09T01:42:34.9360000Z";
const SAS = "sv=2024-11-04&sig=c2VjcmV0";
const SAS_FIX =
  'which would be written to the synthesized folder and to Terraform\'s state; remove the query, and give the SAS as credential: Credential.sasFromEnvironment("NAME_OF_A_VARIABLE"), or Credential.sas(value) for one that Terraform makes.';

const sas = () => Credential.sasFromEnvironment("SAS");

/** The older name of `rehydrate.priority`. */
function older(rehydratePriority: RehydratePriority): Partial<BlobCopyConfig> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is taken as ever
  return { rehydratePriority };
}

function blob(more: Partial<BlobSourceContainerOptions> = {}): BlobSource {
  return BlobSource.fromContainer({ blobEndpoint: SOURCE, containerName: "models", blobName: "b", ...more });
}

function to(more: Partial<BlobDestinationContainerOptions> = {}): BlobDestination {
  return BlobDestination.fromContainer({ blobEndpoint: DESTINATION, containerName: "backups", blobName: "b", ...more });
}

function file(more: Partial<BlobSourceFileShareOptions> = {}): BlobSource {
  return BlobSource.fromFileShare({ fileEndpoint: "https://source.file.core.windows.net/", shareName: "share", filePath: "a/b", ...more });
}

const ACCESS_KEY = { accountName: "destination" };

/**
 * The mistake, the wrong part of the declaration (source and destination are right), and the
 * problem that synth must report.
 */
type Case = readonly [what: string, wrong: (token: string) => Partial<BlobCopyConfig>, problem: string];

const IDENTITIES: Case[] = [
  [
    "a service principal without a secret",
    () => ({ source: blob({ credential: Credential.servicePrincipal({ tenantId: "t", clientId: "c" }) }) }),
    "source.credential.clientSecretEnvironment or certificatePathEnvironment must name the environment variable of a service principal, and not both.",
  ],
  [
    "a service principal of no tenant",
    () => ({ source: blob({ credential: Credential.servicePrincipal({ tenantId: "", clientId: "c", clientSecretEnvironment: "S" }) }) }),
    "source.credential.tenantId of a service principal must be given.",
  ],
  [
    "a secret where its variable's name should be",
    () => ({
      source: blob({ credential: Credential.servicePrincipal({ tenantId: "t", clientId: "c", clientSecretEnvironment: "p~ss" }) }),
    }),
    'source.credential does not name an environment variable: Credential.servicePrincipal takes the name (letters, digits and "_", not starting with a digit), never the value.',
  ],
];

const NAMES: Case[] = [
  [
    "a container name with capitals",
    () => ({ destination: to({ containerName: "My-Container" }) }),
    'destination.containerName "My-Container" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "a container name of two characters",
    () => ({ destination: to({ containerName: "ab" }) }),
    'destination.containerName "ab" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "a container name with two hyphens in a row",
    () => ({ source: blob({ containerName: "a--b" }) }),
    'source.containerName "a--b" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "a container name that ends with a hyphen",
    () => ({ source: blob({ containerName: "backup-" }) }),
    'source.containerName "backup-" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "a container name with capitals beside a Terraform value",
    (token) => ({ destination: to({ containerName: `Backup-${token}` }) }),
    'destination.containerName "Backup-${…}" is not a container name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit (or $root, $web, $logs, $blobchangefeed).',
  ],
  [
    "an empty container name",
    () => ({ destination: to({ containerName: "" }) }),
    'destination.containerName must be a string that is not empty, got "".',
  ],
  ["an empty blob name", () => ({ destination: to({ blobName: "" }) }), 'destination.blobName must be a string that is not empty, got "".'],
  [
    "a blob name of 1,025 characters",
    () => ({ destination: to({ blobName: "b".repeat(1025) }) }),
    "destination.blobName has 1025 characters; the service takes at most 1024.",
  ],
  [
    "a blob name of 255 segments",
    () => ({ destination: to({ blobName: "b/".repeat(254) + "b" }) }),
    "destination.blobName has 255 path segments; the service takes at most 254.",
  ],
  [
    "a blob name that climbs out of the container",
    () => ({ destination: to({ blobName: "../other/b" }) }),
    'destination.blobName "../other/b" contains the path segment "." or "..", which can lead out of the container; write the name without it.',
  ],
  [
    "a blob name with a dot segment beside a Terraform value",
    (token) => ({ destination: to({ blobName: `${token}/./b` }) }),
    'destination.blobName "${…}/./b" contains the path segment "." or "..", which can lead out of the container; write the name without it.',
  ],
  [
    "a blob name with a backslash",
    () => ({ destination: to({ blobName: "a\\b" }) }),
    'destination.blobName "a\\\\b" contains a backslash, which the service turns into "/"; write "/" for a virtual directory.',
  ],
  [
    "a blob name with a control character",
    () => ({ destination: to({ blobName: "a\u0007b" }) }),
    'destination.blobName "a\\u0007b" contains a control character, which the service refuses in a name; remove it.',
  ],
  [
    "a blob name whose accents are apart, which Terraform would make another name",
    () => ({ destination: to({ blobName: "fu\u0308r/b" }) }),
    'destination.blobName "fu\\u0308r/b" has a letter and its accent as two characters, which Terraform combines into one, so that the name changes; call normalize("NFC") if that is the name, or give fromUrl the URL, with the name escaped by encodeURI.',
  ],
  [
    "such a name in a URL that is not escaped",
    () => ({ source: BlobSource.fromUrl(`${SOURCE}models/fu\u0308r`) }),
    'source.url "https://source.blob.core.windows.net/models/fu\\u0308r" has a letter and its accent as two characters, which Terraform combines into one, so that the name changes; call normalize("NFC") if that is the name, or give fromUrl the URL, with the name escaped by encodeURI.',
  ],
  [
    "a share name with an underscore",
    () => ({ source: file({ shareName: "my_share" }) }),
    'source.shareName "my_share" is not a share name: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit.',
  ],
  [
    "a file path that starts with a slash",
    () => ({ source: file({ filePath: "/a/b" }) }),
    'source.filePath "/a/b" starts with "/"; give the path below the share, without it.',
  ],
  [
    "a file path that climbs out of the share",
    () => ({ source: file({ filePath: "a/../../b" }) }),
    'source.filePath "a/../../b" contains the path segment "." or "..", which can lead out of the container; write the name without it.',
  ],
  [
    "a snapshot that is no time stamp of the service",
    () => ({ source: blob({ snapshot: "yesterday" }) }),
    'source.snapshot "yesterday" is not the time stamp of a snapshot; give it as the service returned it, such as "2026-03-09T01:42:34.9360000Z".',
  ],
  [
    "a version that is no id of the service",
    () => ({ source: blob({ versionId: "2" }) }),
    'source.versionId "2" is not the id of a version; give it as the service returned it, such as "2026-03-09T01:42:34.9360000Z".',
  ],
];

const URLS: Case[] = [
  [
    "a source URL of another scheme",
    () => ({ source: BlobSource.fromUrl("ftp://example.com/b") }),
    'source.url "ftp://example.com/b" is not an absolute http or https URL.',
  ],
  [
    "a source URL that is a path",
    () => ({ source: BlobSource.fromUrl("container/b") }),
    'source.url "container/b" is not an absolute http or https URL.',
  ],
  [
    "a source URL with a user and password",
    () => ({ source: BlobSource.fromUrl("https://me:hunter2@example.com/b") }),
    "source.url holds a user name or password; remove it, and give a credential.",
  ],
  [
    "a source URL with a fragment",
    () => ({ source: BlobSource.fromUrl("https://example.com/b#part") }),
    'source.url "https://example.com/b#…" has a fragment (#…), which is never sent to a server; remove it, or write %23 for a "#" of a name.',
  ],
  ["a source URL with a SAS", () => ({ source: BlobSource.fromUrl(`${SOURCE}models/b?${SAS}`) }), `source.url holds a SAS, ${SAS_FIX}`],
  [
    "a source URL with a SAS after a Terraform value",
    (token) => ({ source: BlobSource.fromUrl(`${token}models/b?${SAS}`) }),
    `source.url holds a SAS, ${SAS_FIX}`,
  ],
  [
    "a source URL that climbs",
    () => ({ source: BlobSource.fromUrl(`${SOURCE}models/%2e%2e/b`) }),
    'source.url "https://source.blob.core.windows.net/models/%2e%2e/b" contains the path segment "." or "..", which can lead out of the container; write the name without it.',
  ],
  [
    "a source URL with a space",
    () => ({ source: BlobSource.fromUrl("https://example.com/a b") }),
    'source.url "https://example.com/a b" contains a quote, a space or an angle bracket; write it URL-encoded, such as %20.',
  ],
  [
    "a source URL longer than the service takes",
    () => ({ source: BlobSource.fromUrl(`https://example.com/${"b".repeat(2048)}`) }),
    "source.url has 2068 characters; the service takes a copy source of at most 2 KiB.",
  ],
  [
    "a source URL with a snapshot and a version",
    () => ({ source: BlobSource.fromUrl(`${SOURCE}models/b?snapshot=${SNAPSHOT}&versionid=${SNAPSHOT}`) }),
    'source.url "https://source.blob.core.windows.net/models/b?…" names a snapshot and a version; remove one of them.',
  ],
  ["an empty source URL", () => ({ source: BlobSource.fromUrl("") }), 'source.url must be a string that is not empty, got "".'],
  [
    "a destination URL with a SAS",
    () => ({ destination: BlobDestination.fromUrl(`${DESTINATION}/backups/b?${SAS}`) }),
    `destination.url holds a SAS, ${SAS_FIX}`,
  ],
  [
    "a destination URL of a snapshot",
    () => ({ destination: BlobDestination.fromUrl(`${DESTINATION}/backups/b?snapshot=${SNAPSHOT}`) }),
    'destination.url "https://destination.blob.core.windows.net/backups/b?…" names a snapshot or a version, which is read-only; give the URL of the blob, without a query.',
  ],
  [
    "a destination URL with a query",
    () => ({ destination: BlobDestination.fromUrl(`${DESTINATION}/backups/b?comp=metadata`) }),
    'destination.url "https://destination.blob.core.windows.net/backups/b?…" has a query; give the URL of the blob without one.',
  ],
  [
    "a destination URL of an account",
    () => ({ destination: BlobDestination.fromUrl(`${DESTINATION}/`) }),
    'destination.url "https://destination.blob.core.windows.net/" does not name a blob in a container; give https://account.blob.core.windows.net/container/blob.',
  ],
  [
    "a destination in a file share",
    () => ({ destination: BlobDestination.fromUrl("https://destination.file.core.windows.net/share/b") }),
    "destination is in an Azure file share, and a copy makes blobs only; give a blob.",
  ],
  ...["BACKUPS", "b", "my_backups"].flatMap((name): Case[] => [
    [
      `a container that cannot be, ${name}, in the URL of a destination`,
      () => ({ destination: BlobDestination.fromUrl(`${DESTINATION}/${name}/b`) }),
      `destination.url "${DESTINATION}/${name}/b" names the container "${name}", which is not a valid name: it has 3 to 63 lower-case letters, digits and single hyphens.`,
    ],
  ]),
  [
    "half of a character in a name",
    () => ({ destination: to({ blobName: "a\ud83db" }) }),
    'destination.blobName "a\\ud83db" contains half of a character (a lone surrogate), which no URL can carry; write the whole character; a text that was cut off may end in half of one.',
  ],
  [
    "an endpoint with a SAS",
    () => ({ destination: to({ blobEndpoint: `${DESTINATION}/?${SAS}` }) }),
    `destination.blobEndpoint holds a SAS, ${SAS_FIX}`,
  ],
  [
    "an endpoint with a query",
    () => ({ destination: to({ blobEndpoint: `${DESTINATION}/?restype=service` }) }),
    'destination.blobEndpoint "https://destination.blob.core.windows.net/?…" has a query; give the endpoint alone, such as https://account.blob.core.windows.net/.',
  ],
  [
    "an endpoint without a scheme, of a host that may be anything",
    () => ({ destination: to({ blobEndpoint: "storage.example.com" }) }),
    'destination.blobEndpoint "storage.example.com" is not an absolute http or https URL.',
  ],
  [
    "a SAS among the triggers",
    () => ({ copyTriggers: { source: `${SOURCE}models/b?${SAS}` } }),
    `copyTriggers.source holds a SAS, ${SAS_FIX}`,
  ],
];

const METADATA_AND_TAGS: Case[] = [
  [
    "metadata that the program's own marks have",
    () => ({ metadata: { BlobCopy_unfinished: "x" } }),
    'metadata name "BlobCopy_unfinished" starts with "blobcopy_", which is reserved for the marks of incomplete copies; use another name.',
  ],
  [
    "a tag that the program's own marks have",
    () => ({ tags: { blobcopy_unfinished: "x" } }),
    'tag name "blobcopy_unfinished" starts with "blobcopy_", which is reserved for the marks of incomplete copies; use another name.',
  ],
  [
    "a metadata name with a hyphen",
    () => ({ metadata: { "content-owner": "me" } }),
    'metadata name "content-owner" is not a C# identifier: use letters, digits and "_", not starting with a digit.',
  ],
  [
    "a metadata name that starts with a digit",
    () => ({ metadata: { "1st": "me" } }),
    'metadata name "1st" is not a C# identifier: use letters, digits and "_", not starting with a digit.',
  ],
  [
    "metadata names that differ only in case",
    () => ({ metadata: { owner: "me", Owner: "you" } }),
    'metadata names "owner" and "Owner" differ only in case, and are one name to the service; remove one.',
  ],
  [
    "a metadata value that is not ASCII",
    () => ({ metadata: { owner: "Zoë" } }),
    'metadata.owner "Zoë" is not printable ASCII, and HTTP headers carry nothing else; encode it, for example with encodeURIComponent.',
  ],
  [
    "a metadata value of two lines",
    () => ({ metadata: { note: "one\ntwo" } }),
    'metadata.note "one\\ntwo" is not printable ASCII, and HTTP headers carry nothing else; encode it, for example with encodeURIComponent.',
  ],
  [
    "more metadata than 8 KiB",
    () => ({ metadata: { note: "x".repeat(8189) } }),
    "metadata takes 8193 bytes, names and values together; the service stores at most 8 KiB (8192 bytes).",
  ],
  [
    "eleven tags",
    () => ({ tags: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, "v"])) }),
    "tags has 11 tags; the service takes at most 10.",
  ],
  [
    "a tag name of 129 characters",
    () => ({ tags: { ["t".repeat(129)]: "v" } }),
    'tag name "ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt…" has 129 characters; the service takes 1 to 128.',
  ],
  [
    "a tag value of 257 characters",
    () => ({ tags: { stage: "v".repeat(257) } }),
    "tags.stage has 257 characters; the service takes at most 256.",
  ],
  [
    "a tag with a character that tags cannot have",
    () => ({ tags: { stage: "done!" } }),
    'tags.stage "done!" has a character that tags cannot have: use letters, digits, space and + - . / : = _',
  ],
  [
    "a content header of two lines",
    () => ({ contentHeaders: { contentType: "text/plain\r\nx-evil: 1" } }),
    'contentHeaders.contentType "text/plain\\r\\nx-evil: 1" is not printable ASCII, and HTTP headers carry nothing else; encode it, for example with encodeURIComponent.',
  ],
];

const OPTIONS: Case[] = [
  [
    "a timeout in words",
    () => ({ timeout: "an hour" }),
    'timeout "an hour" is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".',
  ],
  [
    "a timeout without a unit",
    () => ({ timeout: "3600" }),
    'timeout "3600" is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".',
  ],
  [
    "a timeout of no time",
    () => ({ timeout: "0s" }),
    'timeout "0s" is out of range: at least "1s", at most "336h" (14 days, after which the service gives a pending copy up).',
  ],
  [
    "a timeout beyond the service's own limit",
    () => ({ timeout: "337h" }),
    'timeout "337h" is out of range: at least "1s", at most "336h" (14 days, after which the service gives a pending copy up).',
  ],
  [
    "a timeout that only Terraform knows",
    (token) => ({ timeout: token }),
    'timeout "${…}" is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".',
  ],
  [
    "a lease id that is no GUID",
    () => ({ destinationLeaseId: "mine" }),
    'destinationLeaseId "mine" is not a GUID; give the id that the lease was acquired with.',
  ],
  [
    "an MD5 in hexadecimal digits",
    () => ({ sourceContentMd5: "5d41402abc4b2a76b9719d911017c592" }),
    'sourceContentMd5 "5d41402abc4b2a76b9719d911017c592" is not an MD5 in Base64: 24 characters, the last two of them =; did you mean "XUFAKrxLKna5cZ2REBfFkg=="?',
  ],
  [
    "a policy without an end",
    () => ({ immutabilityPolicy: { mode: ImmutabilityMode.LOCKED } as unknown as { until: string } }),
    "immutabilityPolicy.until is missing.",
  ],
  [
    "a policy until some day",
    () => ({ immutabilityPolicy: { until: "next year" } }),
    'immutabilityPolicy.until "next year" is not a time: use ISO 8601 with its time zone, such as "2027-01-31" or "2027-01-31T08:00:00Z", or RFC 1123.',
  ],
  [
    "a policy of another mode",
    () => ({ immutabilityPolicy: { until: "2099-01-01", mode: "mutable" as never } }),
    'immutabilityPolicy.mode "mutable" is not one of Unlocked, Locked.',
  ],
  [
    "an encryption scope that is no name",
    () => ({ encryptionScope: "my scope" }),
    'encryptionScope "my scope" is not a name of an encryption scope: 3 to 63 letters, digits and single hyphens between them.',
  ],
  [
    "an ETag without quotes",
    () => ({ sourceConditions: { ifMatch: "0x8D" } }),
    'sourceConditions.ifMatch "0x8D" is not an ETag in its quotes, or "*".',
  ],
  [
    "a condition on a time that is none",
    () => ({ destinationConditions: { ifUnmodifiedSince: "tomorrow" } }),
    'destinationConditions.ifUnmodifiedSince "tomorrow" is not a time: use ISO 8601 with its time zone, such as "2027-01-31" or "2027-01-31T08:00:00Z", or RFC 1123.',
  ],
  [
    "a method that does not exist",
    () => ({ method: "rsync" as unknown as CopyMethod }),
    'method "rsync" is not one of auto, copy-blob, copy-blob-from-url, put-blob-from-url, put-block-from-url, put-page-from-url, append-block-from-url, incremental-copy-blob.',
  ],
  [
    "a destination where a source belongs",
    () => ({ source: to() as unknown as BlobSource }),
    "source must be made with BlobSource.fromUrl, BlobSource.fromContainer or BlobSource.fromFileShare.",
  ],
  [
    "a source that is a string",
    () => ({ source: "https://example.com/b" as unknown as BlobSource }),
    "source must be made with BlobSource.fromUrl, BlobSource.fromContainer or BlobSource.fromFileShare.",
  ],
  [
    "a destination that is a string",
    () => ({ destination: "https://example.com/b" as unknown as BlobDestination }),
    "destination must be made with BlobDestination.fromUrl or BlobDestination.fromContainer.",
  ],
];

const CREDENTIALS: Case[] = [
  [
    "a literal SAS",
    () => ({ source: blob({ credential: Credential.sas(SAS) }) }),
    'source.credential is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use Credential.sasFromEnvironment("NAME").',
  ],
  [
    "a literal account key",
    () => ({ destination: to({ credential: Credential.accountKey("c2VjcmV0", ACCESS_KEY) }) }),
    'destination.credential is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use Credential.accountKeyFromEnvironment("NAME").',
  ],
  [
    "a literal connection string",
    () => ({ destination: to({ credential: Credential.connectionString("AccountKey=c2VjcmV0") }) }),
    'destination.credential is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use Credential.connectionStringFromEnvironment("NAME").',
  ],
  [
    "a secret around a Terraform value",
    (token) => ({ source: blob({ credential: Credential.sas(`?${token}`) }) }),
    'source.credential is a secret with text around a Terraform value; give one value, for example Fn.join("", [...]).',
  ],
  [
    "a SAS where the name of a variable belongs",
    () => ({ source: blob({ credential: Credential.sasFromEnvironment(`?${SAS}`) }) }),
    'source.credential does not name an environment variable: Credential.sasFromEnvironment takes the name (letters, digits and "_", not starting with a digit), never the value.',
  ],
  [
    "a variable of the program itself",
    () => ({ source: blob({ credential: Credential.sasFromEnvironment("BLOB_COPY_INTENT") }) }),
    "source.credential names an environment variable that starts with BLOB_COPY_, such as BLOB_COPY_INTENT; these are the program's own, so use another name.",
  ],
  [
    "a variable that JavaScript takes for something else",
    () => ({ source: blob({ credential: Credential.connectionStringFromEnvironment("__proto__") }) }),
    "source.credential names the environment variable __proto__, which JavaScript takes for something else; use another name.",
  ],
  [
    "an account name with capitals",
    () => ({ source: blob({ credential: Credential.accountKeyFromEnvironment("KEY", { accountName: "MyAccount" }) }) }),
    'source.credential: accountName "MyAccount" is not the name of a storage account: 3 to 24 lower-case letters and digits.',
  ],
  [
    "a token over plain http",
    () => ({ source: blob({ blobEndpoint: "http://10.0.0.1:10000/a", credential: Credential.defaultAzureCredential() }) }),
    "source.credential is Credential.defaultAzureCredential(), whose token must not travel over plain http; use https.",
  ],
  [
    "an anonymous destination",
    () => ({ destination: to({ credential: Credential.anonymous() }) }),
    "destination.credential is Credential.anonymous(), but a blob cannot be written anonymously; give another credential.",
  ],
  [
    "a secret of Terraform's for a blob that is deleted at destroy",
    (token) => ({ onDestroy: DestroyPolicy.DELETE, destination: to({ credential: Credential.sas(token) }) }),
    "onDestroy is DELETE, and destination.credential is a secret that Terraform holds: at destroy Terraform passes a program only values from its state, and a secret must not be there; use Credential.defaultAzureCredential() or a credential from the environment.",
  ],
  [
    "a secret of Terraform's for a copy that is aborted at destroy",
    (token) => ({ wait: false, destination: to({ credential: Credential.connectionString(token) }) }),
    "wait is false, and destination.credential is a secret that Terraform holds: at destroy Terraform passes a program only values from its state, and a secret must not be there; use Credential.defaultAzureCredential() or a credential from the environment.",
  ],
];

const CONTRADICTIONS: Case[] = [
  [
    "tags of its own and of the source",
    () => ({ tags: { stage: "done" }, copySourceTags: true }),
    "tags and copySourceTags are given, and the service takes only one of them; remove one.",
  ],
  [
    "tags of a file",
    () => ({ source: file(), copySourceTags: true }),
    "copySourceTags is true, but the source is not a blob whose tags can be read (a file, or read anonymously); remove it, or give tags.",
  ],
  [
    "a rehydrate priority without a tier",
    () => older(RehydratePriority.HIGH),
    "rehydratePriority is given without accessTier; an archived source is read into an online tier, so give AccessTier.HOT, COOL or COLD.",
  ],
  [
    "a rehydrate priority into the archive",
    () => ({ ...older(RehydratePriority.HIGH), accessTier: AccessTier.ARCHIVE }),
    "rehydratePriority is given with accessTier ARCHIVE, but an archived source is read into an online tier; give AccessTier.HOT, COOL or COLD.",
  ],
  [
    "a rehydrate priority with a method that cannot",
    () => ({ ...older(RehydratePriority.HIGH), accessTier: AccessTier.HOT, method: CopyMethod.PUT_BLOB_FROM_URL }),
    "rehydratePriority is given, but method put-blob-from-url cannot do it; use CopyMethod.AUTO or COPY_BLOB.",
  ],
  [
    "an encryption scope with a method that cannot",
    () => ({ encryptionScope: "vault", method: CopyMethod.COPY_BLOB }),
    "encryptionScope is given, but method copy-blob cannot do it; use CopyMethod.AUTO or COPY_BLOB_FROM_URL, PUT_BLOB_FROM_URL, " +
      "PUT_BLOCK_FROM_URL, PUT_PAGE_FROM_URL, APPEND_BLOCK_FROM_URL.",
  ],
  [
    "an encryption key with a method that takes none",
    () => ({ source: blob({ encryptionKeyEnvironment: "KEY" }), method: CopyMethod.COPY_BLOB }),
    "an encryption key is given, but method copy-blob does not take one; use CopyMethod.AUTO, PUT_BLOB_FROM_URL, PUT_BLOCK_FROM_URL, " +
      "PUT_PAGE_FROM_URL or APPEND_BLOCK_FROM_URL.",
  ],
  [
    "an encryption key beside a scope",
    () => ({ destination: to({ encryptionKeyEnvironment: "KEY" }), encryptionScope: "vault" }),
    "encryptionScope and destination.encryptionKeyEnvironment are given, but a blob can have only one of them; remove one.",
  ],
  [
    "an encryption key of another server's file",
    () => ({ source: BlobSource.fromUrl("https://files.example.com/x", { encryptionKeyEnvironment: "KEY" }) }),
    "source.encryptionKeyEnvironment is given, but the source is not a blob of Azure Storage, and cannot have such a key; remove it.",
  ],
  [
    "an encryption key of a file of a share",
    () => ({ source: file({ encryptionKeyEnvironment: "KEY" } as never) }),
    "source.encryptionKeyEnvironment is not an option of fromFileShare; remove it. The options are fileEndpoint, shareName, filePath, credential.",
  ],
  [
    "an encryption key where the name of its variable should be",
    () => ({ source: blob({ encryptionKeyEnvironment: "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=" }) }),
    'source.encryptionKeyEnvironment does not name an environment variable: it takes the name (letters, digits and "_", not starting with a digit), never the value.',
  ],
  [
    "an encryption key over plain http",
    () => ({
      destination: to({ blobEndpoint: "http://destination.blob.core.windows.net", encryptionKeyEnvironment: "KEY", credential: sas() }),
    }),
    "destination.encryptionKeyEnvironment is given, and a key must not travel over plain http; use https.",
  ],
  [
    "an MD5 with a method that reads piece by piece",
    () => ({ sourceContentMd5: "XUFAKrxLKna5cZ2REBfFkg==", method: CopyMethod.PUT_BLOCK_FROM_URL }),
    "sourceContentMd5 is given, but method put-block-from-url cannot do it; use CopyMethod.AUTO or COPY_BLOB_FROM_URL, PUT_BLOB_FROM_URL.",
  ],
  [
    "a seal with a method that makes block blobs",
    () => ({ seal: true, method: CopyMethod.PUT_BLOB_FROM_URL }),
    "seal is given, but method put-blob-from-url cannot do it; use CopyMethod.AUTO or COPY_BLOB, APPEND_BLOCK_FROM_URL.",
  ],
  [
    "a tier for an append blob",
    () => ({ accessTier: AccessTier.COOL, method: CopyMethod.APPEND_BLOCK_FROM_URL }),
    "accessTier Cool is given, but method append-block-from-url makes an append blob, which has no tier; remove one of them.",
  ],
  [
    "a block blob's tier for a page blob",
    () => ({ accessTier: AccessTier.ARCHIVE, method: CopyMethod.PUT_PAGE_FROM_URL }),
    "accessTier Archive is for block blobs, but method put-page-from-url makes a page blob; use a premium tier (P4 to P80), or none.",
  ],
  [
    "a page blob's tier for a block blob",
    () => ({ accessTier: AccessTier.P10, method: CopyMethod.PUT_BLOCK_FROM_URL }),
    "accessTier P10 is for page blobs in premium accounts, but method put-block-from-url makes a block blob; use HOT, COOL, COLD or ARCHIVE.",
  ],
  [
    "a lease on a snapshot",
    () => ({ source: blob({ snapshot: SNAPSHOT }), sourceGuard: SourceGuard.LEASE }),
    "sourceGuard is LEASE, but a snapshot or version cannot be leased, nor can it change; use SourceGuard.NONE.",
  ],
  [
    "a lease on a file",
    () => ({ source: file(), sourceGuard: SourceGuard.LEASE }),
    "sourceGuard is LEASE, but a file of a share cannot be leased by a blob lease; use SourceGuard.ETAG.",
  ],
  [
    "a lease on a URL outside Azure",
    () => ({ source: BlobSource.fromUrl("https://example.com/b"), sourceGuard: SourceGuard.LEASE }),
    "sourceGuard is LEASE, but a lease needs write permission on the source, which is read anonymously; give a credential, or use SourceGuard.ETAG.",
  ],
  [
    "a lease on an anonymous source",
    () => ({ source: blob({ credential: Credential.anonymous() }), sourceGuard: SourceGuard.LEASE }),
    "sourceGuard is LEASE, but a lease needs write permission on the source, which is read anonymously; give a credential, or use SourceGuard.ETAG.",
  ],
  [
    "two pins of the source's ETag",
    () => ({ sourceGuard: SourceGuard.ETAG, sourceConditions: { ifMatch: '"0x8D"' } }),
    "sourceGuard ETAG and sourceConditions.ifMatch both pin the source's ETag; remove one of them.",
  ],
  [
    "a source that must not exist",
    () => ({ sourceConditions: { ifNoneMatch: "*" } }),
    'sourceConditions.ifNoneMatch is "*", which lets the copy start only if the source does not exist; remove it.',
  ],
  [
    "conditions on a file",
    () => ({ source: file(), sourceConditions: { ifModifiedSince: "2026-01-01T00:00:00Z" } }),
    "sourceConditions are given, but the service refuses conditions on a source that is a file of a share; remove them.",
  ],
  [
    "never to overwrite, and only what exists",
    () => ({ overwrite: OverwritePolicy.NEVER, destinationConditions: { ifMatch: "*" } }),
    "overwrite is NEVER, but destinationConditions.ifMatch lets the copy start only onto a blob that exists; remove one of them.",
  ],
  [
    "never to overwrite, and a lease on what exists",
    () => ({ overwrite: OverwritePolicy.NEVER, destinationLeaseId: "11111111-2222-3333-4444-555555555555" }),
    "overwrite is NEVER, but destinationLeaseId is the lease of a blob that exists; remove one of them.",
  ],
  [
    "a file as a page blob",
    () => ({ source: file(), method: CopyMethod.PUT_PAGE_FROM_URL }),
    "method put-page-from-url is given, but a file of a share becomes a block blob; use CopyMethod.AUTO.",
  ],
  [
    "a file by a method for block blobs",
    () => ({ source: file(), method: CopyMethod.COPY_BLOB_FROM_URL }),
    "method copy-blob-from-url copies block blobs only, and the source is a file of a share; use CopyMethod.AUTO.",
  ],
  [
    "an incremental copy of a blob",
    () => ({ method: CopyMethod.INCREMENTAL_COPY_BLOB }),
    "method incremental-copy-blob copies snapshots of page blobs, but the source does not name one; give source.snapshot, or a URL with snapshot, or another method.",
  ],
  [
    "an incremental copy of a version",
    () => ({ source: blob({ versionId: SNAPSHOT }), method: CopyMethod.INCREMENTAL_COPY_BLOB }),
    "method incremental-copy-blob copies snapshots of page blobs, but the source does not name one; give source.snapshot, or a URL with snapshot, or another method.",
  ],
  [
    "an incremental copy of a snapshot of a share",
    () => ({
      source: BlobSource.fromUrl(`https://source.file.core.windows.net/share/a?snapshot=${SNAPSHOT}`),
      method: CopyMethod.INCREMENTAL_COPY_BLOB,
    }),
    "method incremental-copy-blob copies snapshots of page blobs, but the source does not name one; give source.snapshot, or a URL with snapshot, or another method.",
  ],
  [
    "an incremental copy with what its request cannot carry",
    () => ({ source: blob({ snapshot: SNAPSHOT }), method: CopyMethod.INCREMENTAL_COPY_BLOB, metadata: { a: "b" } }),
    "metadata is given, but method incremental-copy-blob cannot do it; use CopyMethod.AUTO or COPY_BLOB, COPY_BLOB_FROM_URL, PUT_BLOB_FROM_URL, " +
      "PUT_BLOCK_FROM_URL, PUT_PAGE_FROM_URL, APPEND_BLOCK_FROM_URL.",
  ],
  [
    "an incremental copy with an encryption key",
    () => ({ source: blob({ snapshot: SNAPSHOT, encryptionKeyEnvironment: "KEY" }), method: CopyMethod.INCREMENTAL_COPY_BLOB }),
    "an encryption key is given, but method incremental-copy-blob does not take one; use CopyMethod.AUTO, PUT_BLOB_FROM_URL, PUT_BLOCK_FROM_URL, " +
      "PUT_PAGE_FROM_URL or APPEND_BLOCK_FROM_URL.",
  ],
  [
    "a snapshot and a version",
    () => ({ source: blob({ snapshot: SNAPSHOT, versionId: SNAPSHOT }) }),
    "source.snapshot and source.versionId are given; remove one of them.",
  ],
  [
    "a blob onto itself",
    () => ({ source: BlobSource.fromUrl(`${DESTINATION}:443/backups/b`) }),
    "source and destination are the same blob, and no option changes it; give another destination, a snapshot or version as source, or one of metadata, tags, contentHeaders, accessTier, encryptionScope, legalHold, immutabilityPolicy.",
  ],
  [
    "not to wait for a synchronous method",
    () => ({ wait: false, method: CopyMethod.PUT_BLOB_FROM_URL }),
    "wait is false, but method put-blob-from-url is synchronous: it is done when the service answers; use CopyMethod.COPY_BLOB, or wait.",
  ],
  [
    "headers that nobody would set",
    () => ({ wait: false, method: CopyMethod.COPY_BLOB, contentHeaders: { contentType: "text/plain" } }),
    "wait is false, but with Copy Blob contentHeaders can be set only after the copy has ended, for which the program does not wait; leave them out, wait, or use another method.",
  ],
  [
    "a hold and a policy that nobody would set",
    () => ({
      wait: false,
      rehydrate: { priority: RehydratePriority.HIGH },
      accessTier: AccessTier.HOT,
      legalHold: true,
      immutabilityPolicy: { until: "2099-01-01" },
    }),
    "wait is false, but with Copy Blob legalHold and immutabilityPolicy can be set only after the copy has ended, for which the program does not wait; leave them out, wait, or use another method.",
  ],
  [
    "headers and long tags that nobody would set on what only Copy Blob copies",
    () => ({
      wait: false,
      accessTier: AccessTier.HOT,
      rehydrate: { priority: RehydratePriority.HIGH },
      contentHeaders: { contentType: "text/plain" },
      tags: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}${"k".repeat(100)}`, "v".repeat(200)])),
    }),
    "wait is false, but with Copy Blob contentHeaders and tags of over 2 KiB can be set only after the copy has ended, for which the program does not wait; leave them out, wait, or use another method.",
  ],
];

/** A stack with the wrong declaration. */
function declare(wrong: (token: string) => Partial<BlobCopyConfig>): TerraformStack {
  const stack = testStack();
  const token = new TerraformVariable(stack, "value", { type: "string" }).stringValue;
  new BlobCopy(stack, "copy", { source: blob(), destination: to(), ...wrong(token) });
  return stack;
}

describe.each([
  ["names", NAMES],
  ["identities", IDENTITIES],
  ["URLs", URLS],
  ["metadata and tags", METADATA_AND_TAGS],
  ["options", OPTIONS],
  ["credentials", CREDENTIALS],
  ["contradictions", CONTRADICTIONS],
])("synth refuses, by one clear message with the path of the construct, what is wrong with %s", (_, cases) => {
  test.each(cases)("%s", (_what, wrong, problem) => {
    expect(problemsOf(declare(wrong))).toEqual([`[stack/copy] ${problem}`]);
  });
});

describe("synth refuses what is wrong between constructs", () => {
  test("two copies to one blob, however each names it", () => {
    const stack = testStack();
    new BlobCopy(stack, "first", { source: blob(), destination: to({ blobName: "a b" }) });
    new BlobCopy(stack, "second", {
      source: blob(),
      destination: BlobDestination.fromUrl("https://Destination.blob.core.windows.net/backups/a%20b"),
    });
    expect(problemsOf(stack)).toEqual([
      "[stack/second] destination is also written by stack/first; two copies to one blob would undo each other, so give one of them another destination.",
    ]);
  });

  test("two copies to one blob whose name only Terraform knows", () => {
    const stack = testStack();
    const name = new TerraformVariable(stack, "name", { type: "string" });
    new BlobCopy(stack, "first", { source: blob(), destination: to({ blobName: name.stringValue }) });
    new BlobCopy(stack, "second", { source: blob(), destination: to({ blobName: name.stringValue }) });
    expect(problemsOf(stack)).toEqual([expect.stringContaining("[stack/second] destination is also written by stack/first")]);
  });

  test("copies for each element to one blob", () => {
    const stack = testStack();
    new BlobCopy(stack, "copy", { source: blob(), destination: to(), forEach: TerraformIterator.fromList(["a", "b"]) });
    expect(problemsOf(stack)).toEqual([
      "[stack/copy] destination is the same for every element of forEach; use iterator.key or iterator.value in its name.",
    ]);
  });

  test("a construct with the name of one of the copy's resources", () => {
    const stack = testStack();
    new BlobCopy(stack, "copy", { source: blob(), destination: to() });
    new BlobCopy(stack, "copy_result", { source: blob(), destination: to({ blobName: "other" }) });
    expect(problemsOf(stack)).toEqual([
      "[stack/copy] the construct stack/copy_result has the name of the resource copy_result that this copy makes; rename one of them.",
    ]);
  });

  test("a program that is not there", () => {
    const folder = path.join(os.tmpdir(), "no-such-folder");
    const stack = new TerraformStack(Testing.app({ context: { "cdktf-azure-blob-copy/program": folder } }), "stack");
    new BlobCopy(stack, "copy", { source: blob(), destination: to() });
    expect(problemsOf(stack)).toEqual([
      `[stack/azure-blob-copy-program] The provisioner program blob-copy.js is not in ${folder}: reinstall cdktf-azure-blob-copy, or build it with "npm run build"; an app that is bundled needs it installed in the folder where it is synthesized.`,
    ]);
  });

  test("HCL output, which cannot hold the copy", () => {
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-synth-"));
    try {
      const stack = new TerraformStack(new App({ outdir, hclOutput: true, context }), "stack");
      new BlobCopy(stack, "copy", { source: blob(), destination: to() });
      expect(problemsOf(stack)).toEqual([
        "[stack/copy] the framework's HCL output cannot hold the resources of this construct; synthesize JSON (without --hcl, hclOutput: false).",
      ]);
    } finally {
      fs.rmSync(outdir, { recursive: true });
    }
  });
});

describe("the report of what is wrong", () => {
  test("holds every problem of every construct at once", () => {
    const stack = testStack();
    new BlobCopy(stack, "first", { source: blob({ containerName: "A" }), destination: to({ blobName: ".." }), timeout: "soon" });
    new BlobCopy(stack, "second", { source: blob(), destination: to(), tags: { "!": "v" } });
    expect(problemsOf(stack).map((problem) => problem.split(" ", 2).join(" "))).toEqual([
      "[stack/first] source.containerName",
      "[stack/first] destination.blobName",
      "[stack/first] timeout",
      "[stack/second] tag",
    ]);
  });

  const EVENTS = ["uncaughtException", "unhandledRejection", "warning", "exit", "SIGINT", "SIGTERM"];
  const global = () => ({
    errors: Object.getOwnPropertyDescriptors(Error),
    names: Object.getOwnPropertyNames(globalThis),
    environment: { ...process.env },
    listeners: EVENTS.map((event) => process.listenerCount(event)),
    folder: process.cwd(),
  });

  test.each<[string, (stack: TerraformStack) => unknown]>([
    ["a copy", (stack) => new BlobCopy(stack, "copy", { source: blob(), destination: to(), timeout: "soon" })],
    ["a set", (stack) => new BlobCopySet(stack, "set", { copies: [{ source: blob(), destination: to({ blobName: "../b" }) }] })],
    ["what no compiler has seen", (stack) => new BlobCopy(stack, "copy", null as never)],
  ])("of %s has no stack trace, and touches nothing that is global", (_, declareWrong) => {
    const before = global();
    const limit = Error.stackTraceLimit;
    const stack = testStack();
    declareWrong(stack);
    let thrown: unknown;
    try {
      App.of(stack).synth();
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error).stack).not.toMatch(/^\s+at /m);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(global()).toEqual(before);
    expect(new Error("later").stack).toMatch(/^\s+at /m);
  });

  test("never repeats a secret that was given in the wrong place", () => {
    const texts = [...URLS, ...CREDENTIALS].flatMap(([, wrong]) => problemsOf(declare(wrong)));
    expect(texts.join("\n")).not.toMatch(/c2VjcmV0|hunter2/);
  });

  test("leaves literal secrets out of the synthesized configuration even when validation is skipped", () => {
    const stack = declare(() => ({ source: blob({ credential: Credential.sas(SAS) }) }));
    expect(Testing.synth(stack)).not.toContain("c2VjcmV0");
  });
});

test("metadata and tags of absent values only are as if they were not given", () => {
  const copies = (more: object) => Testing.synth(declare(() => more));
  expect(copies({ metadata: { team: undefined }, tags: { team: undefined } })).toBe(copies({}));
  expect(copies({ metadata: {} })).not.toBe(copies({}));
});

describe("synth accepts", () => {
  const RIGHT: [what: string, right: (token: string) => Partial<BlobCopyConfig>][] = [
    ["containers with names of their own rules", () => ({ source: blob({ containerName: "$web" }) })],
    [
      "values that only Terraform knows, everywhere",
      (token) => ({
        source: blob({ blobEndpoint: token, containerName: token, blobName: `${token}/v1.bin`, snapshot: token }),
        destination: to({ blobEndpoint: `https://${token}.blob.core.windows.net`, containerName: `backup-${token}`, blobName: token }),
        metadata: { [token]: token, stage: `it is "${token}"` },
        tags: { stage: token },
        destinationLeaseId: token,
        sourceConditions: { ifMatch: token },
        contentHeaders: { contentType: token },
        copyTriggers: { source: token },
      }),
    ],
    ["maps that only Terraform knows", (token) => ({ metadata: Token.asStringMap(token), tags: Token.asStringMap(token) })],
    [
      "a blob onto itself with new metadata",
      () => ({ source: BlobSource.fromUrl(`${DESTINATION}/backups/b`), metadata: { stage: "done" } }),
    ],
    ["a snapshot over its base", () => ({ source: BlobSource.fromUrl(`${DESTINATION}/backups/b?snapshot=${SNAPSHOT}`) })],
    [
      "an account in the path, as emulators have it",
      () => ({ destination: BlobDestination.fromUrl("http://127.0.0.1:10000/account/backups/b") }),
    ],
    [
      "containers of their own names, and those that only Terraform knows, in URLs",
      (token) => ({ source: BlobSource.fromUrl(`${SOURCE}$web/b`), destination: BlobDestination.fromUrl(`${DESTINATION}/${token}_/b`) }),
    ],
    ["a name whose accents are apart, in an escaped URL", () => ({ source: BlobSource.fromUrl(`${SOURCE}models/fu%CC%88r`) })],
    [
      "a name beside a Terraform value, with one character for a letter and its accent",
      (token) => ({ destination: to({ blobName: `${token}/f\u00fcr` }) }),
    ],
    ["whole characters of two halves", () => ({ destination: to({ blobName: "a\u{1f600}b" }) })],
    ["the longest timeout", () => ({ timeout: "336h" })],
    ["a timeout of parts", () => ({ timeout: "1h30m5s" })],
    ["metadata of exactly 8 KiB", () => ({ metadata: { note: "x".repeat(8188) } })],
    ["a lease on a blob in Azure", () => ({ sourceGuard: SourceGuard.LEASE })],
  ];

  test.each(RIGHT)("%s", (_what, right) => {
    expect(problemsOf(declare(right))).toEqual([]);
  });
});
