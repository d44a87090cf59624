import { isOfMissingRole, type KnownCause, type Side } from "./clues";
import { permissionFor } from "./permissions";

const MINUTE = 60_000;
/**
 * Milliseconds. The service refuses a Shared Key request whose date is off by 15 minutes; tokens
 * tolerate less.
 */
const SKEW = 5 * MINUTE;

const INSTEAD: Readonly<Record<Side, string>> = {
  source: "declare an identity with the role Storage Blob Data Reader",
  destination: "declare an identity with the role Storage Blob Data Contributor",
};

/** Reasons for refusing an anonymous request, by code. */
const NOT_FOR_ANYBODY: Readonly<Record<string, string>> = {
  PublicAccessNotPermitted: "the account forbids anonymous access",
  // The service does not tell an anonymous client which of the two it is.
  ResourceNotFound: "it does not exist, or anonymous access is not allowed there",
};

/** Causes in the credential: a key, a token, or none. */
export const IDENTITY_CAUSES: readonly KnownCause[] = [
  {
    title: "the tags may not be read",
    codes: ["AuthorizationPermissionMismatch"],
    isIt: ({ operation }) => operation === "Get Blob Tags",
    remedy: {
      source:
        "allow the source's tags to be read: the role Storage Blob Data Owner for an identity, the permission t for a SAS; or leave copySourceTags out",
      destination:
        "allow the destination's tags to be read: the role Storage Blob Data Owner for an identity, the permission t for a SAS; or leave tags out",
    },
  },
  {
    title: "this machine's clock is wrong",
    codes: ["AuthenticationFailed", "InvalidAuthenticationInfo", "HTTP 403", "HTTP 401"],
    isIt: ({ evidence, access }) => access?.kind !== "anonymous" && Math.abs(evidence?.clockAhead ?? 0) > SKEW,
    seen: ({ evidence }) => {
      const ahead = evidence?.clockAhead ?? 0;
      return `this machine's clock is ${Math.round(Math.abs(ahead) / MINUTE)} minutes ${ahead > 0 ? "ahead of" : "behind"} the service's`;
    },
    remedy: "correct this machine's clock, for example by enabling NTP",
  },
  {
    title: "access by account keys is disabled",
    codes: ["KeyBasedAuthenticationNotPermitted"],
    seen: ({ access }) =>
      `the account does not allow access with its keys (shared_access_key_enabled = false), ${access?.kind === "sas" ? "nor with a SAS that was made with one of them" : "and a key was declared"}`,
    background: "A connection string also contains a key. A SAS that an identity made (user delegation) still works.",
    remedy: {
      source: `${INSTEAD.source}: Credential.defaultAzureCredential() uses the identity with which azurerm deploys`,
      destination: `${INSTEAD.destination}: Credential.defaultAzureCredential() uses the identity with which azurerm deploys`,
    },
  },
  {
    title: "the service does not know the account",
    codes: ["AuthenticationFailed"],
    isIt: ({ evidence }) => /cannot find the claimed account/i.test(evidence?.detail ?? ""),
    background: "The account was deleted, or is still being created: its name is known some minutes longer, or earlier, than its content.",
    remedy: "check that the account exists (az storage account show); if it has just been created, deploy again in a few minutes",
  },
  {
    title: "the account belongs to another tenant",
    codes: ["InvalidAuthenticationInfo"],
    isIt: ({ access, evidence }) =>
      /\bissuer\b/i.test(evidence?.detail ?? "") || (access?.kind === "token" && !isSame(access.tenantId, evidence?.accountTenantId)),
    seen: ({ access, evidence }) => {
      const trusted = evidence?.accountTenantId;
      const own = access?.kind === "token" ? access.tenantId : undefined;
      return `the account trusts ${trusted === undefined ? "one tenant" : `the tenant ${trusted}`}, but the token is from ${own === undefined ? "another one" : `the tenant ${own}`}`;
    },
    remedy:
      "sign in to the account's tenant (az login --tenant), or declare an identity of that tenant for this side, such as Credential.servicePrincipal({ tenantId, clientId, … }), or a SAS; each side of a copy may have its own credential",
  },
  {
    title: "the token is not accepted",
    codes: ["InvalidAuthenticationInfo", "AuthenticationFailed"],
    isIt: ({ code, access }) => code === "InvalidAuthenticationInfo" || access?.kind === "token",
    background: "The token has expired, was revoked, or was issued for a resource other than https://storage.azure.com/.",
    remedy: "sign in again, and check that the identity's cloud (ARM_ENVIRONMENT, AZURE_AUTHORITY_HOST) is the account's",
  },
  {
    title: "the identity may not make a SAS",
    codes: ["AuthorizationPermissionMismatch"],
    isIt: ({ operation }) => operation === "Get User Delegation Key",
    background: "Copy Blob reads a source of another account only by a SAS, which the program makes with a user delegation key.",
    remedy:
      "grant the identity Storage Blob Delegator on the source's account (a role on the container does not reach that far), or use a method other than Copy Blob",
  },
  {
    title: "the identity lacks a role",
    codes: ["AuthorizationPermissionMismatch"],
    isIt: isOfMissingRole,
    seen: ({ operation, side, isRelayed }) =>
      `the identity may not ${isRelayed ? "read the source" : `do ${operation}`}: it needs the role ${permissionFor(operation, side, isRelayed).role}; Owner and Contributor of the account are not enough`,
    background:
      "A new role assignment takes up to ten minutes to reach the service: `apply` waits for that long, within the declared timeout, and says so.",
    remedy: {
      source: "grant the identity Storage Blob Data Reader on the source's container or account (Storage Blob Data Owner to copy tags)",
      destination:
        "grant the identity Storage Blob Data Contributor on the destination's container or account (Storage Blob Data Owner for tags, and also on the source if its tags are copied)",
    },
  },
  {
    title: "the service may not read all of the source",
    codes: ["AuthorizationPermissionMismatch"],
    isIt: ({ access, evidence }) => access?.kind === "key" && evidence?.sourceAccess !== undefined,
    background: "An account key may write everything, so the permission is missing on the source.",
    remedy:
      "allow the source to be read: the role Storage Blob Data Reader for an identity (Storage Blob Data Owner if its tags are copied), or a SAS with the permission r (and t for tags)",
  },
  {
    title: "the credential lacks a permission",
    codes: ["AuthorizationPermissionMismatch"],
    remedy:
      "grant the identity Storage Blob Data Contributor (Reader for a source, Owner for tags), or issue a SAS with the permissions r, c, w, d, l, t (i for a hold or a policy)",
  },
  {
    title: "public access is forbidden",
    codes: ["PublicAccessNotPermitted", "NoAuthenticationInformation", "ResourceNotFound"],
    isIt: ({ code, access }) => code === "PublicAccessNotPermitted" || access?.kind === "anonymous",
    seen: ({ code }) => `${NOT_FOR_ANYBODY[code] ?? "anonymous access is not allowed there"}, and no credential was given`,
    background: "For anonymous requests the service also answers ResourceNotFound where the blob exists, and its container is private.",
    remedy: {
      source: `give the source a credential: ${INSTEAD.source}, or a SAS with r; or check its name, and that of its container`,
      destination: `give the destination a credential: ${INSTEAD.destination}, or a SAS with r, c and w`,
    },
  },
  {
    title: "no credential was sent",
    codes: ["NoAuthenticationInformation"],
    remedy: "declare a credential for this side",
  },
  {
    title: "the account key does not belong to this account",
    codes: ["AuthenticationFailed"],
    isIt: ({ access }) => access?.kind === "key",
    background: "The key was rotated, or belongs to another account.",
    remedy: "set the environment variable to a current key of exactly this account, or declare an identity, which needs no key",
  },
  {
    title: "the service does not accept the credential",
    codes: ["AuthenticationFailed"],
    remedy: "check that the key or SAS in the environment belongs to this account, and that this machine's clock is right",
  },
  {
    title: "the subscription or account is disabled",
    codes: ["AccountIsDisabled"],
    remedy: "enable the storage account, and check its subscription",
  },
  {
    title: "the account does not allow reading or writing at the moment",
    codes: ["InsufficientAccountPermissions"],
    background:
      "The secondary region answers this to writes, and so does an account during a failover or with a suspended subscription. A role does not change that.",
    remedy:
      "use the account's primary endpoint; if it is the primary one, check the account's failover status and its subscription (az storage account show --expand geoReplicationStats), then deploy again",
  },
];

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase();
}
