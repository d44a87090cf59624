import { BlobState, type CommittedBlock } from "../state/blob-state";
import type { Answer, Call } from "../http/call";
import { checkBodyMd5 } from "./blob-writes";
import { Content } from "../state/content";
import { accessTierOf, checksum, checkWrite, contentHeadersOf, destinationOf, install, versionOf, written } from "./destination";
import { keyOf } from "../state/customer-key";
import { checkEncryption, encryptionScopeOf } from "../state/encryption";
import { checkLease } from "../state/lease";
import { metadataOf, tagsOf } from "../state/metadata-and-tags";
import { ServiceFailure } from "../service-failure";

const UNCOMMITTED_LIMIT = 100_000;
const COMMITTED_LIMIT = 50_000;

function blockIdOf(call: Call): string {
  const id = call.query.blockid;
  const bytes = Buffer.from(id ?? "", "base64");
  if (!id || bytes.length === 0 || bytes.length > 64 || bytes.toString("base64") !== id)
    throw new ServiceFailure("InvalidQueryParameterValue");
  return id;
}

/** Put Block and Put Block From URL: the block is not visible until the commit. */
export function stageBlock(call: Call, content: Content): Answer {
  const id = blockIdOf(call);
  const { container, entry: existing, blob } = destinationOf(call);
  checkLease(call, blob, "write");
  if (blob !== undefined) {
    if (blob.copy?.status === "pending") throw new ServiceFailure("PendingCopyOperation");
    if (blob.type !== "BlockBlob") throw new ServiceFailure("InvalidBlobType");
    if (blob.isArchived) throw new ServiceFailure("BlobArchived");
  }
  const entry = existing ?? container.entryOrNew(call.blobName);
  const other = entry.uncommitted.keys().next().value ?? blob?.blocks[0]?.id;
  const isInTheWay = other !== undefined && other.length !== id.length;
  if (isInTheWay && call.world.script.ways.is("block-ids-of-other-length", "in the way")) throw new ServiceFailure("InvalidBlobOrBlock");
  if (entry.uncommitted.size >= UNCOMMITTED_LIMIT) throw new ServiceFailure("BlockCountExceedsLimit");
  const scope = encryptionScopeOf(call, container);
  entry.uncommitted.set(id, content);
  entry.uncommittedScope = scope;
  entry.uncommittedKey = keyOf(call);
  const key = entry.uncommittedKey === undefined ? [] : ["x-ms-encryption-key-sha256", entry.uncommittedKey];
  const shown = [...(scope === undefined ? [] : ["x-ms-encryption-scope", scope]), ...key];
  return { status: 201, headers: ["x-ms-request-server-encrypted", "true", ...shown, ...checksum(call, content)] };
}

export function putBlock(call: Call): Answer {
  checkBodyMd5(call);
  return stageBlock(call, Content.of(call.body));
}

function chosenBlocks(call: Call, uncommitted: ReadonlyMap<string, Content>, committed: readonly CommittedBlock[]): CommittedBlock[] {
  const body = call.body.toString();
  if (!body.includes("<BlockList")) throw new ServiceFailure("InvalidXmlDocument");
  let committedById: Map<string, Content> | undefined;
  const blocks: CommittedBlock[] = [];
  for (const [, list = "", id = ""] of body.matchAll(/<(Latest|Committed|Uncommitted)>([^<]*)</g)) {
    let content = list === "Committed" ? undefined : uncommitted.get(id);
    if (content === undefined && list !== "Uncommitted") {
      committedById ??= new Map(committed.map((block) => [block.id, block.content]));
      content = committedById.get(id);
    }
    if (content === undefined) throw new ServiceFailure("InvalidBlockList");
    blocks.push({ id, content });
  }
  if (blocks.length > COMMITTED_LIMIT) throw new ServiceFailure("BlockListTooLong");
  return blocks;
}

export function putBlockList(call: Call): Answer {
  checkBodyMd5(call);
  const metadata = metadataOf(call);
  const tags = tagsOf(call);
  const destination = destinationOf(call);
  checkWrite(call, destination.blob, { creates: "BlockBlob" });
  if (destination.blob?.isArchived) throw new ServiceFailure("BlobArchived");
  if ((destination.entry?.uncommitted.size ?? 0) > 0)
    checkEncryption(call, destination.container, {
      encryptionScope: destination.entry?.uncommittedScope,
      customerKey: destination.entry?.uncommittedKey,
    });
  const state = new BlobState("BlockBlob");
  state.blocks = chosenBlocks(call, destination.entry?.uncommitted ?? new Map(), destination.blob?.blocks ?? []);
  state.content = state.blocks.length === 0 ? Content.EMPTY : Content.concat(state.blocks.map((block) => block.content));
  state.metadata = metadata ?? {};
  state.tags = tags ?? {};
  state.headers = contentHeadersOf(call);
  state.accessTier = accessTierOf(call, "BlockBlob", destination.blob);
  install(call, destination, state);
  return written(201, state, ...versionOf(state), ...checksum(call, Content.of(call.body)));
}

export function getBlockList(call: Call): Answer {
  const container = call.account.containers.get(call.containerName);
  if (container === undefined) throw new ServiceFailure("ContainerNotFound");
  const entry = container.entry(call.blobName);
  const { snapshot } = call.query;
  const blob = snapshot === undefined ? entry?.base : entry?.snapshots.get(snapshot);
  if (entry === undefined || (blob === undefined && entry.uncommitted.size === 0)) throw new ServiceFailure("BlobNotFound");
  if (blob !== undefined && blob.type !== "BlockBlob") throw new ServiceFailure("InvalidBlobType");
  checkLease(call, blob, "read");
  const which = call.query.blocklisttype ?? "committed";
  const xml = (id: string, content: Content) => `<Block><Name>${id}</Name><Size>${content.length}</Size></Block>`;
  const committed = which === "uncommitted" ? [] : (blob?.blocks ?? []).map((block) => xml(block.id, block.content));
  const uncommitted = which === "committed" ? [] : [...entry.uncommitted].map(([id, content]) => xml(id, content));
  return {
    status: 200,
    headers: [
      "Content-Type",
      "application/xml",
      ...(blob ? ["ETag", blob.etag, "x-ms-blob-content-length", String(blob.content.length)] : []),
    ],
    body:
      `<?xml version="1.0" encoding="utf-8"?><BlockList><CommittedBlocks>${committed.join("")}</CommittedBlocks>` +
      `<UncommittedBlocks>${uncommitted.join("")}</UncommittedBlocks></BlockList>`,
  };
}
