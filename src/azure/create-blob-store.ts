import type { BlobStore } from "../engine/blob-store";
import { type Clock, systemClock } from "../engine/clock";
import { parseLocation } from "./blob-url";
import { Credentials } from "./credential";
import { HttpDestination } from "./http-destination";
import { HttpSource } from "./http-source";
import { ReadableSources } from "./readable-sources";
import { RestClient } from "./rest-client";

export interface BlobStoreOptions {
  /** Where credential references find their secrets. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock?: Clock;
}

/** The blob store of the service itself. */
export function createBlobStore({ environment, clock = systemClock }: BlobStoreOptions): BlobStore {
  const client = new RestClient(clock);
  const credentials = new Credentials(environment, clock);
  const readableSources = new ReadableSources(clock);
  return {
    destination(location) {
      const blob = parseLocation(location, "destination");
      const target = { side: "destination", blob, credential: credentials.resolve(location.credential, blob, "destination") } as const;
      const account = blob.account ?? blob.endpoint.authority;
      readableSources.noteDestination(account, target);
      return new HttpDestination(client, target, account);
    },
    source(location) {
      const blob = parseLocation(location, "source");
      const target = { side: "source", blob, credential: credentials.resolve(location.credential, blob, "source") } as const;
      return new HttpSource(client, readableSources, target);
    },
    close: () => client.close(),
  };
}
