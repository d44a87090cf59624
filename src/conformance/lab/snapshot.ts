import { BlobType } from "../../intent";
import type { Laboratory } from "./laboratory";

export interface SourceSnapshot {
  readonly name: string;
  readonly snapshot: string;
  readonly content: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes a new page blob at the source, or a page of an existing one, and takes a snapshot of it.
 */
export async function snapshotOf(lab: Laboratory, name?: string): Promise<SourceSnapshot> {
  const metadata = { disk: "1" };
  const seed = { type: BlobType.PAGE, properties: { metadata } };
  const { name: of, content } = name === undefined ? await lab.source.put(seed) : await lab.source.writePage(name);
  const { snapshot } = await lab.source.destination(of).createSnapshot({}, { encryption: {} });
  return { name: of, snapshot, content, metadata };
}
