import { CopyFailure } from "../../../src/failure/copy-failure";
import { ExitCode } from "../../../src/failure/exit-code";
import { CopyMethod, CredentialKind } from "../../../src/intent";
import { asked } from "../../../src/lambda/aws/client";
import { AwayForNow } from "../../../src/lambda/ports/away-for-now";
import { AFTERWARDS, AwsWorld, DESTINATION, OTHER_SOURCE, SOURCE, template } from "./support/aws-world";

const MINUTE = 60_000;
const stored = { credential: { kind: CredentialKind.STORED, variable: "secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:a" } };

const notThere = new CopyFailure({ exitCode: ExitCode.NOT_AUTHORISED, what: "the secret is not there", why: "it was deleted", remedy: "" });

/** A declaration whose destination needs a stored secret. */
function withSecret(from = SOURCE) {
  const declared = template({ from }, AFTERWARDS);
  const { Copy, ...others } = declared.Resources;
  const properties = Copy?.Properties ?? {};
  const intent = JSON.parse(String(properties["Intent"])) as { copies: [{ destination: object }] };
  const [copy] = intent.copies;
  const Intent = JSON.stringify({ ...intent, copies: [{ ...copy, destination: { ...copy.destination, ...stored } }] });
  return { Resources: { Copy: { Type: Copy?.Type ?? "", Properties: { ...properties, Intent } }, ...others } };
}

describe("what AWS does not answer in time", () => {
  let world: AwsWorld;
  beforeEach(() => {
    world = new AwsWorld(MINUTE);
    world.withOldDestination();
  });

  it.each([
    ["throttled", { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } }, true],
    ["throttled, as HTTP has it", { name: "TooManyRequestsException", $metadata: { httpStatusCode: 429 } }, true],
    ["out of order", { name: "InternalServiceError", $metadata: { httpStatusCode: 500 } }, true],
    ["not answered", { name: "TimeoutError", $metadata: {} }, true],
    ["refused", { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } }, false],
    ["not there", { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 400 } }, false],
  ])("asks again in the next invocation for what is %s, after the tries of the SDK, and for nothing else", async (_, thrown, isPassing) => {
    const error = Object.assign(new Error("no"), thrown);
    const failure: unknown = await asked("AWS does not answer", () => Promise.reject(error)).catch((reason: unknown) => reason);
    expect(failure instanceof AwayForNow).toBe(isPassing);
  });

  it("copies once a throttled secret can be read", async () => {
    let tries = 0;
    world.secret = () =>
      ++tries < 4
        ? Promise.reject(new AwayForNow("the secret cannot be read at the moment", new Error("throttled")))
        : Promise.resolve("sig=abc");
    expect(await world.create(withSecret())).toBe("CREATE_COMPLETE");
    expect(tries).toBeGreaterThanOrEqual(4);
  });

  it.each(["accept", "lease", "read", "save", "release", "all", "DescribeStacks"])(
    "deploys, updates and deletes although %s is throttled for minutes, each time anew",
    async (throttled) => {
      let isAsked = false;
      let until = 0;
      const isThrottled = (): boolean => {
        if (!isAsked) until = world.clock.now() + 4 * MINUTE;
        isAsked = true;
        return world.clock.now() < until;
      };
      if (throttled === "DescribeStacks") world.isStackThrottled = isThrottled;
      else world.isThrottled = (name) => name === throttled && isThrottled();
      const anew = (run: Promise<string>) => {
        isAsked = false;
        return run;
      };
      const declared = (from: string) => template({ from, onDestroy: "delete" }, AFTERWARDS);
      expect(await anew(world.create(declared(SOURCE)))).toBe("CREATE_COMPLETE");
      expect(await anew(world.update(declared(OTHER_SOURCE)))).toBe("UPDATE_COMPLETE");
      expect(await anew(world.update(declared(SOURCE), ["After"]))).toBe("UPDATE_ROLLBACK_COMPLETE");
      expect(await anew(world.delete())).toBe("DELETE_COMPLETE");
      expect(world.see()).toBeUndefined();
      expect(world.leftBehind()).toEqual([]);
    },
  );

  it("fails in five lines, with nothing touched, when a secret stays throttled for as long as CloudFormation waits", async () => {
    const before = world.see();
    world.secret = () => Promise.reject(new AwayForNow("the secret cannot be read at the moment", new Error("throttled")));
    const startedAt = world.clock.now();
    // Nothing was changed, so the rollback does not need the secret.
    expect(await world.create(withSecret())).toBe("ROLLBACK_COMPLETE");
    expect(world.clock.now() - startedAt).toBeGreaterThanOrEqual(50 * MINUTE);
    expect(world.stack.reasons[0]?.split("\n").slice(0, 4)).toEqual([
      expect.stringContaining("the secret cannot be read at the moment"),
      expect.stringMatching(/^ {2}Why: .*throttled/),
      expect.stringMatching(/^ {2}What to do: .*deploy again/),
      expect.stringMatching(/^ {2}Exit code 1/),
    ]);
    expect(world.see()).toEqual(before);
  });

  it.each(["CREATE", "UPDATE"])("needs no secret to roll back a %s that failed because the secret is not there", async (what) => {
    const before = world.see();
    world.secret = () => Promise.reject(notThere);
    if (what === "UPDATE") await world.create(template());
    const deployed = world.see();
    expect(await (what === "CREATE" ? world.create(withSecret()) : world.update(withSecret(OTHER_SOURCE)))).toMatch(
      /^(UPDATE_)?ROLLBACK_COMPLETE$/,
    );
    expect(world.stack.reasons).toEqual([expect.stringContaining("is not there")]);
    expect(world.see()).toEqual(what === "CREATE" ? before : deployed);
  });

  it("needs no secret to remove a resource whose blob stays", async () => {
    world.secret = () => Promise.resolve("sig=abc");
    await world.create(withSecret());
    world.secret = () => Promise.reject(notThere);
    const blob = world.see();
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.see()).toEqual(blob);
  });

  it("is rolled back when the provider framework gives up waiting (onTimeout)", async () => {
    const before = world.see();
    const lease = world.records.lease.bind(world.records);
    world.records.lease = (...asks) => (world.stack.status === "CREATE_IN_PROGRESS" ? Promise.resolve(undefined) : lease(...asks));
    expect(await world.create(template({ method: CopyMethod.COPY_BLOB }))).toBe("ROLLBACK_COMPLETE");
    expect(world.stack.reasons).toEqual([expect.stringContaining("Operation timed out")]);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind(DESTINATION)).toEqual([]);
  });
});
