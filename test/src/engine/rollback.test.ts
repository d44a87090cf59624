import { CopyMethod } from "../../../src/intent";
import { MEBIBYTE, SOURCE, World } from "./world";
import { BlobType } from "../../../src/intent";

describe.each(Object.values(CopyMethod))("with method %s", (method) => {
  test.each(["absent", "present"])("a copy to a destination that is %s is completed and leaves nothing behind", async (state) => {
    const world = new World();
    if (state === "present") world.withOldDestination();
    const type =
      method === CopyMethod.PUT_PAGE_FROM_URL
        ? BlobType.PAGE
        : method === CopyMethod.APPEND_BLOCK_FROM_URL
          ? BlobType.APPEND
          : BlobType.BLOCK;
    world.service.put(SOURCE, "new", 20 * MEBIBYTE, { type });
    if (state === "present") world.service.put("https://destination.blob.test/container/model.bin", "old", 512, { type });
    world.service.copyPlan = { milliseconds: 5_000 };
    const { receipts, failure } = await world.run({ method });
    expect(failure).toBeUndefined();
    expect(receipts).toHaveLength(1);
    expect(world.see()).toEqual(world.see(SOURCE));
    expect(world.leftBehind()).toEqual([]);
  });
});
