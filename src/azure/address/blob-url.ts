import type { Side } from "../../failure/service-error";
import type { BlobReference, FileReference, LocationReference, UrlReference } from "../../intent";
import { isOfAzure, LocationKind, READ_ONLY_CONTAINERS, addressOf, isContainerName, secretIn } from "../../intent";
import { badIntent } from "../../failure/bad-intent";
import { checkBlobName, escapeName, unescapeSegment } from "./blob-name";
import { type Endpoint, checkEndpoint } from "./endpoint";
import { type UrlParts, parseQuery, splitUrl } from "./url-parts";

/** A parsed location: the parts that all requests to it share. */
export interface BlobUrl {
  /** `web`: a host that is not a known storage service. It can only be a source. */
  readonly kind: "blob" | "file" | "web";
  readonly endpoint: Endpoint;
  /** Storage account; undefined if the URL does not show it. */
  readonly accountName: string | undefined;
  /** The same for all locations of one account; undefined for `web`. */
  readonly account: string | undefined;
  /** Escaped; begins with a slash. */
  readonly path: string;
  /** Escaped. The query of a `web` URL may contain anything, so it is never printed. */
  readonly query: string;
  /** Escaped, without the query. */
  readonly url: string;
  /** URL of the service, without the container and without a slash at the end. */
  readonly serviceUrl: string;
  /** Unescaped. For a file: its share. */
  readonly containerName: string;
  /** Unescaped. For a file: its path. */
  readonly blobName: string;
  readonly snapshot: string | undefined;
  readonly versionId: string | undefined;
}

const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;
const MOMENT_PARAMETERS = ["snapshot", "versionid", "sharesnapshot"];

interface Place {
  readonly kind: "blob" | "file";
  readonly endpoint: Endpoint;
  /** First path segment of a path-style endpoint. */
  readonly pathAccount: string | undefined;
  readonly containerName: string;
  readonly blobName: string;
  /** A blob of the root container whose URL does not name the container. */
  readonly implicitRoot?: boolean;
  readonly snapshot?: string | undefined;
  readonly versionId?: string | undefined;
  readonly shareSnapshot?: string | undefined;
}

/** @throws CopyFailure (exit code 2) if `location` cannot be the `side` of a copy */
export function parseLocation(location: LocationReference, side: Side): BlobUrl {
  const parsed = location.kind === LocationKind.URL ? parseUrl(location, side) : assemble(parseParts(location, side), side);
  if (side === "destination" && (parsed.snapshot ?? parsed.versionId) !== undefined) {
    throw badIntent(side, `${parsed.url} names a snapshot or version, which cannot be written`, "Leave the snapshot or version out.");
  }
  if (side === "destination" && parsed.kind !== "blob") {
    throw badIntent(side, `${parsed.url} is not a blob`, "Copy to a blob: https://<account>.blob.core.windows.net/<container>/<blob>.");
  }
  return parsed;
}

/**
 * Parses a container once for all its blobs. Its path and URL have no slash at the end, and its
 * blob name is empty.
 */
export function parseContainer(container: { readonly blobEndpoint: string; readonly containerName: string }, side: Side): BlobUrl {
  const blob = assemble(parseParts({ kind: LocationKind.BLOB, ...container, blobName: "_" }, side), side);
  return { ...blob, path: blob.path.slice(0, -"/_".length), url: blob.url.slice(0, -"/_".length), blobName: "" };
}

function parseParts(location: BlobReference | FileReference, side: Side): Place {
  const kind = location.kind === LocationKind.FILE ? "file" : "blob";
  const { endpoint, rawPath, rawQuery } = splitUrl(addressOf(location), side);
  const segments = rawPath.split("/").filter((segment) => segment !== "");
  if (rawQuery !== "" || segments.length > 1) {
    throw badIntent(
      side,
      `${endpoint.authority} has a path or query in its ${kind} endpoint`,
      `Give the endpoint alone, such as the value of primary_${kind}_endpoint.`,
    );
  }
  const common = { kind, endpoint, pathAccount: segments[0] } as const;
  if (location.kind === LocationKind.FILE) return { ...common, containerName: location.shareName, blobName: location.filePath };
  const { containerName, blobName, snapshot, versionId } = location;
  return { ...common, containerName, blobName, snapshot, versionId };
}

function parseUrl(location: UrlReference, side: Side): BlobUrl {
  const parts = splitUrl(location.url, side);
  const { endpoint, rawQuery } = parts;
  const parameters = parseQuery(rawQuery);
  const secret = secretIn(location.url);
  if (secret !== undefined) {
    throw badIntent(
      side,
      `the URL of ${endpoint.authority} carries ${secret}`,
      "Leave the query out of the URL, put it into an environment variable, and name that variable in a SAS credential.",
    );
  }
  const onlyMoments = parameters.every(([name]) => MOMENT_PARAMETERS.includes(name));
  if (!isInAzure(location, parts, side, onlyMoments)) return parseWebUrl(parts, side);
  if (!onlyMoments) {
    const unknown = parameters.find(([name]) => !MOMENT_PARAMETERS.includes(name))?.[0] ?? "";
    throw badIntent(
      side,
      `the URL of ${endpoint.authority} has the query parameter "${unknown}"`,
      "The query may contain only snapshot and versionid.",
    );
  }
  const moment = new Map(parameters);
  return assemble(
    {
      ...placeOf(parts, side),
      snapshot: moment.get("snapshot"),
      versionId: moment.get("versionid"),
      shareSnapshot: moment.get("sharesnapshot"),
    },
    side,
  );
}

/**
 * Whether a URL is that of a blob or file. If the host does not show it, the path or the credential
 * may.
 */
function isInAzure({ credential }: UrlReference, { endpoint, rawPath }: UrlParts, side: Side, onlyMoments: boolean): boolean {
  // A static website is in Azure, but it is a web server.
  if (endpoint.service === "web") return side === "destination";
  if (endpoint.accountName !== undefined || side === "destination") return true;
  if (credential !== undefined && isOfAzure(credential.kind)) return true;
  const [, account = "", container = "", ...names] = rawPath.split("/");
  return endpoint.pathStyle && onlyMoments && names.length > 0 && ACCOUNT_NAME.test(account) && isContainerName(container);
}

function placeOf({ endpoint, rawPath }: UrlParts, side: Side): Place {
  const kind = endpoint.service === "file" ? "file" : "blob";
  const segments = rawPath
    .slice(1)
    .split("/")
    .map((segment) => unescapeSegment(segment, side));
  const pathAccount = endpoint.pathStyle ? segments.shift() : undefined;
  const [containerName = "", ...names] = segments;
  if (names.length > 0) return { kind, endpoint, pathAccount, containerName, blobName: names.join("/") };
  if (containerName === "" || kind === "file" || side === "destination") {
    throw badIntent(
      side,
      `${endpoint.authority}${rawPath} does not name a ${kind}`,
      `Name the ${kind} behind its ${kind === "file" ? "share" : "container"}; a blob of the root container is /$root/<blob>.`,
    );
  }
  return { kind, endpoint, pathAccount, containerName: "$root", blobName: containerName, implicitRoot: true };
}

function parseWebUrl({ endpoint, rawPath, rawQuery }: UrlParts, side: Side): BlobUrl {
  const origin = `${endpoint.protocol}//${endpoint.authority}`;
  let path: string;
  let query: string;
  try {
    const normalised = new URL(`${origin}${rawPath}${rawQuery === "" ? "" : `?${rawQuery}`}`);
    path = normalised.pathname;
    query = normalised.search.slice(1);
  } catch (error) {
    throw badIntent(side, `"${origin}${rawPath}" is not a URL: ${(error as Error).message}`, "Give an absolute http or https URL.");
  }
  return {
    kind: "web",
    endpoint,
    accountName: undefined,
    account: undefined,
    path,
    query,
    url: `${origin}${path}`,
    serviceUrl: origin,
    containerName: "",
    blobName: "",
    snapshot: undefined,
    versionId: undefined,
  };
}

function assemble(place: Place, side: Side): BlobUrl {
  const { endpoint, kind, pathAccount, containerName, blobName, snapshot, versionId, shareSnapshot } = place;
  checkEndpoint(endpoint, kind, side);
  const noun = kind === "file" ? "share" : "container";
  if (!isContainerName(containerName)) {
    throw badIntent(
      side,
      `"${containerName}" is not a ${noun} name`,
      `A ${noun} name has 3 to 63 lower-case letters, digits and single hyphens.`,
    );
  }
  if (side === "destination" && READ_ONLY_CONTAINERS.includes(containerName)) {
    throw badIntent(side, `only the service itself writes to the container ${containerName}`, "Copy to another container.");
  }
  checkBlobName(blobName, side);
  const prefix = pathAccount === undefined ? "" : `/${escapeName(pathAccount, side)}`;
  const path = `${prefix}${place.implicitRoot ? "" : `/${containerName}`}/${escapeName(blobName, side)}`;
  const serviceUrl = `${endpoint.protocol}//${endpoint.authority}${prefix}`;
  const moments = Object.entries({ sharesnapshot: shareSnapshot, snapshot, versionid: versionId });
  return {
    kind,
    endpoint,
    accountName: endpoint.accountName ?? pathAccount,
    account: pathAccount === undefined ? endpoint.canonical : `${endpoint.canonical}/${pathAccount}`,
    path,
    query: moments.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`])).join("&"),
    url: `${endpoint.protocol}//${endpoint.authority}${path}`,
    serviceUrl,
    containerName,
    blobName,
    snapshot,
    versionId,
  };
}
