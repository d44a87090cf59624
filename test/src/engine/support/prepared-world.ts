import { BlobType, CopyMethod } from "../../../../src/intent";
import { DESTINATION, MEBIBYTE, SOURCE, World } from "./world";

/** The methods that replace the destination. An incremental copy adds to it. */
export const REPLACING = Object.values(CopyMethod).filter((method) => method !== CopyMethod.INCREMENTAL_COPY_BLOB);

/** States of the destination before a copy. */
export const STATES = ["absent", "present"] as const;

/**
 * A source that is large enough for several requests, which take a second each. Copy Blob takes
 * ten.
 */
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
