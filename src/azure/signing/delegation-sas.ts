import { createHmac } from "node:crypto";
import type { SourceAccess } from "../../engine/ports/requests";
import { rememberMade } from "../../util/secrets/known-secrets";
import type { BlobUrl } from "../address/blob-url";
import type { SasLifetime } from "./sas-lifetime";
import { SIGNED_VERSION, permissionsFor, resourceOf, withoutMilliseconds } from "./service-sas";

/** The service's response to Get User Delegation Key. Times are as the service wrote them. */
export interface UserDelegationKey {
  readonly signedObjectId: string;
  readonly signedTenantId: string;
  readonly signedStart: string;
  readonly signedExpiry: string;
  readonly signedService: string;
  readonly signedVersion: string;
  /** Base64. */
  readonly value: string;
}

/**
 * Returns the query, without `?`, of a user delegation SAS for reading this one blob, snapshot or
 * version.
 */
export function mintDelegatedReadSas(
  key: UserDelegationKey,
  accountName: string,
  source: BlobUrl,
  access: SourceAccess,
  { startsOn, expiresOn }: SasLifetime,
): string {
  const protocol = source.endpoint.protocol === "https:" ? "https" : "https,http";
  const [starts, expires] = [withoutMilliseconds(startsOn), withoutMilliseconds(expiresOn)];
  const resource = resourceOf(source);
  const canonicalName = `/blob/${accountName}/${source.containerName}/${source.blobName}`;
  const { signedObjectId, signedTenantId, signedStart, signedExpiry, signedService, signedVersion } = key;
  const signer = [signedObjectId, signedTenantId, signedStart, signedExpiry, signedService, signedVersion];
  const agents = ["", "", ""];
  const anyAddress = "";
  const moment = source.snapshot ?? source.versionId ?? "";
  const scopeAndContentHeaders = ["", "", "", "", "", ""];
  const text = [
    ...[
      permissionsFor(access),
      starts,
      expires,
      canonicalName,
      ...signer,
      ...agents,
      anyAddress,
      protocol,
      SIGNED_VERSION,
      resource,
      moment,
    ],
    ...scopeAndContentHeaders,
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(key.value, "base64")).update(text, "utf8").digest("base64");
  rememberMade(key.value);
  rememberMade(signature);
  return Object.entries({
    sv: SIGNED_VERSION,
    spr: protocol,
    st: starts,
    se: expires,
    skoid: signedObjectId,
    sktid: signedTenantId,
    skt: signedStart,
    ske: signedExpiry,
    sks: signedService,
    skv: signedVersion,
    sr: resource,
    sp: permissionsFor(access),
    sig: signature,
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}
