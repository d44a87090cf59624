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
    background: "A template or a shell that escapes a SAS as a value of a URL's query does it once more than it should.",
    remedy: "hand the SAS over as it was issued, without encodeURIComponent, urlencode() or the like around it",
  },
  {
    title: "the SAS has expired",
    codes: ANY_REFUSAL,
    isIt: shows(({ expiresOn }, { evidence }) => expiresOn !== undefined && evidence !== undefined && evidence.time >= expiresOn),
    seen: (clues) => `the SAS expired at ${moment(sasOf(clues)?.expiresOn)}, and the service's time is ${moment(clues.evidence?.time)}`,
    remedy: `issue a SAS whose se is later than the end of the copy, and set the environment variable to it; ${DELEGATED}`,
  },
  {
    title: "the SAS is not valid yet",
    codes: ANY_REFUSAL,
    isIt: shows(({ startsOn }, { evidence }) => startsOn !== undefined && evidence !== undefined && evidence.time < startsOn),
    seen: (clues) => `the SAS is valid from ${moment(sasOf(clues)?.startsOn)}, and the service's time is ${moment(clues.evidence?.time)}`,
    background: "A SAS that starts at this very moment by the clock of who issues it can start in the future by the service's.",
    remedy: "issue the SAS without st, or with one 15 minutes ago, on a machine whose clock is right",
  },
  {
    title: "the key that signed the SAS has expired",
    codes: ANY_REFUSAL,
    isIt: shows(({ keyExpiresOn }, { evidence }) => keyExpiresOn !== undefined && evidence !== undefined && evidence.time >= keyExpiresOn),
    seen: (clues) =>
      `the user delegation key that signed the SAS expired at ${moment(sasOf(clues)?.keyExpiresOn)} (ske), whatever its se, and the service's time is ${moment(clues.evidence?.time)}`,
    background: "A SAS that an identity made ends with the user delegation key that signed it, which lasts for seven days at most.",
    remedy: `issue a SAS with a new user delegation key (az storage blob generate-sas --as-user), whose ske is later than the end of the copy; ${DELEGATED}`,
  },
  {
    title: "the key that signed the SAS is not valid yet",
    codes: ANY_REFUSAL,
    isIt: shows(({ keyStartsOn }, { evidence }) => keyStartsOn !== undefined && evidence !== undefined && evidence.time < keyStartsOn),
    seen: (clues) =>
      `the user delegation key that signed the SAS is valid from ${moment(sasOf(clues)?.keyStartsOn)} (skt), and the service's time is ${moment(clues.evidence?.time)}`,
    remedy: "issue the SAS with a user delegation key that starts some minutes ago, on a machine whose clock is right",
  },
  {
    title: "the SAS's stored access policy is gone",
    codes: NOT_BELIEVED,
    isIt: shows((sas, { evidence }) => sas.policy !== undefined && /SAS identifier cannot be found/i.test(evidence?.detail ?? "")),
    seen: (clues) => `the container has no stored access policy ${sasOf(clues)?.policy ?? ""}, which the SAS names`,
    background: "Whoever deletes the policy ends all SAS that name it. One that has just been made takes half a minute to be known.",
    remedy:
      "make the stored access policy of this name again (az storage container policy create), or issue a SAS that names one that is there",
  },
  {
    title: "the SAS's stored access policy does not allow this time",
    codes: NOT_BELIEVED,
    isIt: shows((sas, { evidence }) => sas.policy !== undefined && /not valid in the specified time frame/i.test(evidence?.detail ?? "")),
    seen: (clues) =>
      `the SAS is valid at another time by its stored access policy ${sasOf(clues)?.policy ?? ""}, which says from when and until when`,
    remedy: "change the stored access policy's times (az storage container policy update), or issue a SAS that names another one",
  },
  {
    title: "the SAS is for other IP addresses, or the account's firewall refuses",
    codes: ["AuthorizationFailure"],
    isIt: shows(({ addresses }, { evidence }) => addresses !== undefined && evidence?.isEmulator !== true),
    seen: (clues) =>
      `the SAS is limited to the IP addresses ${sasOf(clues)?.addresses ?? ""} (sip), or the firewall of the ${clues.side}'s account keeps out ${clues.isRelayed ? "the storage service, which reads the source from addresses of its own" : "this machine"}: the service does not say which`,
    remedy: {
      source:
        "issue the source's SAS without sip, since the service reads the source from its own addresses; if the answer stays, look at the account's network rules",
      destination:
        "issue the SAS without sip, or for the address from which this machine is seen; if the answer stays, look at the account's network rules",
    },
  },
  {
    title: "the SAS is for other IP addresses",
    codes: ["AuthorizationSourceIPMismatch"],
    seen: (clues) => {
      const range = sasOf(clues)?.addresses;
      const who = clues.isRelayed
        ? "the storage service itself reads the source, from an address of its own"
        : "this machine asked from another one";
      return `the SAS is limited to ${range === undefined ? "other IP addresses" : `the IP addresses ${range} (sip)`}, and ${who}`;
    },
    background: "The service reads a source from addresses of its own, which nobody can list: a SAS with sip never fits a copy's source.",
    remedy: {
      source: "issue the source's SAS without sip: the service reads the source from its own addresses",
      destination: "issue the SAS without sip, or for the address from which this machine is seen",
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
      return `the SAS does not cover what ${clues.operation} asks for${resource === undefined ? "" : `: it is for ${resource}`}`;
    },
    background:
      "A SAS for one blob (sr=b) cannot list its container, which restore points and sets need; an account SAS needs srt=co and ss=b.",
    remedy: "issue it for the container (sr=c), or as an account SAS with ss=b and srt=co",
  },
  {
    title: "the SAS has not the letters that this needs",
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
          ? `the SAS has sp=${has}${policy === undefined ? "" : `, and what its stored access policy ${policy} adds`}`
          : `the stored access policy ${policy ?? ""} of the SAS lacks a letter`;
      return `${whose}; ${isRelayed ? "reading the source" : operation} needs ${needed}`;
    },
    remedy: {
      source: "issue the source's SAS with r (and l for a set, t to copy tags)",
      destination:
        "issue the destination's SAS with r, c and w, with l for restore points and sets, t for tags, d to delete what is destroyed or pruned, and i for a hold or a policy",
    },
  },
  {
    title: "who made the SAS lacks a role",
    codes: ["AuthorizationPermissionMismatch"],
    isIt: (clues) => clues.operation !== "Get Blob Tags" && isOfItsMaker(clues),
    seen: (clues) => {
      const { operation, side, isRelayed } = clues;
      const { permissions = "", madeBy = "" } = sasOf(clues) ?? {};
      const role = permissionFor(operation, side, isRelayed).role;
      return `the SAS has sp=${permissions}, which is enough (tags need t), but the identity that made it (object id ${madeBy}) may not itself ${isRelayed ? "read the source" : `do ${operation}`}, which the role ${role} allows`;
    },
    background: "A SAS that an identity made (user delegation) allows what its letters and the identity's roles both allow.",
    remedy: {
      source:
        "grant Storage Blob Data Reader on the source's container or account to the identity that made the SAS, or let another one issue it",
      destination:
        "grant Storage Blob Data Contributor on the destination's container or account to the identity that made the SAS, or let another one issue it",
    },
  },
  {
    title: "the SAS is signed with another key, or for another name",
    codes: NOT_BELIEVED,
    isIt: (clues) => sasOf(clues) !== undefined,
    seen: (clues) => {
      const policy = sasOf(clues)?.policy;
      return `the service computes another signature for the SAS${policy === undefined ? "" : `, or its stored access policy ${policy} is gone or not valid now`}`;
    },
    background:
      "The key was rotated, the user delegation key was revoked, the SAS is of another account, container or blob, or a character of it was lost: a + that became a blank, for example.",
    remedy:
      "issue the SAS anew, for exactly this account and container, with its current key, and hand it over unchanged; of one with si, see that the stored access policy is there, and its times; where none is declared, the program has made it with the declared key: set that to the account's current one",
  },
];
