import type { Clues, KnownCause } from "./clues";
import { PERMISSIONS } from "./permissions";
import { CERTIFICATE_REFUSED } from "./refused-certificates";

/** Operations with a source, which the destination's account may restrict. */
const COPIES = /^(?:Copy Blob|Put (?:Blob|Block|Page) From URL|Append Block From URL)/;

const TRUST = "A private endpoint blocks every client outside its network, including the storage service itself.";

function isAnsweredByProxy(status: string): (clues: Clues) => boolean {
  const answered = new RegExp(`answered CONNECT with ${status}\\b`);
  return ({ message }) => answered.test(message);
}

/** Causes in firewalls, private endpoints, names, certificates and proxies. */
export const NETWORK_CAUSES: readonly KnownCause[] = [
  {
    title: "the emulator does not accept the signature",
    codes: ["AuthorizationFailure"],
    isIt: ({ evidence }) => evidence?.isEmulator === true,
    seen: ({ side }) => `Azurite does not accept the signature of the ${side}'s credential, or the credential lacks a permission`,
    background: "Azurite answers a wrong key with the code that the service uses for a firewall.",
    remedy: "declare the key with which Azurite was started (AZURITE_ACCOUNTS), its connection string, or a SAS that was made with it",
  },
  {
    title: "the source's firewall blocks the storage service",
    codes: ["AuthorizationFailure"],
    isIt: ({ isRelayed }) => isRelayed,
    seen: () =>
      "the source's firewall or private endpoint blocks the storage service, which reads the source for the destination; it does not block this machine",
    background: `The service reads the source from its own addresses. ${TRUST}`,
    remedy:
      "allow the destination on the source's account: a resource instance rule or the virtual network of the destination's private endpoint, or public network access while the copy runs; or copy from a snapshot in an account that is open to the service",
  },
  {
    title: "the destination's account restricts where copies come from",
    codes: ["AuthorizationFailure"],
    isIt: ({ side, operation }) => side === "destination" && COPIES.test(operation),
    seen: () =>
      "the destination accepts this machine's other requests and refuses only the copy: its permitted scope for copy operations (allowedCopyScope) does not include the source's account",
    background: "The scope is AAD (accounts of the same tenant) or PrivateLink (accounts with private links to the same virtual network).",
    remedy:
      "set the destination account's allowed_copy_scope so that it includes the source, or leave it out; the source must be of the same tenant (AAD) or network (PrivateLink)",
  },
  {
    title: "the account's firewall blocks this machine",
    codes: ["AuthorizationFailure"],
    isIt: ({ isRelayed }) => !isRelayed,
    seen: ({ side }) => `the firewall or private endpoint of the ${side}'s account blocks this machine, so its request was not processed`,
    background: TRUST,
    remedy:
      "add this machine's public address or network to the account's network rules, run the deploy inside the network of its private endpoint, or allow public network access",
  },
  {
    title: "the account's host name does not resolve",
    codes: ["ENOTFOUND"],
    seen: ({ side }) => `the host name of the ${side}'s account does not resolve from this machine`,
    background: "A private endpoint needs its private DNS zone where Terraform runs.",
    remedy:
      "check the account's name and its endpoint's domain; with a private endpoint, link the private DNS zone privatelink.blob.core.windows.net to this machine's network",
  },
  {
    title: "this machine's DNS does not answer",
    codes: ["EAI_AGAIN"],
    remedy: "check this machine's DNS and network, then deploy again",
  },
  {
    title: "the account cannot be reached from this machine",
    codes: ["ETIMEDOUT", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"],
    seen: ({ side }) => `this machine gets no answer from the ${side}'s endpoint`,
    background: "A firewall on the way, a private endpoint in another network, or a proxy that must be used.",
    remedy: "check the route to the endpoint (private endpoint, firewall, VPN), and HTTPS_PROXY if this network has a proxy",
  },
  {
    title: "the connection is cut",
    codes: ["ECONNRESET", "EPIPE", "ECONNABORTED"],
    background: "TLS inspection or a proxy that does not know the host ends connections like this.",
    remedy: "deploy again; if it fails again, look for a firewall or proxy between this machine and the endpoint",
  },
  {
    title: "the certificate is not trusted",
    codes: CERTIFICATE_REFUSED,
    remedy:
      "set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority that signs for this network or endpoint, such as that of a TLS-inspecting proxy",
  },
  {
    title: "the certificate has expired",
    codes: ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"],
    remedy: "check this machine's clock, and renew the endpoint's certificate if it is yours",
  },
  {
    title: "the certificate is for another host",
    codes: ["ERR_TLS_CERT_ALTNAME_INVALID"],
    remedy: "check the endpoint, and the address to which its name resolves",
  },
  {
    title: "the proxy requires a user name and password",
    codes: ["EPROXY"],
    isIt: isAnsweredByProxy("407"),
    remedy:
      "put the proxy's user name and password into HTTPS_PROXY, escaped for a URL, or add the host to NO_PROXY if it should be reached directly",
  },
  {
    title: "the proxy cannot reach the host",
    codes: ["EPROXY"],
    isIt: isAnsweredByProxy("50[0234]"),
    seen: ({ side }) =>
      `the proxy accepted the request, but cannot reach the host of the ${side}'s account: the name does not resolve there, or the host does not answer the proxy`,
    background:
      "A private endpoint can be reached only from its own network, where its name resolves. To a proxy outside that network, its account looks as if it did not exist.",
    remedy:
      "check the account's name and its endpoint's domain; add the host to NO_PROXY if this machine reaches it directly, such as a private endpoint in its network",
  },
  {
    title: "the proxy refuses the connection",
    codes: ["EPROXY"],
    remedy: "check HTTPS_PROXY, and add the host to NO_PROXY if it should be reached directly",
  },
  {
    title: "this machine has no free socket",
    codes: ["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS"],
    remedy:
      "this machine has no free socket for even one request: raise the limit of open files where Terraform runs (ulimit -n), or end other processes that hold them",
  },
  {
    title: "a proxy or firewall answers instead of the service",
    codes: ["HTTP 301", "HTTP 302", "HTTP 303", "HTTP 307", "HTTP 308", "HTTP 401", "HTTP 403", "HTTP 407", "HTTP 511"],
    // A web server's own responses cannot be told from those of an intermediary.
    isIt: ({ isRelayed, operation, evidence }) => !isRelayed && evidence?.isForeign === true && operation in PERMISSIONS,
    seen: ({ side }) =>
      `the answer is not from the ${side}'s account, but from a server in between, such as a proxy: it lacks the headers that the service always sends`,
    background: "A proxy, a firewall or a network that requires a sign-in refuses with its own page.",
    remedy:
      "check the endpoint, and whether a proxy or a sign-in page answers instead of the service: allow the host there, sign in to the network, or add the host to NO_PROXY",
  },
  {
    title: "the answer is not from the service",
    codes: ["EMSGSIZE", "EBADMSG"],
    remedy: "check the endpoint, and whether a proxy or a sign-in page answers instead of the service",
  },
];
