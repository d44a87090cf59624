import { Container, httpDate } from "../state/blob-state";
import { containerOf, type Answer, type Call } from "../http/call";
import { metadataOf } from "../state/metadata-and-tags";
import { escapeXml, ServiceFailure } from "../service-failure";
import { delegationKeyValue } from "../http/shared-access-signature";

const DELEGATION_LIMIT_MILLISECONDS = 7 * 24 * 3_600_000;

export function createContainer(call: Call): Answer {
  const { containerName: name } = call;
  const isSpecial = name === "$root" || name === "$web" || name === "$logs";
  if (!isSpecial && (name.length < 3 || name.length > 63)) throw new ServiceFailure("OutOfRangeInput");
  if (!isSpecial && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new ServiceFailure("InvalidResourceName");
  const access = call.header("x-ms-blob-public-access");
  if (access !== undefined && access !== "blob" && access !== "container") throw new ServiceFailure("InvalidHeaderValue");
  const metadata = metadataOf(call) ?? {};
  if (call.account.containers.has(name)) throw new ServiceFailure("ContainerAlreadyExists");
  const container = new Container(name, access, metadata);
  call.account.containers.set(name, container);
  return { status: 201, headers: ["ETag", container.etag, "Last-Modified", httpDate(container.lastModified)] };
}

export function getContainerProperties(call: Call): Answer {
  const container = containerOf(call);
  const headers = ["ETag", container.etag, "Last-Modified", httpDate(container.lastModified)];
  headers.push(
    "x-ms-lease-state",
    "available",
    "x-ms-lease-status",
    "unlocked",
    "x-ms-has-immutability-policy",
    "false",
    "x-ms-has-legal-hold",
    "false",
  );
  headers.push("x-ms-default-encryption-scope", container.defaultEncryptionScope ?? "$account-encryption-key");
  headers.push("x-ms-deny-encryption-scope-override", String(container.deniesOtherScopes));
  if (container.publicAccess !== undefined) headers.push("x-ms-blob-public-access", container.publicAccess);
  for (const key in container.metadata) headers.push(`x-ms-meta-${key}`, container.metadata[key] ?? "");
  return { status: 200, headers };
}

/** Delete Container: leases of blobs do not prevent it. */
export function deleteContainer(call: Call): Answer {
  containerOf(call);
  call.account.containers.delete(call.containerName);
  return { status: 202, headers: [] };
}

export function listContainers(call: Call): Answer {
  const { prefix = "" } = call.query;
  const items = [...call.account.containers.values()]
    .filter((container) => container.name.startsWith(prefix))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(
      (container) =>
        `<Container><Name>${container.name}</Name><Properties><Last-Modified>${httpDate(container.lastModified)}</Last-Modified>` +
        `<Etag>${escapeXml(container.etag)}</Etag></Properties></Container>`,
    );
  return {
    status: 200,
    headers: ["Content-Type", "application/xml"],
    body:
      `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://${call.world.blobHost}/${call.account.name}/">` +
      `<Containers>${items.join("")}</Containers><NextMarker /></EnumerationResults>`,
  };
}

/** Get User Delegation Key, only for callers with a token. */
export function getUserDelegationKey(call: Call): Answer {
  if (call.principal.kind !== "bearer")
    throw new ServiceFailure("AuthenticationFailed", { message: "Only authentication scheme Bearer is supported." });
  const body = call.body.toString();
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? "";
  const skt = field("Start") || `${new Date().toISOString().slice(0, 19)}Z`;
  const ske = field("Expiry");
  const [from, to] = [Date.parse(skt), Date.parse(ske)];
  if (!(to > Date.now()) || to > Math.min(from, Date.now()) + DELEGATION_LIMIT_MILLISECONDS) throw new ServiceFailure("InvalidInput");
  const { oid: skoid = "11111111-1111-1111-1111-111111111111", tid: sktid = "22222222-2222-2222-2222-222222222222" } =
    call.principal.claims ?? {};
  const skv = call.header("x-ms-version") ?? "2021-12-02";
  const value = delegationKeyValue(call.account, { skoid, sktid, skt, ske, sks: "b", skv });
  return {
    status: 200,
    headers: ["Content-Type", "application/xml"],
    body:
      `<?xml version="1.0" encoding="utf-8"?><UserDelegationKey><SignedOid>${skoid}</SignedOid><SignedTid>${sktid}</SignedTid><SignedStart>${skt}</SignedStart>` +
      `<SignedExpiry>${ske}</SignedExpiry><SignedService>b</SignedService><SignedVersion>${skv}</SignedVersion><Value>${value}</Value></UserDelegationKey>`,
  };
}

export function getAccountInformation(): Answer {
  return { status: 200, headers: ["x-ms-sku-name", "Standard_LRS", "x-ms-account-kind", "StorageV2", "x-ms-is-hns-enabled", "false"] };
}
