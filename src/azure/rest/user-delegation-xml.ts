import type { UserDelegationKey } from "../signing/delegation-sas";
import type { SasLifetime } from "../signing/sas-lifetime";
import { withoutMilliseconds } from "../signing/service-sas";
import { elementText, requireElement } from "./xml";

/** The body of Get User Delegation Key. */
export function keyInfoXml({ startsOn, expiresOn }: SasLifetime): string {
  const [start, expiry] = [withoutMilliseconds(startsOn), withoutMilliseconds(expiresOn)];
  return `<?xml version="1.0" encoding="utf-8"?><KeyInfo><Start>${start}</Start><Expiry>${expiry}</Expiry></KeyInfo>`;
}

/**
 * Parses the response to it.
 *
 * @throws MalformedXml
 */
export function parseUserDelegationKey(xml: string): UserDelegationKey {
  for (const name of ["UserDelegationKey", "SignedOid", "SignedTid", "Value"]) requireElement(xml, name);
  const text = (name: string) => elementText(xml, name) ?? "";
  return {
    signedObjectId: text("SignedOid"),
    signedTenantId: text("SignedTid"),
    signedStart: text("SignedStart"),
    signedExpiry: text("SignedExpiry"),
    signedService: text("SignedService"),
    signedVersion: text("SignedVersion"),
    value: text("Value"),
  };
}
