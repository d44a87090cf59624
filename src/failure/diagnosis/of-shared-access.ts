import { type Clues, type KnownCause, type SasAccess, sasOf } from "./clues";
import { permissionFor } from "./permissions";

/** How the service says that it does not believe a signature. */
const NOT_BELIEVED = ["AuthenticationFailed"];
/** An answer to a HEAD request has no body, and those of old versions or of a proxy have no code either. */
const ANY_REFUSAL = [...NOT_BELIEVED, "AuthorizationFailure", "AuthorizationPermissionMismatch", "HTTP 403"];

const DELEGATED = "or declare an identity, which needs no SAS";

function shows(tells: (sas: SasAccess, clues: Clues) => boolean): (clues: Clues) => boolean {
  return (clues) => {
    const sas = sasOf(clues);
    return sas !== undefined && tells(sas, clues);
  };
}

function moment(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "" : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Shared access signatures. */
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
    title: "the SAS is for other IP addresses",
    codes: ["AuthorizationSourceIPMismatch", "AuthorizationFailure"],
    isIt: (clues) => clues.code === "AuthorizationSourceIPMismatch" || sasOf(clues)?.addresses !== undefined,
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
    isIt: (clues) => clues.code === "UnauthorizedBlobOverwrite" || (sasOf(clues) !== undefined && clues.operation !== "Get Blob Tags"),
    seen: (clues) => {
      const { operation, side, isRelayed } = clues;
      const has = sasOf(clues)?.permissions;
      const needed = clues.code === "UnauthorizedBlobOverwrite" ? "w to overwrite" : permissionFor(operation, side, isRelayed).letters;
      const whose = has === undefined ? "the SAS, or its stored access policy, lacks a letter" : `the SAS has sp=${has}`;
      return `${whose}; ${isRelayed ? "reading the source" : operation} needs ${needed}`;
    },
    remedy: {
      source: "issue the source's SAS with r (and l for a set, t to copy tags)",
      destination:
        "issue the destination's SAS with r, c and w, with l for restore points and sets, t for tags, d to delete what is destroyed or pruned, and i for a hold or a policy",
    },
  },
  {
    title: "the SAS is signed with another key, or for another name",
    codes: NOT_BELIEVED,
    isIt: (clues) => sasOf(clues) !== undefined,
    seen: (clues) => {
      const policy = sasOf(clues)?.policy;
      return `the service computes another signature for the SAS${policy === undefined ? "" : `, or its stored access policy ${policy} is gone`}`;
    },
    background:
      "The key was rotated, the user delegation key was revoked, the SAS is of another account, container or blob, or a character of it was lost: a + that became a blank, for example.",
    remedy: "issue the SAS anew, for exactly this account and container, with its current key, and hand it over unchanged",
  },
];
