import type { BlobStore } from "../engine/ports/blob-store";
import { type Clock, systemClock } from "../engine/ports/clock";
import type { Side } from "../failure/service-error";
import type { BlobContainers, ContainerReference } from "../engine/ports/blob-container";
import { encryptionKeyOf, LocationKind } from "../intent";
import { checkBlobName } from "./address/blob-name";
import { parseContainer, parseLocation } from "./address/blob-url";
import { type CredentialNotice, Credentials, identityOf } from "./credential/credentials";
import { EncryptionKeys } from "./credential/encryption-keys";
import type { Target } from "./credential/target";
import { defined } from "../util/defined";
import type { TokenCache } from "./identity/token-cache";
import type { Tokens } from "./identity/tokens";
import { HttpContainer } from "./http-container";
import { HttpDestination } from "./http-destination";
import { HttpSource } from "./http-source";
import { DelegationKeys } from "./copy-source/delegation-keys";
import { ReadableSources } from "./copy-source/readable-sources";
import { ContainerPolicies } from "./rest/container-policies";
import { RestClient } from "./rest/rest-client";

export interface BlobStoreOptions {
  /** Variables that hold the secrets of credential references, and the proxy. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /**
   * Shared by the stores of one process, so that it signs in once: signing in takes longer than
   * many copies. Default: not shared.
   */
  readonly tokens?: Tokens;
  /** Called with the chosen identity, and when its token takes unusually long. */
  readonly notify?: (notice: CredentialNotice) => void;
  /** Directory for relative file paths in the environment. Default: that of this process. */
  readonly workingDirectory?: string;
}

/** Creates the blob store that accesses the service itself. */
export function createBlobStore(options: BlobStoreOptions): BlobStore & BlobContainers {
  const { environment, clock = systemClock, notify = () => undefined, workingDirectory = process.cwd() } = options;
  const tokens: Tokens = options.tokens ?? new Map<string, TokenCache>();
  const client = new RestClient(clock, environment);
  const credentials = new Credentials({ environment, workingDirectory, clock, tokens, notify });
  const keys = new EncryptionKeys(environment);
  const readableSources = new ReadableSources(new DelegationKeys(client, clock));
  const policies = new ContainerPolicies(client);
  const containers = new Map<string, HttpContainer>();
  const noteDestination = (target: Target) =>
    readableSources.noteDestination(target.blob.account ?? target.blob.endpoint.authority, target);

  function container(reference: ContainerReference, side: Side): HttpContainer {
    const { blobEndpoint, containerName, credential, encryptionKey } = reference;
    const identity = [side, blobEndpoint, containerName, identityOf(credential), encryptionKey?.variable].join("\n");
    let found = containers.get(identity);
    if (found === undefined) {
      const blob = parseContainer(reference, side);
      const target = {
        side,
        blob,
        credential: credentials.resolve(credential, blob, side),
        encryptionKey: keys.resolve(encryptionKey, blob, side),
      };
      if (side === "destination") noteDestination(target);
      found = new HttpContainer(
        client,
        readableSources,
        { blobEndpoint, containerName, ...defined({ credential, encryptionKey }) },
        target,
      );
      containers.set(identity, found);
    }
    return found;
  }

  return {
    destination(location, { leaseId } = {}) {
      const blob = parseLocation(location, "destination");
      const credential = credentials.resolve(location.credential, blob, "destination");
      const otherCredentials = () => credentials.ofAccount(blob.account).filter((other) => other !== credential);
      const encryptionKey = keys.resolve(encryptionKeyOf(location), blob, "destination");
      const target = { side: "destination", blob, credential, encryptionKey, otherCredentials } as const;
      noteDestination(target);
      return new HttpDestination(client, policies, target, blob.account ?? blob.endpoint.authority, leaseId);
    },
    source(location) {
      const blob = parseLocation(location, "source");
      const encryptionKey = keys.resolve(encryptionKeyOf(location), blob, "source");
      const target = { side: "source", blob, credential: credentials.resolve(location.credential, blob, "source"), encryptionKey } as const;
      return new HttpSource(client, readableSources, target);
    },
    container,
    placeOf(location, side) {
      const { credential } = location;
      const access = defined({ credential, encryptionKey: encryptionKeyOf(location) });
      if (location.kind === LocationKind.BLOB) {
        const { blobEndpoint, containerName, blobName } = location;
        if ((location.snapshot ?? location.versionId) !== undefined) return undefined;
        checkBlobName(blobName, side);
        return {
          container: container({ blobEndpoint, containerName, ...access }, side),
          name: blobName,
        };
      }
      const blob = parseLocation(location, side);
      if (blob.kind !== "blob" || blob.query !== "") return undefined;
      const reference = {
        blobEndpoint: blob.serviceUrl,
        containerName: blob.containerName,
        ...access,
      };
      return { container: container(reference, side), name: blob.blobName };
    },
    trouble: () => credentials.trouble ?? client.trouble,
    onThrottled: (listener) => client.onThrottled(listener),
    limitRequests: (max) => client.connections.places.limitTo(max),
    close: () => client.close(),
  };
}
