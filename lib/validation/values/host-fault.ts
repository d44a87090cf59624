import { quoted } from "../../framework/tokens";

/** The fault of an address, as the end of a sentence, and its remedy. */
export interface AddressFault {
  readonly what: string;
  readonly remedy: string;
}

const AUTHORITY = /^https?:\/\/([^/?#\\]*)/i;
/**
 * Hosts of the service and its clouds. The group contains the account, the way by which it is
 * reached, and zones.
 */
const OF_STORAGE = /^(.*)\.(?:blob|file|dfs|queue|table|web)\.(?:core\.(?:[a-z0-9-]+\.)+[a-z]+|storage\.azure\.[a-z]+)$/;
const WITHOUT_ACCOUNT =
  /^\.?(?:blob|file|dfs|queue|table|web)\.(?:core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|storage\.azure\.net)$/;
/**
 * An account, the way by which it is reached, and zones. The export of a managed disk has a name of
 * its own form.
 */
const ACCOUNT =
  /^(?:md-[a-z0-9-]+|[a-z0-9]{3,24}(?:-(?:secondary|microsoftrouting|internetrouting|ipv6|dualstack))*)(?:\.(?:privatelink|z\d+))*$/;
/** Hosts of the public cloud, misspelt or with a part missing. */
const NEARLY_STORAGE =
  /^(?!.*\.(?:blob|file|dfs|queue|table|web)\.core\.windows\.net$)([a-z0-9]{3,24})\.(?:(blob|file)s?\.(?:cores?\.)?|cores?\.)windows?\.(?:net|com|org)$/;
/** Hosts of other services, which know neither the Blob service's requests nor its tokens. */
const OF_OTHERS =
  /(?:^|\.)(?:amazonaws\.com|googleapis\.com|digitaloceanspaces\.com|r2\.cloudflarestorage\.com|azurecr\.io|vault\.azure\.net|management\.azure\.com|login\.microsoftonline\.com|database\.windows\.net|servicebus\.windows\.net|(?:documents|cosmos)\.azure\.com|fabric\.microsoft\.com)$/;

/**
 * Returns why an address has a host that cannot exist, or that the user cannot mean; undefined if
 * no fault is known.
 *
 * @param address an http or https URL, or an endpoint
 */
export function hostFault(address: string): AddressFault | undefined {
  const authority = AUTHORITY.exec(address)?.[1];
  if (authority === undefined || authority.includes("@")) return undefined;
  const host = authority.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
  if (host.startsWith("[")) return undefined;
  if (WITHOUT_ACCOUNT.test(host))
    return {
      what: `has no account before ${quoted(host)}`,
      remedy: "put its name there; a variable in its place may be empty",
    };
  if (/^\.|\.\./.test(host)) return { what: `has the host ${quoted(host)}, in which a part is empty`, remedy: "write the whole name" };
  if (/[^\x20-\x7e]/.test(host)) return foreignLetters(host);
  if (/[^a-z0-9._-]/.test(host))
    return {
      what: `has the host ${quoted(host)}, which is not a valid name of a host`,
      remedy: "write the real name, if this is a placeholder for it",
    };
  const [, misspelt, service = "blob"] = NEARLY_STORAGE.exec(host) ?? [];
  if (misspelt !== undefined)
    return {
      what: `has the host ${quoted(host)}, which is not one of Azure Storage`,
      remedy: `write ${misspelt}.${service}.core.windows.net, if that is meant`,
    };
  const account = OF_STORAGE.exec(host)?.[1];
  if (account !== undefined && !ACCOUNT.test(account))
    return {
      what: `names the account ${quoted(account)}, which is not a valid name: it has 3 to 24 lower-case letters and digits`,
      remedy: "write the name of the account",
    };
  return undefined;
}

/** Returns why an address does not offer the protocol of the Blob service. */
export function otherServiceFault(address: string): AddressFault | undefined {
  const host = AUTHORITY.exec(address)?.[1]?.replace(/:\d*$/, "").toLowerCase();
  if (host === undefined || !OF_OTHERS.test(host)) return undefined;
  return { what: `is on ${host}, which is not a Blob service`, remedy: "give the endpoint of a storage account" };
}

/**
 * Suggests the host's name in DNS. Such letters may be meant, but they may also be invisible, or
 * belong to another alphabet.
 */
function foreignLetters(host: string): AddressFault {
  const plain = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : undefined;
  return {
    what: `has the host ${quoted(host)}, with characters that DNS does not have`,
    remedy: plain === undefined ? "write it in plain letters" : `write ${plain}, if that is meant`,
  };
}
