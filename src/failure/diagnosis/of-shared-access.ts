import { type Clues, type KnownCause, type SasAccess, sasOf } from "./clues";
import { permissionFor } from "./permissions";

/** The service's code for a signature that it does not accept. */
const NOT_BELIEVED = ["AuthenticationFailed"];
/** A response to HEAD has no body. Responses of old versions or of a proxy have no code either. */
const ANY_REFUSAL = [...NOT_BELIEVED, "AuthorizationFailure", "AuthorizationPermissionMismatch", "HTTP 403"];

const DELEGATED = "or declare an identity, which needs no SAS";

function shows(hasClue: (sas: SasAccess, clues: Clues) => boolean): (clues: Clues) => boolean {
  return (clues) => {
    const sas = sasOf(clues);
    return sas !== undefined && hasClue(sas, clues);
  };
}

/**
 * An identity made the SAS, and the permissions of the SAS are enough: so the identity itself lacks
 * them.
 */
function isOfItsMaker(clues: Clues): boolean {
  const { permissions = "", madeBy, policy } = sasOf(clues) ?? {};
  const { enough } = permissionFor(clues.operation, clues.side, clues.isRelayed);
  return madeBy !== undefined && policy === undefined && Array.from(enough).some((letter) => permissions.includes(letter));
}

function moment(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "" : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Causes in shared access signatures. */
export const SHARED_ACCESS_CAUSES: readonly KnownCause[] = [
  {
    title: "the SAS is escaped twice",
    codes: [...ANY_REFUSAL, "InvalidQueryParameterValue", "InvalidAuthenticationInfo"],
    isIt: shows((sas) => sas.isEscapedTwice),
    seen: () => "the SAS is escaped twice: one of its values still has an escape such as %3A after it was unescaped",
    background: "A template or a shell has escaped the SAS again, as if it were one value in the query of a URL.",
    remedy: "pass the SAS exactly as it was issued, without encodeURIComponent, urlencode() or the like around it",
  },
  {
    title: "the SAS has expired",
    codes: ANY_REFUSAL,
    isIt: shows(({ expiresOn }, { evidence }) => expiresOn !== undefined && evidence !== undefined && evidence.time >= expiresOn),
    seen: (clues) => `the SAS expired at ${moment(sasOf(clues)?.expiresOn)}, and the service's time is ${moment(clues.evidence?.time)}`,
    remedy: `issue a SAS whose expiry (se) is later than the end of the copy, and set the environment variable to it; ${DELEGATED}`,
  },
  {
    title: "the SAS is not valid yet",
    codes: ANY_REFUSAL,
    isIt: shows(({ startsOn }, { evidence }) => startsOn !== undefined && evidence !== undefined && evidence.time < startsOn),
    seen: (clues) => `the SAS is valid from ${moment(sasOf(clues)?.startsOn)}, and the service's time is ${moment(clues.evidence?.time)}`,
    background: "A SAS that starts now by the issuer's clock can start in the future by the service's clock.",
    remedy: "issue the SAS without a start (st), or with one that is 15 minutes in the past, on a machine whose clock is right",
  },
  {
    title: "the key that signed the SAS has expired",
    codes: ANY_REFUSAL,
    isIt: shows(({ keyExpiresOn }, { evidence }) => keyExpiresOn !== undefined && evidence !== undefined && evidence.time >= keyExpiresOn),
    seen: (clues) =>
      `the user delegation key that signed the SAS expired at ${moment(sasOf(clues)?.keyExpiresOn)} (ske), which ends the SAS whatever its se is; the service's time is ${moment(clues.evidence?.time)}`,
    background: "A SAS that an identity made ends with the user delegation key that signed it, which lasts for seven days at most.",
    remedy: `issue a SAS with a new user delegation key (az storage blob generate-sas --as-user), whose ske is later than the end of the copy; ${DELEGATED}`,
  },
  {
    title: "the key that signed the SAS is not valid yet",
    codes: ANY_REFUSAL,
    isIt: shows(({ keyStartsOn }, { evidence }) => keyStartsOn !== undefined && evidence !== undefined && evidence.time < keyStartsOn),
    seen: (clues) =>
      `the user delegation key that signed the SAS is valid from ${moment(sasOf(clues)?.keyStartsOn)} (skt), and the service's time is ${moment(clues.evidence?.time)}`,
    remedy: "issue the SAS with a user delegation key whose start is some minutes in the past, on a machine whose clock is right",
  },
  {
    title: "the SAS's stored access policy is gone",
    codes: NOT_BELIEVED,
    isIt: shows((sas, { evidence }) => sas.policy !== undefined && /SAS identifier cannot be found/i.test(evidence?.detail ?? "")),
    seen: (clues) => `the SAS names the stored access policy ${sasOf(clues)?.policy ?? ""}, which the container does not have`,
    background: "Deleting the policy ends every SAS that names it. A new policy takes half a minute to reach the service.",
    remedy:
      "create the stored access policy of this name again (az storage container policy create), or issue a SAS that names an existing one",
  },
  {
    title: "the SAS's stored access policy does not allow this time",
    codes: NOT_BELIEVED,
    isIt: shows((sas, { evidence }) => sas.policy !== undefined && /not valid in the specified time frame/i.test(evidence?.detail ?? "")),
    seen: (clues) => `the SAS is not valid now, by the start or the expiry in its stored access policy ${sasOf(clues)?.policy ?? ""}`,
    remedy: "change the stored access policy's times (az storage container policy update), or issue a SAS that names another policy",
  },
  {
    title: "the SAS is for other IP addresses, or the account's firewall refuses",
    codes: ["AuthorizationFailure"],
    isIt: shows(({ addresses }, { evidence }) => addresses !== undefined && evidence?.isEmulator !== true),
    seen: (clues) =>
      `the SAS is limited to the IP addresses ${sasOf(clues)?.addresses ?? ""} (sip), or the firewall of the ${clues.side}'s account blocks ${clues.isRelayed ? "the storage service, which reads the source from its own addresses" : "this machine"}: the service does not say which`,
    remedy: {
      source:
        "issue the source's SAS without sip, because the service reads the source from its own addresses; if it fails again, check the account's network rules",
      destination:
        "issue the SAS without sip, or for the address that the service sees for this machine; if it fails again, check the account's network rules",
    },
  },
  {
    title: "the SAS is for other IP addresses",
    codes: ["AuthorizationSourceIPMismatch"],
    seen: (clues) => {
      const range = sasOf(clues)?.addresses;
      const who = clues.isRelayed
        ? "the storage service itself reads the source from its own addresses"
        : "this machine's request came from another one";
      return `the SAS is limited to ${range === undefined ? "other IP addresses" : `the IP addresses ${range} (sip)`}, and ${who}`;
    },
    background:
      "The service reads a source from its own addresses, which cannot be listed: a SAS with sip never works for a copy's source.",
    remedy: {
      source: "issue the source's SAS without sip: the service reads the source from its own addresses",
      destination: "issue the SAS without sip, or for the address that the service sees for this machine",
    },
  },
  {
    title: "the SAS allows https only",
    codes: ["AuthorizationProtocolMismatch"],
    remedy: "use an https endpoint, or issue the SAS with spr=https,http",
  },
  {
    title: "the SAS is for another resource",
    codes: ["AuthorizationResourceTypeMismatch", "AuthorizationServiceMismatch", "AuthenticationFailed"],
    isIt: (clues) => clues.code !== "AuthenticationFailed" || /signed resource is not allowed/i.test(clues.evidence?.detail ?? ""),
    seen: (clues) => {
      const resource = sasOf(clues)?.resource;
      return `the SAS does not cover ${clues.operation}${resource === undefined ? "" : `: it is for ${resource}`}`;
    },
    background:
      "A SAS for one blob (sr=b) cannot list its container, which restore points and sets need; an account SAS needs srt=co and ss=b.",
    remedy: "issue the SAS for the container (sr=c), or as an account SAS with ss=b and srt=co",
  },
  {
    title: "the SAS lacks a permission",
    codes: ["AuthorizationPermissionMismatch", "UnauthorizedBlobOverwrite"],
    isIt: (clues) =>
      clues.code === "UnauthorizedBlobOverwrite" ||
      (sasOf(clues) !== undefined && clues.operation !== "Get Blob Tags" && !isOfItsMaker(clues)),
    seen: (clues) => {
      const { operation, side, isRelayed } = clues;
      const has = sasOf(clues)?.permissions;
      const needed = clues.code === "UnauthorizedBlobOverwrite" ? "w to overwrite" : permissionFor(operation, side, isRelayed).letters;
      const policy = sasOf(clues)?.policy;
      const whose =
        has !== undefined
          ? `the SAS has sp=${has}${policy === undefined ? "" : `, and the permissions of its stored access policy ${policy}`}`
          : `the stored access policy ${policy ?? ""} of the SAS lacks a permission`;
      return `${whose}; ${isRelayed ? "reading the source" : operation} needs ${needed}`;
    },
    remedy: {
      source: "issue the source's SAS with r (and l for a set, t to copy tags)",
      destination:
        "issue the destination's SAS with r, c and w, with l for restore points and sets, t for tags, d to delete destroyed or pruned blobs, and i for a hold or a policy",
    },
  },
  {
    title: "the identity that made the SAS lacks a role",
    codes: ["AuthorizationPermissionMismatch"],
    isIt: (clues) => clues.operation !== "Get Blob Tags" && isOfItsMaker(clues),
    seen: (clues) => {
      const { operation, side, isRelayed } = clues;
      const { permissions = "", madeBy = "" } = sasOf(clues) ?? {};
      const role = permissionFor(operation, side, isRelayed).role;
      return `the SAS has sp=${permissions}, which is enough (tags need t), but the identity that made the SAS (object id ${madeBy}) may not itself ${isRelayed ? "read the source" : `do ${operation}`}: it needs the role ${role}`;
    },
    background: "A SAS that an identity made (user delegation) allows what its letters and the identity's roles both allow.",
    remedy: {
      source:
        "grant Storage Blob Data Reader on the source's container or account to the identity that made the SAS, or let another identity issue it",
      destination:
        "grant Storage Blob Data Contributor on the destination's container or account to the identity that made the SAS, or let another identity issue it",
    },
  },
  {
    title: "the SAS is signed with another key, or for another name",
    codes: NOT_BELIEVED,
    isIt: (clues) => sasOf(clues) !== undefined,
    seen: (clues) => {
      const policy = sasOf(clues)?.policy;
      return `the signature of the SAS does not match the one that the service computes${policy === undefined ? "" : `, or its stored access policy ${policy} is gone or not valid now`}`;
    },
    background:
      "The key was rotated, the user delegation key was revoked, the SAS is for another account, container or blob, or one of its characters was lost: for example, a + became a blank.",
    remedy:
      "issue a new SAS for exactly this account and container, with the account's current key, and pass it unchanged; if it names a stored access policy (si), check that the policy exists, and its times; if you did not declare a SAS, the program has made it with the declared key: set that to the account's current key",
  },
];
