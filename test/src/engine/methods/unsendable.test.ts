import { BlobType, CopyMethod } from "../../../../src/intent";
import { type Declared, MEBIBYTE, SOURCE, World } from "../support/world";

/**
 * Properties that a browser or an older tool can have set, and that an HTTP request header cannot
 * carry without loss.
 */
const UNSENDABLE = {
  "the header contentDisposition": { contentHeaders: { contentDisposition: 'attachment; filename="Prüfbericht.pdf"' } },
  "the header cacheControl": { contentHeaders: { cacheControl: "private=“x”" } },
  "metadata author": { metadata: { author: "Zoë" } },
  "metadata note": { metadata: { plain: "x", note: "emoji \u{1f600}" } },
};

/**
 * The methods whose first or last request contains the properties, with a suitable source for each.
 */
const SAYING: [CopyMethod, BlobType][] = [
  [CopyMethod.PUT_BLOCK_FROM_URL, BlobType.BLOCK],
  [CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND],
  [CopyMethod.PUT_PAGE_FROM_URL, BlobType.PAGE],
];

describe.each(Object.entries(UNSENDABLE))("a source of which %s is not ASCII", (named, properties) => {
  function world(type: BlobType): World {
    const made = new World();
    made.service.put(SOURCE, "new", 300 * MEBIBYTE, { type, ...properties });
    made.service.copyPlan = { milliseconds: 1_000 };
    return made;
  }
  const written = (made: World) => made.service.requests.filter(({ operation }) => / From URL$|^Put |^Append /.test(operation));

  test.each(SAYING)("is refused to %s before anything of it is moved, with its name", async (method, type) => {
    const made = world(type);
    const { failure } = await made.run({ method });
    expect(failure).toMatchObject({ side: "source", why: expect.stringContaining(named) as string });
    expect(failure?.remedy).toContain(`declare ${named}`);
    expect(written(made)).toEqual([]);
    expect(made.see()).toBeUndefined();
  });

  test.each(SAYING)("is copied by Copy Blob where the method may be chosen, in place of %s", async (_, type) => {
    const made = world(type);
    expect((await made.run()).failure).toBeUndefined();
    expect(made.see()).toMatchObject({ type, ...properties });
    expect(written(made).filter(({ operation }) => operation !== "Put Blob From URL" && operation !== "Copy Blob From URL")).toEqual([]);
  });

  test("is copied in blocks where the declaration says it otherwise", async () => {
    const made = world(BlobType.BLOCK);
    const declared: Declared = {
      metadata: { author: "Zoe" },
      contentHeaders: { contentDisposition: "attachment", cacheControl: "private" },
    };
    expect((await made.run({ method: CopyMethod.PUT_BLOCK_FROM_URL, ...declared })).failure).toBeUndefined();
    expect(made.see()).toMatchObject({ metadata: { author: "Zoe" } });
  });
});
