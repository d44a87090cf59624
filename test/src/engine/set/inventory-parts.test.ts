import { InventoryBlob } from "../../../../src/engine/set/prune/inventory-blob";
import type { BlobContainer } from "../../../../src/engine/ports/blob-container";

const NEVER = new AbortController().signal;
const LINE = `${"x".repeat(1_023)}\n`;
/** Number of lines that fill a part. */
const FULL = 1_024;

/** A container with one blob. It calls `onBlock` for each block. */
class OneBlob {
  readonly blocks = new Map<string, string>();
  committed: readonly string[] = [];
  onBlock: () => void = () => undefined;

  get text(): string {
    return this.committed.map((id) => this.blocks.get(id) ?? "").join("");
  }

  asContainer(): BlobContainer {
    return {
      committedBlocks: async () => undefined,
      putBlock: async (_name: string, id: string, text: string) => {
        this.blocks.set(id, text);
        this.onBlock();
      },
      putBlockList: async (_name: string, ids: readonly string[]) => {
        if (ids.some((id) => !this.blocks.has(id))) throw new Error("a block is not there");
        this.committed = [...ids];
        return { etag: `"${this.committed.length}"`, lastModified: undefined };
      },
    } as unknown as BlobContainer;
  }
}

it("a part that becomes full while it is saved ends no save, and no line is lost", async () => {
  const service = new OneBlob();
  const blob = new InventoryBlob(service.asContainer(), "inventory");
  const add = (count: number) => {
    for (let index = 0; index < count; index++) blob.append(LINE);
  };
  add(3);
  service.onBlock = () => add(FULL);
  await blob.checkpoint(NEVER);
  expect(service.text.length).toBe(3 * LINE.length);
  service.onBlock = () => add(1);
  await blob.checkpoint(NEVER);
  service.onBlock = () => undefined;
  await blob.checkpoint(NEVER);
  const saved = service.text.length;
  await blob.save(NEVER);
  expect(service.text.length).toBe(saved);
  expect(saved).toBeGreaterThanOrEqual((3 + FULL) * LINE.length);
});
