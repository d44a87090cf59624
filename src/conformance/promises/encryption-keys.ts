import { BlobType, LocationKind, type LocationReference } from "../../intent";
import { type Check, expectAll, fail, type Finding } from "../lab/check";
import { declared, Deployment } from "../lab/deploy";
import { withKey } from "../lab/keyed";
import { KEY_VARIABLE, type Laboratory } from "../lab/laboratory";

const TYPES = [BlobType.BLOCK, BlobType.APPEND, BlobType.PAGE];

function withItsKey({ destination }: Laboratory, blobName: string): LocationReference {
  return { kind: LocationKind.BLOB, ...destination.container.reference, blobName, encryptionKey: { variable: KEY_VARIABLE } };
}

/** Copies into a blob with a key, and from there into a blob without one. */
async function thereAndBack(lab: Laboratory, type: BlobType): Promise<Finding> {
  const from = await lab.source.put({ type, properties: { metadata: { a: "b" } } });
  const to = lab.destination.freshName("keyed");
  const options = declared(lab, from.name, to);
  const { failure } = await new Deployment(lab, "keys").copy({ ...options, destination: withItsKey(lab, to) });
  if (failure !== undefined) return fail(`${type}: ${failure.message}`);
  const { keys } = await lab.destination.properties(to);
  const back = lab.destination.freshName();
  const again = { ...options, source: withItsKey(lab, to), destination: lab.destination.locationOf(back) };
  const { failure: refusal } = await new Deployment(lab, "keys").copy(again);
  if (refusal !== undefined) return fail(`${type}, back: ${refusal.message}`);
  const { metadata } = await lab.destination.properties(back);
  const content = await lab.destination.contentOf(back);
  return expectAll({ isUsed: keys?.isUsed, metadata, content }, { isUsed: true, metadata: { a: "b" }, content: from.content });
}

/** Copies with encryption keys that are sent with each request. */
export const encryptionKeyPromises: readonly Check[] = TYPES.map((type) => ({
  id: `option-encryption-key-${type.toLowerCase()}`,
  says: `a ${type} is copied into, and out of, one that is encrypted with a customer-provided key`,
  run: (lab) => withKey(lab, () => thereAndBack(lab, type)),
}));
