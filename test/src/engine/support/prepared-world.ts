import { BlobType, CopyMethod } from "../../../../src/intent";
import { DESTINATION, MEBIBYTE, SOURCE, World } from "./world";

/** The methods that replace what is at a destination; an incremental copy adds to it. */
export const REPLACING = Object.values(CopyMethod).filter((method) => method !== CopyMethod.INCREMENTAL_COPY_BLOB);

/** What can be at a destination before a copy. */
export const STATES = ["absent", "present"] as const;

/** A large enough source that copying it takes some requests, each of them a second; Copy Blob takes ten. */
export function prepared(method: CopyMethod, state: (typeof STATES)[number]): World {
  const world = new World();
  const type =
    method === CopyMethod.PUT_PAGE_FROM_URL
      ? BlobType.PAGE
      : method === CopyMethod.APPEND_BLOCK_FROM_URL
        ? BlobType.APPEND
        : BlobType.BLOCK;
  const properties = { type, metadata: { release: "2" }, tags: { team: "a" }, contentHeaders: { contentType: "text/plain" } };
  world.service.put(SOURCE, "new", 220 * MEBIBYTE, { type, metadata: { release: "3" } });
  if (state === "present")
    world.service.put(DESTINATION, "old", 1_024, type === BlobType.BLOCK ? { ...properties, tier: "Cool" } : properties);
  world.service.copyPlan = { milliseconds: 10_000 };
  world.service.chance = (operation) => (/From URL|Put Block List|^Put Blob$/.test(operation) ? { answerDelay: 1_000 } : undefined);
  return world;
}
