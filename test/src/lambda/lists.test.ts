import fc from "fast-check";
import { CopyMethod, CredentialKind } from "../../../src/intent";
import {
  AFTERWARDS,
  AwsWorld,
  DESTINATION,
  ELSEWHERE,
  listTemplate,
  OTHER_SOURCE,
  setTemplate,
  SOURCE,
  template,
} from "./support/aws-world";
import { chaosOf, deploy, withDeaths } from "./support/chaos";

const MINUTE = 60_000;
const THIRD = "https://another.blob.test/container/third.bin";
const LIST = { one: [SOURCE, DESTINATION], two: [OTHER_SOURCE, ELSEWHERE], three: [SOURCE, THIRD] } as const;
const ALL = [DESTINATION, ELSEWHERE, THIRD];
const MISSING = "https://source.blob.test/container/missing.bin";

describe("a set of a list in a stack of CloudFormation", () => {
  let world: AwsWorld;
  const see = () => ALL.map((url) => world.see(url));
  const contents = () =>
    ALL.map((url) => (world.see(url) as { readonly content: string } | undefined)?.content.replace(/\[.*/, "") ?? "absent");
  beforeEach(() => {
    world = new AwsWorld(MINUTE);
    world.withOldDestination();
  });
  afterEach(() => {
    expect(world.leftBehind(...ALL)).toEqual([]);
  });

  it("copies each of the list, whatever container it is in, and counts", async () => {
    expect(await world.create(listTemplate({ copies: LIST }))).toBe("CREATE_COMPLETE");
    expect(contents()).toEqual(["new", "other", "new"]);
    expect(["total", "copied", "bytesCopied"].map((name) => world.stack.attribute("Copy", name))).toEqual([3, 3, 4_000]);
  });

  it("puts everything back when something else fails after it", async () => {
    const before = see();
    expect(await world.create(listTemplate({ copies: LIST }, AFTERWARDS), ["After"])).toBe("ROLLBACK_COMPLETE");
    expect(see()).toEqual(before);
  });

  it("copies what has come onto the list, leaves what is taken off it, and goes back to the list before", async () => {
    const { one, two, three } = LIST;
    await world.create(listTemplate({ copies: { one, two } }));
    const id = world.stack.physicalId("Copy");
    const before = see();
    const update = listTemplate({ copies: { one, three } }, AFTERWARDS);
    expect(await world.update(update, ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(see()).toEqual(before);
    const requests = world.service.requests.length;
    expect(await world.update(update)).toBe("UPDATE_COMPLETE");
    expect(contents()).toEqual(["new", "other", "new"]);
    expect(world.service.requests.slice(requests).filter(({ operation }) => operation === "Put Blob From URL")).toHaveLength(1);
    expect(world.stack.physicalId("Copy")).toBe(id);
  });

  it("deletes with its resource all that it copied, also what is off the list by now, unless another resource declares that", async () => {
    const { one } = LIST;
    await world.create(listTemplate({ copies: LIST, onDestroy: "delete" }));
    await world.update(listTemplate({ copies: { one }, onDestroy: "delete" }));
    const { Copy: moved } = template({ from: SOURCE, to: THIRD, options: { overwrite: "if-different" } }).Resources;
    expect(await world.update({ Resources: { Moved: moved ?? { Type: "" } } })).toBe("UPDATE_COMPLETE");
    expect(contents()).toEqual(["absent", "absent", "new"]);
    expect(world.log).toContainEqual(expect.stringMatching(/third\.bin.*another resource of this stack declares it/));
  });

  it("leaves its blobs to the list of a construct that has only got another id", async () => {
    await world.create(listTemplate({ copies: LIST, onDestroy: "delete" }));
    expect(await world.update(listTemplate({ copies: LIST, onDestroy: "delete" }, {}, "Renamed"))).toBe("UPDATE_COMPLETE");
    expect(contents()).toEqual(["new", "other", "new"]);
    expect(await world.delete()).toBe("DELETE_COMPLETE");
  });

  it("leaves to a set of a list, or of a prefix, what a single copy had made", async () => {
    await world.create(template({ to: ELSEWHERE, onDestroy: "delete" }));
    const list = listTemplate({ copies: { moved: [SOURCE, ELSEWHERE] } }, {}, "List");
    expect(await world.update(list)).toBe("UPDATE_COMPLETE");
    expect(contents()[1]).toBe("new");
  });

  it("has attributes of single blobs, of what was copied and of what was there", async () => {
    const results = { one: ["etag", "destinationUrl"], three: ["bytesCopied", "copyStatus"] };
    expect(await world.create(listTemplate({ copies: LIST, results }))).toBe("CREATE_COMPLETE");
    const attribute = (name: string) => world.stack.attribute("Copy", name);
    expect(attribute("one.destinationUrl")).toBe(DESTINATION);
    expect(attribute("three.bytesCopied")).toBe(1_000);
    expect(attribute("three.copyStatus")).toBe("success");
    const etag = attribute("one.etag");
    expect(etag).toEqual(expect.any(String));
    // If another result is requested, nothing is copied again.
    const requests = world.service.requests.length;
    expect(await world.update(listTemplate({ copies: LIST, results: { ...results, two: ["etag"] } }))).toBe("UPDATE_COMPLETE");
    expect(attribute("one.etag")).toBe(etag);
    expect(attribute("two.etag")).toEqual(expect.any(String));
    expect(world.service.requests.slice(requests).filter(({ operation }) => !operation.startsWith("Get"))).toEqual([]);
  });

  it("refuses results that do not fit into an answer, and puts everything back", async () => {
    const before = see();
    const long = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`key-${index}`, [SOURCE, `${THIRD}.${"x".repeat(60)}.${index}`]] as const),
    );
    const results = Object.fromEntries(Object.keys(long).map((key) => [key, ["destinationUrl"]]));
    expect(await world.create(listTemplate({ copies: { ...LIST, ...long }, results }))).toBe("ROLLBACK_COMPLETE");
    expect(world.stack.reasons).toEqual([expect.stringContaining("do not fit into an answer")]);
    expect(see()).toEqual(before);
  });

  it.each([0, 1, 5])("tells of all that failed, with maxFailures %d, and keeps nothing", async (maxFailures) => {
    const before = see();
    const failing = Object.fromEntries(
      [1, 2, 3].map((number) => [`bad-${number}`, [`${MISSING}.${number}`, `${THIRD}.${number}`]] as const),
    );
    const copies = { ...LIST, ...failing };
    expect(await world.create(listTemplate({ copies, set: { maxFailures, maxConcurrency: 1 } }))).toBe("ROLLBACK_COMPLETE");
    const [reason = ""] = world.stack.reasons;
    expect(new Set(reason.match(/bad-\d/g))).toEqual(new Set(["bad-1", "bad-2", "bad-3"]));
    expect(see()).toEqual(before);
  });

  it("goes on in the next invocation, and takes nothing back when AWS is throttled in the middle", async () => {
    let isThrottled = true;
    world.isThrottled = (name) => name === "saveBlob" && isThrottled && world.service.count("Put Blob From URL") >= 2;
    const created = world.create(listTemplate({ copies: LIST }));
    await world.clock.advance(3 * MINUTE);
    isThrottled = false;
    expect(await created).toBe("CREATE_COMPLETE");
    expect(contents()).toEqual(["new", "other", "new"]);
    // Nothing was restored or deleted in between.
    expect(["Copy Blob", "Delete Blob"].map((operation) => world.service.count(operation))).toEqual([0, 0]);
  });

  it("goes on in the next invocation with copies that the service has not ended", async () => {
    world.service.copyPlan = { milliseconds: 25 * MINUTE };
    expect(await world.create(listTemplate({ copies: LIST, options: { method: CopyMethod.COPY_BLOB } }))).toBe("CREATE_COMPLETE");
    expect(contents()).toEqual(["new", "other", "new"]);
    expect(world.service.count("Copy Blob")).toBe(3);
  });

  it("is replaced by a set of a prefix that has taken its blobs over", async () => {
    const live = (name: string) => `https://destination.blob.test/container/live/${name}`;
    world.service.put("https://source.blob.test/container/v1/a", "one a", 10);
    await world.create(listTemplate({ copies: { a: ["https://source.blob.test/container/v1/a", live("a")] }, onDestroy: "delete" }));
    expect(await world.update(setTemplate())).toBe("UPDATE_COMPLETE");
    expect(world.see(live("a"))).toBeDefined();
  });

  it("reads each secret that one of its copies has", async () => {
    const asked: string[] = [];
    world.secret = (reference) => {
      asked.push(reference);
      return Promise.resolve("sig=abc");
    };
    const declared = listTemplate({ copies: LIST });
    const properties = declared.Resources["Copy"]?.Properties ?? {};
    const copies = JSON.parse(String(properties["Copies"])) as { readonly key: string; readonly destination: object }[];
    const stored = copies.map((copy) => ({
      ...copy,
      destination: { ...copy.destination, credential: { kind: CredentialKind.STORED, variable: `ssm:/${copy.key}` } },
    }));
    const withSecrets = {
      Resources: { Copy: { Type: "Custom::AzureBlobCopySet", Properties: { ...properties, Copies: JSON.stringify(stored) } } },
    };
    expect(await world.create(withSecrets)).toBe("CREATE_COMPLETE");
    expect([...new Set(asked)].sort()).toEqual(["ssm:/one", "ssm:/three", "ssm:/two"]);
  });
});

const death = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(120) });
const place = fc.option(fc.constantFrom(SOURCE, OTHER_SOURCE), { nil: undefined });
const sequences = fc.record({
  milliseconds: fc.constantFrom(0, 30_000, 25 * MINUTE),
  method: fc.constantFrom(CopyMethod.AUTO, CopyMethod.COPY_BLOB),
  deaths: fc.record({
    onEvent: fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 4 }),
    isComplete: fc.array(death, { maxLength: 6 }),
    settle: fc.array(death, { maxLength: 3 }),
  }),
  /** The source for each destination; undefined: it is not on the list. */
  steps: fc.array(fc.record({ from: fc.tuple(place, place, place), fails: fc.boolean() }), { minLength: 1, maxLength: 4 }),
});

const CHAOS = chaosOf(15);

describe("stacks with lists whose invocations die", () => {
  it(
    "leave all blobs as they were before a run that failed, and those on the list as declared after one that did not",
    async () => {
      await fc.assert(
        fc.asyncProperty(sequences, async ({ milliseconds, method, deaths, steps }) => {
          const world = new AwsWorld(MINUTE).withOldDestination();
          const see = () => ALL.map((url) => world.see(url));
          world.service.copyPlan = { milliseconds };
          withDeaths(world, deaths);
          let isDeployed = false;
          for (const { from, fails } of steps) {
            const before = see();
            const entries = ALL.flatMap((to, index) => {
              const source = from[index];
              return source === undefined ? [] : [[to, [source, to]] as const];
            });
            if (entries.length === 0) continue;
            const declared = listTemplate({ copies: Object.fromEntries(entries), options: { method } }, AFTERWARDS);
            const status = await deploy(world, isDeployed, declared, fails);
            const wanted =
              status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE"
                ? from.map((source, index) =>
                    source === undefined
                      ? before[index]
                      : { ...world.see(ALL[index]), content: expect.stringContaining(source === SOURCE ? "new" : "other") as string },
                  )
                : before;
            expect({ status, seen: see() }).toEqual({ status: expect.stringMatching(/_COMPLETE$/) as string, seen: wanted });
            expect(world.leftBehind(...ALL)).toEqual([]);
            if (status === "ROLLBACK_COMPLETE" || status === "DELETE_COMPLETE") return;
            isDeployed = true;
          }
        }),
        CHAOS.parameters,
      );
    },
    CHAOS.enoughMilliseconds,
  );
});
