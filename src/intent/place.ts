import { meantAddress } from "./address";
import { hostOf } from "./hosts";
import { type BlobReference, LocationKind, type LocationReference } from "./location";
import { withoutCredentials } from "./url-secrets";

/** A part that only Terraform knows. */
const VALUE = /\$\{[^}]*\}/;
const ADDRESS = /^(https?:\/\/(?:\$\{[^}]*\}|[^/?#\\])+)([^?#]*)(?:\?([^#]*))?/i;
const VALUE_FIRST = /^(\$\{[^}]*\})([^?#]*)(?:\?([^#]*))?/;

/** Query parameters that name a moment in time of a blob or of a share. */
const MOMENTS = ["snapshot", "versionid", "sharesnapshot"];

/** The field of each kind that holds its address. */
export const ADDRESS_PARTS: { readonly [Kind in LocationKind]: keyof Extract<LocationReference, { readonly kind: Kind }> } = {
  [LocationKind.URL]: "url",
  [LocationKind.BLOB]: "blobEndpoint",
  [LocationKind.FILE]: "fileEndpoint",
};

/** The beginning of a location's URL: the URL itself, or the endpoint of its service. */
export function addressOf(location: LocationReference): string {
  switch (location.kind) {
    case LocationKind.URL:
      return location.url;
    case LocationKind.BLOB:
      return location.blobEndpoint;
    case LocationKind.FILE:
      return location.fileEndpoint;
  }
}

/**
 * One text for one blob or file, however it is spelled: as a URL or in parts, by any route to its
 * account, with or without the protocol's default port, escaped or not. Snapshots and versions have
 * the text of their blob.
 *
 * A part that only Terraform knows is compared as it is written. The text is not a URL, and not for
 * people.
 */
export function placeKey(location: LocationReference): string {
  const address = meantAddress(addressOf(location));
  const [, base = address, path = ""] = ADDRESS.exec(address) ?? VALUE_FIRST.exec(address) ?? [];
  const host = hostOf(base);
  const names =
    location.kind === LocationKind.URL
      ? segmentsOf(path, decode)
      : [
          ...segmentsOf(path, String).filter((segment) => segment !== ""),
          ...(location.kind === LocationKind.BLOB ? [location.containerName, location.blobName] : [location.shareName, location.filePath]),
        ];
  const containerAt = host?.pathStyle === true ? 1 : 0;
  const isBlobHost = host !== undefined && (host.service === "blob" || host.accountName !== undefined || host.pathStyle);
  // A blob of the root container, whose URL need not name the container.
  if (isBlobHost && host.service !== "file" && names.length === containerAt + 1) names.splice(containerAt, 0, "$root");
  const key = `//${host?.canonical ?? lowerCaseLiterals(base)}/${names.join("/")}`;
  return host?.service === "file" || location.kind === LocationKind.FILE ? key.toLowerCase() : key;
}

/** The beginning of the {@link placeKey} of each blob below a prefix. */
export function prefixKey({
  blobEndpoint,
  containerName,
  prefix,
}: Pick<BlobReference, "blobEndpoint" | "containerName"> & { readonly prefix: string }): string {
  return placeKey({ kind: LocationKind.BLOB, blobEndpoint, containerName, blobName: prefix });
}

/**
 * Equal for two sources exactly if they are the same content: the blob with its snapshot or
 * version; on the web, where a query may select the content, the URL with its query. A credential
 * in the query does not count: it changes, and it is a secret.
 */
export function sourceIdentity(location: LocationReference): string {
  const moments = momentsOf(location);
  return moments === "" ? placeKey(location) : `${placeKey(location)}?${moments}`;
}

/**
 * Whether a location is a snapshot of a blob, rather than the blob, a version of it, or any other
 * place.
 */
export function isSnapshot(location: LocationReference): boolean {
  if (location.kind === LocationKind.BLOB) return location.snapshot !== undefined;
  if (location.kind === LocationKind.FILE || hostOf(meantAddress(location.url))?.service === "file") return false;
  return parseQuery(/\?([^#]*)/.exec(location.url)?.[1] ?? "").some(([name, value]) => name.toLowerCase() === "snapshot" && value !== "");
}

/** The {@link sourceIdentity} of a URL that the service returns in `x-ms-copy-source`. */
export function sourceIdentityOfUrl(url: string): string {
  return sourceIdentity({ kind: LocationKind.URL, url });
}

function momentsOf(location: LocationReference): string {
  if (location.kind === LocationKind.FILE) return "";
  if (location.kind === LocationKind.BLOB) {
    const { snapshot, versionId } = location;
    return canonicalQuery([
      ...(snapshot === undefined ? [] : [["snapshot", snapshot] as const]),
      ...(versionId === undefined ? [] : [["versionid", versionId] as const]),
    ]);
  }
  const url = meantAddress(location.url);
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  const isStorage = hostOf(url)?.service !== undefined;
  const parameters = isStorage ? parseQuery(query) : parseQuery(withoutCredentials(query));
  const named = parameters.map(([name, value]) => [MOMENTS.includes(name.toLowerCase()) ? name.toLowerCase() : name, value] as const);
  return canonicalQuery(isStorage ? named.filter(([name]) => MOMENTS.includes(name)) : named);
}

/** Returns names and values unescaped. */
function parseQuery(query: string): (readonly [name: string, value: string])[] {
  return query
    .split("&")
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const [name = "", ...value] = parameter.split("=");
      return [decode(name), decode(value.join("="))] as const;
    });
}

/** Escapes uniformly: the service may return a URL escaped in another way than it was sent. */
function canonicalQuery(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.map((parameter) => parameter.map((text) => text.replace(/[%&=]/g, encodeURIComponent)).join("=")).join("&");
}

/** Without the leading slash of the path. */
function segmentsOf(path: string, read: (segment: string) => string): string[] {
  const segments = path.replace(/^\//, "").split("/").map(read);
  return segments.length === 1 && segments[0] === "" ? [] : segments;
}

/** Parts that only Terraform knows, and parts that are not escaped correctly, stay as they are. */
function decode(text: string): string {
  if (!text.includes("%") || VALUE.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * For a host that only Terraform knows as a whole. The protocol's default port and trailing slashes
 * are removed, since they make no difference.
 */
function lowerCaseLiterals(base: string): string {
  const [, scheme = "", rest = base] = /^(https?):\/\/(.*)$/i.exec(base) ?? [];
  const ownPort = scheme.toLowerCase() === "https" ? /:443$/ : /:80$/;
  const parts = rest
    .replace(/\/+$/, "")
    .replace(ownPort, "")
    .split(/(\$\{[^}]*\})/);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.toLowerCase())).join("");
}
