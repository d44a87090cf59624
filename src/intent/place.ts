import { meantAddress } from "./address";
import { hostOf } from "./hosts";
import { type BlobReference, LocationKind, type LocationReference } from "./location";
import { withoutCredentials } from "./url-secrets";

/** A part that only Terraform knows. */
const VALUE = /\$\{[^}]*\}/;
const ADDRESS = /^(https?:\/\/(?:\$\{[^}]*\}|[^/?#\\])+)([^?#]*)(?:\?([^#]*))?/i;
const VALUE_FIRST = /^(\$\{[^}]*\})([^?#]*)(?:\?([^#]*))?/;

/** Query parameters that name a moment of a blob or of a share. */
const MOMENTS = ["snapshot", "versionid", "sharesnapshot"];

/** The part of each kind that is its address. */
export const ADDRESS_PARTS: { readonly [Kind in LocationKind]: keyof Extract<LocationReference, { readonly kind: Kind }> } = {
  [LocationKind.URL]: "url",
  [LocationKind.BLOB]: "blobEndpoint",
  [LocationKind.FILE]: "fileEndpoint",
};

/** What a location's URL begins with: the URL itself, or the endpoint of its service. */
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
 * One text for one blob or file, however it is spelled: as a URL or in parts, whichever way its account is reached, with or without the
 * protocol's own port, escaped or not. Snapshots and versions have that of their blob.
 *
 * Where only Terraform knows a part, that part is compared as it is written. Not a URL, and not for people.
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
  // A blob of the root container whose URL does not name the container.
  if (isBlobHost && host.service !== "file" && names.length === containerAt + 1) names.splice(containerAt, 0, "$root");
  const key = `//${host?.canonical ?? lowerCaseLiterals(base)}/${names.join("/")}`;
  return host?.service === "file" || location.kind === LocationKind.FILE ? key.toLowerCase() : key;
}

/** What the {@link placeKey} of each blob below a prefix begins with. */
export function prefixKey({
  blobEndpoint,
  containerName,
  prefix,
}: Pick<BlobReference, "blobEndpoint" | "containerName"> & { readonly prefix: string }): string {
  return placeKey({ kind: LocationKind.BLOB, blobEndpoint, containerName, blobName: prefix });
}

/**
 * Equal for two sources exactly if they are the same content: the blob with its snapshot or version; on the web, where a query may choose
 * what is answered, the URL with its query. A credential in the query does not count: it changes, and it is a secret.
 */
export function sourceIdentity(location: LocationReference): string {
  const moments = momentsOf(location);
  return moments === "" ? placeKey(location) : `${placeKey(location)}?${moments}`;
}

/** Whether a location is a snapshot of a blob, rather than the blob, a version of it, or anything else. */
export function isSnapshot(location: LocationReference): boolean {
  if (location.kind === LocationKind.BLOB) return location.snapshot !== undefined;
  if (location.kind === LocationKind.FILE || hostOf(meantAddress(location.url))?.service === "file") return false;
  return parseQuery(/\?([^#]*)/.exec(location.url)?.[1] ?? "").some(([name, value]) => name.toLowerCase() === "snapshot" && value !== "");
}

/** As {@link sourceIdentity}, of a URL as the service shows it in `x-ms-copy-source`. */
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

/** Unescaped names and values. */
function parseQuery(query: string): (readonly [name: string, value: string])[] {
  return query
    .split("&")
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const [name = "", ...value] = parameter.split("=");
      return [decode(name), decode(value.join("="))] as const;
    });
}

/** The service may show a URL escaped in another way than it was given. */
function canonicalQuery(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.map((parameter) => parameter.map((text) => text.replace(/[%&=]/g, encodeURIComponent)).join("=")).join("&");
}

/** Without the slash that begins a path. */
function segmentsOf(path: string, read: (segment: string) => string): string[] {
  const segments = path.replace(/^\//, "").split("/").map(read);
  return segments.length === 1 && segments[0] === "" ? [] : segments;
}

/** What is left to Terraform, and what is not escaped correctly, stays as it is. */
function decode(text: string): string {
  if (!text.includes("%") || VALUE.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of a host that only Terraform knows as a whole; the protocol's own port and the slashes at its end say nothing. */
function lowerCaseLiterals(base: string): string {
  const [, scheme = "", rest = base] = /^(https?):\/\/(.*)$/i.exec(base) ?? [];
  const ownPort = scheme.toLowerCase() === "https" ? /:443$/ : /:80$/;
  const parts = rest
    .replace(/\/+$/, "")
    .replace(ownPort, "")
    .split(/(\$\{[^}]*\})/);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.toLowerCase())).join("");
}
