import { Content } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

const MEBIBYTE = 1024 * 1024;
const SOURCE = Content.pattern(8 * MEBIBYTE);

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.source.putBlob("src", "page", { type: "PageBlob", content: SOURCE });
});
afterEach(() => world.stop());

/**
 * A copy that fails after its first page, while another client writes a page before the run
 * inspects the blob. So the blob is as long as its source, and younger.
 */
async function leaveHalf(): Promise<void> {
  // The service reports whole seconds.
  const madeAt = world.source.getBlob("src", "page")?.lastModified.getTime() ?? 0;
  while (Date.now() < madeAt + 1_000) await new Promise((resolve) => setTimeout(resolve, 20));
  let pages = 0;
  let written: Promise<unknown> | undefined;
  world.service.script.random(({ operation, path }) => {
    if (operation === "Put Page From URL" && ++pages === 2) {
      written = writePage();
      return { kind: "answer", status: 412, code: "SourceConditionNotMet" };
    }
    const isLook = operation === "Get Blob Properties" && path.includes("/dst/");
    return written !== undefined && isLook ? { kind: "hold", until: written } : undefined;
  });
  expect((await world.run({ ...world.prefixes(), maxConcurrency: 1 })).failure).toBeDefined();
  world.service.script.random();
  expect(world.events).toContainEqual(
    expect.objectContaining({ detail: expect.stringContaining("another client has written into") as string }),
  );
}

async function writePage(): Promise<void> {
  const sas = world.destination.sas({ container: "dst", permissions: "w" });
  const headers = { "x-ms-version": "2026-04-06", "x-ms-page-write": "update", "x-ms-range": "bytes=0-511" };
  const { status } = await fetch(`${world.destination.blobUrl("dst", "page")}?comp=page&${sas}`, {
    method: "PUT",
    headers,
    body: "x".repeat(512),
  });
  expect(status).toBe(201);
}

const kept = () => ({
  content: world.destination.getBlob("dst", "page")?.content.read().subarray(0, 4).toString(),
  points: world.destination.snapshots("dst", "page").length,
  notes: [...world.journal.entries()].length,
});

describe.each([true, false])(
  "what a set left half written because somebody has written into it (a blob was there before: %s)",
  (wasThere) => {
    beforeEach(async () => {
      if (wasThere) world.destination.putBlob("dst", "page", { type: "PageBlob", content: Content.pattern(512, 3) });
      await leaveHalf();
    });

    it("is not taken for the source, and leaves nothing when it is complete", async () => {
      expect((await world.run(world.prefixes())).receipt).toMatchObject({ copied: 1 });
      expect(world.destination.getBlob("dst", "page")?.content.read().equals(SOURCE.read())).toBe(true);
      expect(kept()).toMatchObject({ points: 0, notes: 0 });
    });

    it("is kept with its restore point by a deploy that goes by times alone, which fails and says so, and by those that follow", async () => {
      const left = kept();
      expect(left).toEqual({ content: "xxxx", points: wasThere ? 1 : 0, notes: 1 });
      for (let deploys = 0; deploys < 2; deploys++) {
        const { failure } = await world.run(world.prefixes({ options: { overwrite: "if-source-newer" } }));
        expect(failure?.message).toContain("while an earlier run copied it");
        expect(kept()).toEqual(left);
      }
      expect((await world.run(world.prefixes())).receipt).toMatchObject({ copied: 1 });
      expect(kept()).toMatchObject({ points: 0, notes: 0 });
    });
  },
);
