import { BlobType, CopyMethod } from "../../../../src/intent";
import { MEBIBYTE } from "../../../../src/engine/methods/run/traits";
import { prepared } from "../support/prepared-world";
import { type Declared, DESTINATION, World } from "../support/world";

describe("what somebody else does", () => {
  const declared: Declared = { method: CopyMethod.COPY_BLOB };

  test.each<[string, (world: World) => void]>([
    ["overwrites", (world) => void world.service.put(DESTINATION, "theirs", 3)],
    ["deletes", (world) => world.service.delete(DESTINATION)],
  ])("to a destination during the copy is left alone: %s", async (_, intervene) => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 10_000 };
    let theirs: object | undefined;
    world.clock.after(2_000, () => {
      intervene(world);
      theirs = world.see();
    });
    await world.run(declared);
    expect(world.see()).toEqual(theirs);
    expect(world.outcomes).toEqual(["left-alone"]);
    expect(world.leftBehind()).toEqual([]);
  });

  test.each(["Abort Copy Blob", "Copy Blob"])("between the look of a rollback and its %s is left alone", async (operation) => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 10_000 };
    world.clock.after(2_000, () =>
      world.service.script(operation, {
        meanwhile: () => {
          world.endCopy();
          world.service.put(DESTINATION, "theirs", 3);
        },
      }),
    );
    await world.run(declared, { cancelAfter: 3_000 });
    expect(world.see()).toMatchObject({ content: "theirs[0+3]" });
    expect(world.outcomes).toEqual(["left-alone"]);
  });

  test("between the end of a copy and its verification is left alone", async () => {
    const world = new World();
    world.service.script("Put Blob From URL", { afterwards: () => void world.service.put(DESTINATION, "theirs", 3) });
    const { failure } = await world.run();
    expect(failure?.why).toContain("another client changed the destination");
    expect(world.see()).toMatchObject({ content: "theirs[0+3]" });
  });

  test.each(["absent", "present"])("to the metadata at the moment when a copy ends is left alone (destination %s)", async (before) => {
    for (const isFinished of [false, true]) {
      const world = before === "present" ? new World().withOldDestination() : new World();
      world.service.copyPlan = { milliseconds: 10_000 };
      const review = () => {
        const { blob } = world.service.name(DESTINATION);
        if (blob === undefined) throw new Error("there is no blob");
        blob.metadata = { reviewed: "yes" };
        blob.etag = '"theirs"';
      };
      if (!isFinished) world.clock.after(10_001, review);
      const commit = () => {
        review();
        throw new Error("the disk is full");
      };
      const { failure } = await world.run(declared, isFinished ? { commit } : {}).catch(() => ({ failure: "the disk is full" }));
      expect(failure).toBeDefined();
      expect(world.see()).toMatchObject({ content: "new[0+1000]", metadata: { reviewed: "yes" } });
    }
  });

  test("to the metadata of a copy that is complete is left alone", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 2_000 };
    const commit = () => {
      const { blob } = world.service.name(DESTINATION);
      if (blob === undefined) throw new Error("there is no blob");
      blob.metadata = { reviewed: "yes" };
      blob.lastModified = world.clock.now() + 5_000;
      blob.etag = '"theirs"';
      throw new Error("the disk is full");
    };
    await world.run(declared, { commit });
    expect(world.see()).toMatchObject({ metadata: { reviewed: "yes" } });
    expect(world.outcomes).toEqual(["left-alone"]);
  });

  test("to an append blob right after its last block does not get our metadata either", async () => {
    const world = prepared(CopyMethod.APPEND_BLOCK_FROM_URL, "absent");
    const theirs = { afterwards: () => void world.service.put(DESTINATION, "theirs", 3, { metadata: { by: "them" } }) };
    world.service.script("Append Block From URL", {}, {}, theirs);
    const { failure } = await world.run({ method: CopyMethod.APPEND_BLOCK_FROM_URL });
    expect(failure?.why).toContain("another client replaced");
    expect(world.see()).toMatchObject({ content: "theirs[0+3]", metadata: { by: "them" } });
  });

  // An empty append blob accepts a block at the position of our first block. One that is as long as
  // a block accepts one at the position of our second block.
  test.each([
    ["empty, before the first block", 0, 0],
    ["as long as what we had appended, before the second block", 100 * MEBIBYTE, 1],
  ])("to an append blob that is replaced gets no block of ours, and is not put back: %s", async (_, length, blocks) => {
    for (const before of ["absent", "present"] as const) {
      const world = prepared(CopyMethod.APPEND_BLOCK_FROM_URL, before);
      const type = { type: BlobType.APPEND, metadata: { by: "them" } };
      let theirs: object | undefined;
      const meanwhile = () => {
        world.service.put(DESTINATION, "theirs", length, type);
        theirs = world.see();
      };
      world.service.script("Append Block From URL", ...Array.from({ length: blocks }, () => ({})), { meanwhile });
      const { failure } = await world.run({ method: CopyMethod.APPEND_BLOCK_FROM_URL });
      expect(failure?.why).toContain("another client replaced");
      expect(world.see()).toEqual(theirs);
      expect(world.outcomes).toEqual(["left-alone"]);
    }
  });

  test("to an append blob that is written bit by bit does not get our metadata", async () => {
    const world = prepared(CopyMethod.APPEND_BLOCK_FROM_URL, "absent");
    world.clock.after(1_500, () => world.service.put(DESTINATION, "theirs", 3, { metadata: { by: "them" } }));
    const { failure } = await world.run({ method: CopyMethod.APPEND_BLOCK_FROM_URL });
    expect(failure).toBeDefined();
    expect(world.see()).toMatchObject({ content: "theirs[0+3]", metadata: { by: "them" } });
  });
});
