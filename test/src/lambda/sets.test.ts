import fc from "fast-check";
import { CopyMethod } from "../../../src/intent";
import type { Template } from "../../support/cloudformation/template";
import { AFTERWARDS, AwsWorld, type DeclaredSet, setTemplate, wantedResults } from "./support/aws-world";
import { chaosOf, deploy, withDeaths } from "./support/chaos";

const MINUTE = 60_000;
const NAMES = ["a", "b", "c/1", "c/2", "d", "e", "f"];
const source = (version: string, name: string) => `https://source.blob.test/container/${version}/${name}`;
const destination = (name: string) => `https://destination.blob.test/container/live/${name}`;

/** Two versions at the source: v2 lacks "a", and has "g". */
function worldWithSets(queryInterval = MINUTE): AwsWorld {
  const world = new AwsWorld(queryInterval);
  for (const name of NAMES) world.service.put(source("v1", name), `one ${name}`, 1_000);
  for (const name of [...NAMES.slice(1), "g"]) world.service.put(source("v2", name), `two ${name}`, 2_000);
  return world;
}

/** The blobs below the destination's prefix as users see them. */
function seen(world: AwsWorld): Record<string, { readonly content: string }> {
  const blobs = [...NAMES, "g", "theirs"].map((name) => [name, world.see(destination(name)) as { readonly content: string }] as const);
  return Object.fromEntries(blobs.filter(([, blob]) => blob as unknown));
}

const contents = (world: AwsWorld): Record<string, string> =>
  Object.fromEntries(Object.entries(seen(world)).map(([name, { content }]) => [name, content.replace(/\[.*/, "")]));
const versionOf = (number: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, `${number} ${name}`]));
const setWithId = (id: string, declared: DeclaredSet): Template => ({
  Resources: Object.fromEntries(Object.values(setTemplate(declared).Resources).map((resource) => [id, resource])),
});
const leftBehind = (world: AwsWorld) => world.leftBehind(...[...NAMES, "g", "theirs"].map(destination));

describe("a set in a stack of CloudFormation", () => {
  let world: AwsWorld;
  beforeEach(() => {
    world = worldWithSets();
    world.service.put(destination("theirs"), "theirs", 10);
    world.service.put(destination("b"), "old", 10, { metadata: { release: "0" } });
  });

  it("copies what is below the prefix, and counts", async () => {
    expect(await world.create(setTemplate())).toBe("CREATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("one", NAMES), theirs: "theirs" });
    const counts = ["total", "copied", "skipped", "pruned", "bytesCopied"].map((name) => world.stack.attribute("Copy", name));
    expect(counts).toEqual([7, 7, 0, 0, 7_000]);
    expect(Math.max(...world.provider.responses.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4_096);
    expect(leftBehind(world)).toEqual([]);
  });

  it("puts everything back when something else fails after it", async () => {
    const before = seen(world);
    expect(await world.create(setTemplate({}, AFTERWARDS), ["After"])).toBe("ROLLBACK_COMPLETE");
    expect(seen(world)).toEqual(before);
    expect(leftBehind(world)).toEqual([]);
  });

  it("is all or nothing when one of its copies fails", async () => {
    const before = seen(world);
    world.service.script("Put Blob From URL", {}, {}, { answer: { status: 403, code: "CannotVerifyCopySource" }, effect: "none" });
    expect(await world.create(setTemplate({ options: { method: CopyMethod.PUT_BLOB_FROM_URL } }))).toBe("ROLLBACK_COMPLETE");
    expect(world.stack.reasons).toEqual([expect.stringContaining("CannotVerifyCopySource")]);
    expect(seen(world)).toEqual(before);
    expect(leftBehind(world)).toEqual([]);
  });

  it("updates, prunes what lost its source when the stack is deployed, and skips what is there", async () => {
    await world.create(setTemplate({ prune: true }));
    expect(await world.update(setTemplate({ from: "v2/", prune: true }))).toBe("UPDATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("two", [...NAMES.slice(1), "g"]), theirs: "theirs" });
    expect(world.stack.attribute("Copy", "pruned")).toBe(1);
    const requests = world.service.requests.length;
    expect(await world.update(setTemplate({ from: "v2/", prune: true, run: { recopy: "every-deploy" }, set: { maxFailures: 1 } }))).toBe(
      "UPDATE_COMPLETE",
    );
    expect(world.stack.attribute("Copy", "skipped")).toBe(7);
    expect(world.service.requests.slice(requests).filter(({ operation }) => /^(Put|Copy|Delete|Set)/.test(operation))).toEqual([]);
    expect(leftBehind(world)).toEqual([]);
  });

  it("keeps what it would have pruned when the update is rolled back, and prunes it the next time", async () => {
    await world.create(setTemplate({ prune: true }));
    const before = seen(world);
    const update = setTemplate({ from: "v2/", prune: true }, AFTERWARDS);
    expect(await world.update(update, ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(seen(world)).toEqual(before);
    expect(world.stack.attribute("Copy", "total")).toBe(7);
    expect(await world.update(update)).toBe("UPDATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("two", [...NAMES.slice(1), "g"]), theirs: "theirs" });
  });

  it("prunes in as many invocations as it takes", async () => {
    await world.create(setTemplate({ prune: true }));
    for (const name of NAMES) if (name !== "b") world.service.delete(source("v1", name));
    const saveBlob = world.records.saveBlob.bind(world.records);
    // As long as thousands of rows take.
    world.records.saveBlob = async (key, name, change) => {
      await saveBlob(key, name, change);
      if (change.condemned !== undefined) await world.clock.sleep(11 * MINUTE);
    };
    expect(await world.update(setTemplate({ prune: true, set: { maxFailures: 1 } }))).toBe("UPDATE_COMPLETE");
    expect(world.stack.attribute("Copy", "pruned")).toBe(6);
    expect(contents(world)).toEqual({ ...versionOf("one", ["b"]), theirs: "theirs" });
  });

  it.each(["retain", "delete"] as const)("deletes by its policy %s what nobody changed since", async (onDestroy) => {
    await world.create(setTemplate({ onDestroy }));
    world.service.put(destination("c/1"), "theirs", 10);
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    const stays = onDestroy === "retain" ? versionOf("one", NAMES) : {};
    expect(contents(world)).toEqual({ ...stays, "c/1": "theirs", theirs: "theirs" });
  });

  it("leaves its blobs to the set of a construct that has only got another id", async () => {
    await world.create(setTemplate({ onDestroy: "delete" }));
    expect(await world.update(setWithId("Renamed", { onDestroy: "delete" }))).toBe("UPDATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("one", NAMES), theirs: "theirs" });
    expect(world.log).toContainEqual(expect.stringMatching(/container\/live\/.*another resource of this stack declares it/));
  });

  it.each(["", "live/c/"])("leaves to a set of the prefix %p that takes its place what that one found", async (to) => {
    await world.create(setTemplate({ onDestroy: "delete" }));
    for (const name of NAMES) world.service.put(`https://source.blob.test/container/v3/live/${name}`, `one ${name}`, 1_000);
    for (const name of ["1", "2"]) world.service.put(`https://source.blob.test/container/v4/${name}`, `one c/${name}`, 1_000);
    const kept = to === "" ? NAMES : ["c/1", "c/2"];
    expect(await world.update(setTemplate({ from: to === "" ? "v3/" : "v4/", to, onDestroy: "delete" }))).toBe("UPDATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("one", kept), theirs: "theirs" });
  });

  it("goes on in the next invocation, and takes nothing back, when the table is throttled in the middle", async () => {
    let isThrottled = true;
    world.isThrottled = (name) => name === "saveBlob" && isThrottled && world.service.count("Put Blob From URL") >= 3;
    const created = world.create(setTemplate());
    await world.clock.advance(3 * MINUTE);
    isThrottled = false;
    expect(await created).toBe("CREATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("one", NAMES), theirs: "theirs" });
    expect(["Copy Blob", "Delete Blob"].map((operation) => world.service.count(operation))).toEqual([0, 0]);
    expect(leftBehind(world)).toEqual([]);
  });

  it("has attributes of single blobs, also of those that it found", async () => {
    const Results = JSON.stringify(wantedResults({ b: ["bytesCopied"], "c/1": ["copyStatus"] }));
    const asking = (declared: DeclaredSet, extra: object): Template => {
      const { Copy } = setTemplate(declared).Resources;
      return { Resources: { Copy: { Type: Copy?.Type ?? "", Properties: { ...Copy?.Properties, ...extra } } } };
    };
    await world.create(setTemplate());
    const requests = world.service.requests.length;
    expect(await world.update(asking({}, { Results, Fingerprint: "another" }))).toBe("UPDATE_COMPLETE");
    expect(["b.bytesCopied", "c/1.copyStatus"].map((name) => world.stack.attribute("Copy", name))).toEqual([1_000, "success"]);
    expect(world.service.requests.slice(requests).filter(({ operation }) => /^(Put|Copy|Delete|Set)/.test(operation))).toEqual([]);
    const missing = JSON.stringify(wantedResults({ nothing: ["etag"] }));
    expect(await world.update(asking({}, { Results: missing, Fingerprint: "a third" }))).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.stack.reasons).toEqual([expect.stringContaining('result("nothing") is asked for')]);
    expect(world.stack.attribute("Copy", "b.bytesCopied")).toBe(1_000);
  });

  it("deletes with the stack what each of two sets copied to one place", async () => {
    const other = setWithId("Other", { from: "v2/", onDestroy: "delete" });
    await world.create(setTemplate({ onDestroy: "delete" }, other.Resources));
    expect(contents(world)).toMatchObject({ a: "one a", g: "two g" });
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(contents(world)).toEqual({ theirs: "theirs" });
  });

  it("goes on in the next invocation with what does not fit into one", async () => {
    world.service.copyPlan = { milliseconds: 25 * MINUTE };
    expect(await world.create(setTemplate({ options: { method: CopyMethod.COPY_BLOB } }))).toBe("CREATE_COMPLETE");
    expect(contents(world)).toEqual({ ...versionOf("one", NAMES), theirs: "theirs" });
    expect(world.service.count("Copy Blob")).toBe(NAMES.length);
    expect(leftBehind(world)).toEqual([]);
  });

  it("fails where there is nothing, unless that is declared to be right", async () => {
    expect(await world.create(setTemplate({ from: "nothing/" }))).toBe("ROLLBACK_COMPLETE");
    expect(world.stack.reasons).toEqual([expect.stringContaining("has nothing to copy")]);
    const other = worldWithSets();
    expect(await other.create(setTemplate({ from: "nothing/", set: { allowEmpty: true } }))).toBe("CREATE_COMPLETE");
  });
});

const death = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(200) });
const sequences = fc.record({
  present: fc.boolean(),
  milliseconds: fc.constantFrom(0, 30_000, 25 * MINUTE),
  copyFails: fc.boolean(),
  deliveries: fc.constantFrom(1, 1, 2),
  method: fc.constantFrom(CopyMethod.AUTO, CopyMethod.COPY_BLOB),
  prune: fc.boolean(),
  deaths: fc.record({
    onEvent: fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 4 }),
    isComplete: fc.array(death, { maxLength: 6 }),
    settle: fc.array(death, { maxLength: 3 }),
  }),
  steps: fc.array(fc.record({ from: fc.constantFrom("v1/", "v2/"), fails: fc.boolean() }), { minLength: 1, maxLength: 3 }),
});

const CHAOS = chaosOf(15);

describe("stacks with sets whose invocations die", () => {
  it(
    "leave all blobs as they were before a run that failed, and as declared after one that did not",
    async () => {
      await fc.assert(
        fc.asyncProperty(sequences, async ({ present, milliseconds, copyFails, deliveries, method, prune, deaths, steps }) => {
          const world = worldWithSets();
          if (present) world.service.put(destination("b"), "old", 700, { metadata: { release: "2" }, tags: { team: "a" } });
          world.service.copyPlan = { milliseconds, ...(copyFails ? { failure: '500 OperationCancelled "Copy failed."' } : {}) };
          world.deliveries = deliveries;
          const processes = withDeaths(world, deaths);
          let isDeployed = false;
          let declaredBefore: Record<string, string> = {};
          for (const { from, fails } of steps) {
            const before = seen(world);
            const declared = setTemplate({ from, prune, options: { method } }, AFTERWARDS);
            const status = await deploy(world, isDeployed, declared, fails);
            // Hidden from CloudFormation and lost, as for single copies.
            const isHidden = world.provider.responses.some(({ PhysicalResourceId }) => PhysicalResourceId.endsWith("CREATE_FAILED"));
            if (isHidden && deliveries > 1 && processes.some(({ isDead }) => isDead)) return;
            if (status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE") {
              const wanted = from === "v1/" ? versionOf("one", NAMES) : versionOf("two", [...NAMES.slice(1), "g"]);
              expect(contents(world)).toEqual(prune ? wanted : { ...declaredBefore, ...wanted });
              declaredBefore = contents(world);
            } else expect({ status, seen: seen(world) }).toEqual({ status: expect.stringMatching(/_COMPLETE$/) as string, seen: before });
            expect(leftBehind(world)).toEqual([]);
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
