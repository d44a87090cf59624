import { CopyMethod } from "../../../src/intent";
import { MemoryProcess } from "../../support/memory-store/exchange";
import { AFTERWARDS, AwsWorld, DESTINATION, ELSEWHERE, OTHER_SOURCE, template } from "./support/aws-world";

const MINUTE = 60_000;

describe("a copy in a stack of CloudFormation", () => {
  let world: AwsWorld;
  beforeEach(() => {
    world = new AwsWorld();
  });

  it("copies, and its attributes are those of the blob", async () => {
    expect(await world.create(template())).toBe("CREATE_COMPLETE");
    expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
    expect(world.stack.attribute("Copy", "destinationUrl")).toBe(DESTINATION);
    expect(world.stack.attribute("Copy", "bytesCopied")).toBe(1_000);
    expect(world.leftBehind()).toEqual([]);
  });

  it("waits for a copy that takes longer than an invocation", async () => {
    world.service.copyPlan = { milliseconds: 40 * MINUTE };
    expect(await world.create(template({ method: CopyMethod.COPY_BLOB }))).toBe("CREATE_COMPLETE");
    expect(world.service.count("Copy Blob")).toBe(1);
    expect(world.leftBehind()).toEqual([]);
  });

  it.each([false, true])("puts the destination back when something else fails after it (present before: %s)", async (present) => {
    if (present) world.withOldDestination();
    const before = world.see();
    expect(await world.create(template({}, AFTERWARDS), ["After"])).toBe("ROLLBACK_COMPLETE");
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  it.each([false, true])("aborts and restores when the copy itself fails (present before: %s)", async (present) => {
    if (present) world.withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: 20_000, failure: '500 OperationCancelled "Copy failed."' };
    expect(await world.create(template({ method: CopyMethod.COPY_BLOB }))).toBe("ROLLBACK_COMPLETE");
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
    expect(world.stack.reasons).toEqual([expect.stringContaining("OperationCancelled")]);
  });

  it("updates in place, and goes back to what the resource itself had made", async () => {
    await world.create(template());
    const before = world.see();
    expect(await world.update(template({ from: OTHER_SOURCE }, AFTERWARDS), ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
    // After the restore, it still counts as written by this resource.
    expect(await world.update(template({ onDestroy: "delete" }))).toBe("UPDATE_COMPLETE");
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.see()).toBeUndefined();
  });

  it("replaces when the destination changes, and deletes the old blob when all is done", async () => {
    await world.create(template({ onDestroy: "delete" }));
    const id = world.stack.physicalId("Copy");
    expect(await world.update(template({ to: ELSEWHERE, onDestroy: "delete" }))).toBe("UPDATE_COMPLETE");
    expect(world.stack.physicalId("Copy")).not.toBe(id);
    expect(world.see()).toBeUndefined();
    expect(world.see(ELSEWHERE)).toBeDefined();
  });

  it("keeps the old blob when a replacement is rolled back", async () => {
    await world.create(template({ onDestroy: "delete" }));
    const before = world.see();
    expect(await world.update(template({ to: ELSEWHERE, onDestroy: "delete" }, AFTERWARDS), ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.see()).toEqual(before);
    expect(world.see(ELSEWHERE)).toBeUndefined();
  });

  it("copies nothing when nothing that decides it has changed", async () => {
    await world.create(template());
    const id = world.stack.physicalId("Copy");
    const copied = world.service.requests.length;
    await world.update(template({ run: { timeoutMilliseconds: 1_200_000 } }));
    expect(world.stack.physicalId("Copy")).toBe(id);
    expect(world.service.requests.slice(copied).filter(({ operation }) => !operation.startsWith("Get"))).toEqual([]);
  });

  it.each([
    { onDestroy: "retain", changed: false, stays: true },
    { onDestroy: "delete", changed: false, stays: false },
    { onDestroy: "delete", changed: true, stays: true },
  ] as const)("deletes by its policy: %o", async ({ onDestroy, changed, stays }) => {
    await world.create(template({ onDestroy }));
    if (changed) world.service.put(DESTINATION, "theirs", 10);
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.see() !== undefined).toBe(stays);
    expect(world.leftBehind()).toEqual([]);
  });

  it("does once what is delivered twice at once", async () => {
    world.deliveries = 2;
    world.service.copyPlan = { milliseconds: 3 * MINUTE };
    expect(await world.create(template({ method: CopyMethod.COPY_BLOB }))).toBe("CREATE_COMPLETE");
    expect(world.service.count("Copy Blob")).toBe(1);
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.leftBehind()).toEqual([]);
  });

  it.each([false, true])("restores when the first of two deliveries is lost in its last write (present before: %s)", async (present) => {
    if (present) world.withOldDestination();
    const before = world.see();
    world.deliveries = 2;
    let first: MemoryProcess | undefined;
    world.nextProcess = (name) => {
      const process = new MemoryProcess();
      if (name === "isComplete") first ??= process;
      return process;
    };
    world.service.chance = (operation) => (operation === "Set Blob Metadata" ? { afterwards: () => first?.kill() } : undefined);
    expect(await world.create(template({}, AFTERWARDS))).toBe("ROLLBACK_COMPLETE");
    expect(first?.isDead).toBe(true);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  it("removes a replacement that is rolled back though each invocation of the cleanup is lost", async () => {
    await world.create(template());
    world.nextProcess = (name) => new MemoryProcess(name === "isComplete" && world.stack.status.includes("CLEANUP") ? 8 : Infinity);
    expect(await world.update(template({ to: ELSEWHERE }, AFTERWARDS), ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.see(ELSEWHERE)).toBeUndefined();
    expect(world.see()).toBeDefined();
  });

  it("leaves a copy pending that is not waited for, and waits for that same one when it is declared to", async () => {
    world.service.copyPlan = { milliseconds: 3 * 60 * MINUTE };
    const started = { method: CopyMethod.COPY_BLOB, run: { wait: false } } as const;
    expect(await world.create(template(started))).toBe("CREATE_COMPLETE");
    expect(world.stack.attribute("Copy", "copyStatus")).toBe("pending");
    await world.clock.advance(170 * MINUTE);
    expect(await world.update(template({ method: CopyMethod.COPY_BLOB }))).toBe("UPDATE_COMPLETE");
    expect(world.stack.attribute("Copy", "copyStatus")).toBe("success");
    expect(world.service.count("Copy Blob")).toBe(1);
    expect(world.leftBehind()).toEqual([]);
  });

  it.each([false, true])(
    "leaves a pending copy alone that was waited for too early, for the next deployment (present before: %s)",
    async (present) => {
      if (present) world.withOldDestination();
      world.service.copyPlan = { milliseconds: 3 * 60 * MINUTE };
      const declared = (run: Readonly<Record<string, unknown>>) => template({ method: CopyMethod.COPY_BLOB, run });
      await world.create(declared({ wait: false }));
      expect(await world.update(declared({ timeoutMilliseconds: 20 * MINUTE }))).toBe("UPDATE_ROLLBACK_COMPLETE");
      expect(world.stack.reasons).toEqual([expect.stringMatching(/still pending[^]*1200 seconds; the copy continues/)]);
      expect(world.stack.attribute("Copy", "copyStatus")).toBe("pending");
      await world.clock.advance(170 * MINUTE);
      expect(await world.update(declared({}))).toBe("UPDATE_COMPLETE");
      expect(world.stack.attribute("Copy", "copyStatus")).toBe("success");
      expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
      expect(world.service.count("Copy Blob")).toBe(1);
      expect(world.leftBehind()).toEqual([]);
    },
  );

  it.each([10, 200])(
    "leaves a copy alone that an earlier deployment started, when the one that waits for it fails (after %i minutes)",
    async (minutes) => {
      world.withOldDestination();
      world.service.copyPlan = { milliseconds: 60 * MINUTE };
      await world.create(template({ method: CopyMethod.COPY_BLOB, run: { wait: false } }));
      await world.clock.advance(minutes * MINUTE);
      const waited = template({ method: CopyMethod.COPY_BLOB, run: { timeoutMilliseconds: 55 * MINUTE } }, AFTERWARDS);
      expect(await world.update(waited, ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
      await world.clock.advance(60 * MINUTE);
      expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
      expect(await world.update(waited)).toBe("UPDATE_COMPLETE");
      expect(world.service.count("Copy Blob")).toBe(1);
      expect(world.leftBehind()).toEqual([]);
    },
  );

  it("starts again what was pending, when the update that gave it up is rolled back", async () => {
    world.withOldDestination();
    world.service.copyPlan = { milliseconds: 3 * 60 * MINUTE };
    const started = template({ method: CopyMethod.COPY_BLOB, run: { wait: false } });
    await world.create(started);
    const other = template({ from: OTHER_SOURCE, method: CopyMethod.COPY_BLOB, run: { wait: false } }, AFTERWARDS);
    expect(await world.update(other, ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.stack.attribute("Copy", "copyStatus")).toBe("pending");
    await world.clock.advance(179 * MINUTE);
    expect(await world.update(template({ method: CopyMethod.COPY_BLOB }))).toBe("UPDATE_COMPLETE");
    expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
    expect(world.leftBehind()).toEqual([]);
  });

  it("tells that a copy which was only started has failed, puts back what it replaced, and makes it anew in the next deployment", async () => {
    world.withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: 30 * MINUTE, failure: '500 OperationCancelled "Copy failed."' };
    await world.create(template({ method: CopyMethod.COPY_BLOB, run: { wait: false } }));
    await world.clock.advance(40 * MINUTE);
    expect(await world.update(template({ method: CopyMethod.COPY_BLOB }))).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.stack.reasons).toEqual([expect.stringContaining("OperationCancelled")]);
    expect(world.see()).toEqual(before);
    world.service.copyPlan = { milliseconds: 0 };
    expect(await world.update(template({ method: CopyMethod.COPY_BLOB, run: { timeoutMilliseconds: 20 * MINUTE } }))).toBe(
      "UPDATE_COMPLETE",
    );
    expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
    expect(world.leftBehind()).toEqual([]);
  });

  it("still knows as its own what was put back after an update whose copy failed", async () => {
    await world.create(template({ method: CopyMethod.COPY_BLOB, onDestroy: "delete" }));
    world.service.copyPlan = { milliseconds: 20_000, failure: '500 OperationCancelled "Copy failed."' };
    const update = template({ from: OTHER_SOURCE, method: CopyMethod.COPY_BLOB, onDestroy: "delete" });
    expect(await world.update(update)).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.see()).toBeUndefined();
  });

  it("aborts and restores what is pending when its stack is deleted", async () => {
    world.withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: 3 * 60 * MINUTE };
    await world.create(template({ method: CopyMethod.COPY_BLOB, run: { wait: false } }));
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  it("times out by its own timeout, aborts and restores", async () => {
    world.withOldDestination();
    const before = world.see();
    world.service.copyPlan = { milliseconds: 3 * 60 * MINUTE };
    expect(await world.create(template({ method: CopyMethod.COPY_BLOB, run: { timeoutMilliseconds: 20 * MINUTE } }))).toBe(
      "ROLLBACK_COMPLETE",
    );
    expect(world.stack.reasons).toEqual([expect.stringContaining("not finished after 1200 seconds")]);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  it("tells why in five lines, in an answer that CloudFormation takes", async () => {
    world.service.copyPlan = { milliseconds: 20_000, failure: `500 OperationCancelled "${"long ".repeat(2_000)}"` };
    await world.create(template({ method: CopyMethod.COPY_BLOB }));
    const [reason = ""] = world.stack.reasons;
    expect(reason.split("\n").slice(0, 5)).toEqual([
      expect.stringMatching(/^Error: Error \[source\]: |^Error \[source\]: /),
      expect.stringMatching(/^ {2}Why: /),
      expect.stringMatching(/^ {2}What to do: /),
      expect.stringMatching(/^ {2}Exit code 1/),
      expect.stringMatching(/^Rolled back https/),
    ]);
    expect(Math.max(...world.provider.responses.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4_096);
  });

  it.each([
    ["ASCII", "a".repeat(1_024), true],
    ["quotation marks", '"\\'.repeat(500), true],
    ["other scripts", "漢𠜎".repeat(341), false],
  ])("answers within 4,096 bytes for the longest name, of %s, made and failed", async (_, name, hasUrl) => {
    const to = `https://destination.blob.test/container/${encodeURIComponent(name)}`;
    expect(await world.create(template({ to }))).toBe("CREATE_COMPLETE");
    expect(world.stack.attribute("Copy", "destinationUrl")).toBe(hasUrl ? to : undefined);
    expect(world.stack.attribute("Copy", "bytesCopied")).toBe(1_000);
    expect(world.stack.physicalId("Copy")).toMatch(/^[!-~]{1,300}$/);
    world.service.copyPlan = { milliseconds: 20_000, failure: `500 OperationCancelled "${'"\\'.repeat(2_000)}"` };
    expect(await world.update(template({ from: OTHER_SOURCE, to, method: CopyMethod.COPY_BLOB }))).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.stack.reasons[0]?.split("\n").slice(0, 5)).toEqual([
      expect.stringContaining("Error"),
      expect.stringContaining("Why: "),
      expect.stringContaining("What to do: "),
      expect.stringContaining("Exit code 1"),
      expect.stringContaining("Rolled back https"),
    ]);
    // These answers lack 350 bytes of the longest possible ids of stack and resource.
    expect(Math.max(...world.provider.responses.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4_096);
    expect(Math.max(...world.provider.responses.filter(({ Status }) => Status === "FAILED").map(({ bytes }) => bytes))).toBeLessThanOrEqual(
      4_096 - 350,
    );
  });

  it("does not take up again what comes late", async () => {
    await world.create(template());
    const [created] = world.provider.responses;
    await world.delete();
    world.service.put(DESTINATION, "theirs", 10);
    const properties = template().Resources["Copy"]?.Properties ?? {};
    const late = {
      RequestType: "Create",
      StackId: world.stack.stackId,
      LogicalResourceId: "Copy",
      ResourceType: "Custom::AzureBlobCopy",
    } as const;
    await world.run(world.provider.send({ ...late, RequestId: created?.RequestId ?? "", ResourceProperties: properties }));
    expect(world.see()).toMatchObject({ content: expect.stringContaining("theirs") as string });
  });
});
