import { LocationKind, prefixKey, type PrefixReference } from "../../src/intent";
import { type Resolve, resolveValues } from "../framework/resolution";
import type { DeclaredPrefix, DeclaredSetCopy, DeclaredSide } from "./declared-copy";

/**
 * Returns the single container that all copies of a list write to with one credential. The set can
 * keep its inventory there.
 *
 * @returns the index of the first copy with another container or credential, if there is one
 */
export function manifestContainer(copies: readonly DeclaredSetCopy[], resolve: Resolve): DeclaredPrefix | number {
  const [first] = copies;
  const container = first && containerOf(first.destination);
  if (container === undefined) return 0;
  const wanted = identityOf(container, resolve);
  const stranger = copies.findIndex(({ destination }) => {
    const other = containerOf(destination);
    return other === undefined || identityOf(other, resolve) !== wanted;
  });
  return stranger === -1 ? container : stranger;
}

function containerOf({ _place: place, _credential, _encryptionKey, _problems }: DeclaredSide): DeclaredPrefix | undefined {
  if (place.kind !== LocationKind.BLOB) return undefined;
  const { blobEndpoint, containerName } = place;
  return { _place: { blobEndpoint, containerName, prefix: "" }, _credential, _encryptionKey, _problems };
}

/** Returns a text that is the same for every spelling of a container. */
function identityOf({ _place, _credential, _encryptionKey }: DeclaredPrefix, resolve: Resolve): string {
  const place = resolveValues(_place, resolve) as PrefixReference;
  const credential = _credential && { ..._credential, _problems: undefined };
  return JSON.stringify([prefixKey(place), resolveValues(credential, resolve), _encryptionKey]);
}
