import type { SourceAccess } from "../../engine/ports/requests";
import { rememberMade } from "../../util/secrets/known-secrets";
import type { BlobUrl } from "../address/blob-url";
import type { SasLifetime } from "./sas-lifetime";
import type { SharedKey } from "./shared-key";

/**
 * The oldest version with today's string to sign, so that every service and emulator accepts it.
 */
export const SIGNED_VERSION = "2020-12-06";

/**
 * Returns the query, without `?`, of a service SAS for reading this one blob, snapshot, version or
 * file.
 */
export function mintReadSas(key: SharedKey, source: BlobUrl, access: SourceAccess, lifetime: SasLifetime): string {
  const isFile = source.kind === "file";
  const resource = isFile ? "f" : resourceOf(source);
  return mint(key, source, { name: `${source.containerName}/${source.blobName}`, resource, access, lifetime });
}

/** The resource of a SAS, as in its `sr`. */
export function resourceOf({ snapshot, versionId }: BlobUrl): "b" | "bs" | "bv" {
  return snapshot !== undefined ? "bs" : versionId !== undefined ? "bv" : "b";
}

/**
 * Returns the query, without `?`, of a service SAS for reading all blobs of this one's container.
 */
export function mintContainerReadSas(key: SharedKey, source: BlobUrl, access: SourceAccess, lifetime: SasLifetime): string {
  return mint(key, source, { name: source.containerName, resource: "c", access, lifetime });
}

/** The permissions of a SAS, in the service's order. Tags have a permission of their own. */
export function permissionsFor(access: SourceAccess): "r" | "rt" {
  return access === "content" ? "r" : "rt";
}

interface Grant {
  readonly name: string;
  readonly resource: string;
  readonly access: SourceAccess;
  readonly lifetime: SasLifetime;
}

function mint(key: SharedKey, source: BlobUrl, { name, resource, access, lifetime: { startsOn, expiresOn } }: Grant): string {
  const isFile = source.kind === "file";
  const protocol = source.endpoint.protocol === "https:" ? "https" : "https,http";
  const canonicalName = `/${source.kind}/${key.accountName}/${name}`;
  const [starts, expires] = [withoutMilliseconds(startsOn), withoutMilliseconds(expiresOn)];
  const common = [permissionsFor(access), starts, expires, canonicalName, "", "", protocol, SIGNED_VERSION];
  const blobOnly = [resource, source.snapshot ?? source.versionId ?? "", ""];
  const headersOfTheAnswer = ["", "", "", "", ""];
  const signature = key.hmac([...common, ...(isFile ? [] : blobOnly), ...headersOfTheAnswer].join("\n"));
  rememberMade(signature);
  return [
    `sv=${SIGNED_VERSION}`,
    `spr=${encodeURIComponent(protocol)}`,
    `st=${encodeURIComponent(starts)}`,
    `se=${encodeURIComponent(expires)}`,
    `sr=${resource}`,
    `sp=${permissionsFor(access)}`,
    `sig=${encodeURIComponent(signature)}`,
  ].join("&");
}

/** The form in which the service signs times. */
export function withoutMilliseconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
