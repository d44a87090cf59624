import { BlobType, CopyMethod, SourceGuard } from "../../../../src/intent";
import { type Declared, DESTINATION, SOURCE, World } from "../support/world";

/**
 * Methods that do not read a source without content, so that none of their requests carries the
 * conditions on the source.
 */
const METHODS: [CopyMethod, BlobType, number][] = [
  [CopyMethod.PUT_BLOCK_FROM_URL, BlobType.BLOCK, 0],
  [CopyMethod.APPEND_BLOCK_FROM_URL, BlobType.APPEND, 0],
  [CopyMethod.PUT_PAGE_FROM_URL, BlobType.PAGE, 0],
];

describe.each(METHODS)("%s of a source that holds nothing", (method, type, length) => {
  function world(): World {
    const made = new World();
    made.service.put(SOURCE, "new", length, { type });
    return made;
  }

  test.each<[string, Declared["sourceConditions"]]>([
    ["ifMatch", { ifMatch: '"0x8DFFFF"' }],
    ["ifNoneMatch", { ifNoneMatch: "*" }],
    ["ifModifiedSince", { ifModifiedSince: "Fri, 01 Jan 2100 00:00:00 GMT" }],
    ["ifUnmodifiedSince", { ifUnmodifiedSince: "Thu, 01 Jan 1970 00:00:00 GMT" }],
  ])("is not copied where it does not meet %s", async (_, sourceConditions) => {
    const made = world();
    const { failure } = await made.run({ method, sourceGuard: SourceGuard.NONE, ...(sourceConditions && { sourceConditions }) });
    expect(failure?.what).toBe("The source does not meet a declared condition");
    expect(made.see()).toBeUndefined();
    expect(made.leftBehind()).toEqual([]);
  });

  test("is copied where it meets them", async () => {
    const made = world();
    const { failure } = await made.run({ method, sourceConditions: { ifModifiedSince: "Thu, 01 Jan 1970 00:00:00 GMT" } });
    expect(failure).toBeUndefined();
    expect(made.see()).toMatchObject({ type });
  });

  test.each([
    ["is filled", (made: World) => void made.service.put(SOURCE, "filled", 1_024, { type })],
    ["is deleted", (made: World) => made.service.delete(SOURCE)],
  ])("is not copied where it %s after it was looked at", async (_, change) => {
    const made = world();
    made.service.script("Get Source Properties", { afterwards: () => change(made) });
    const { failure } = await made.run({ method });
    expect(failure).toBeDefined();
    expect(made.see(DESTINATION)).toBeUndefined();
    expect(made.leftBehind()).toEqual([]);
  });
});
