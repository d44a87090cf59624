import { AwsWorld, OTHER_SOURCE, setTemplate, template } from "./support/aws-world";
import type { Template } from "../../support/cloudformation/template";

/** An attribute that only the later version has. */
const NEW = "destinationSnapshot";

/**
 * The same declaration by a later version: with its attribute names, and with a resource that uses
 * the new attribute.
 */
function later(before: Template, attribute: string): Template {
  const { Copy } = before.Resources;
  if (Copy === undefined) throw new Error("there is no copy in the template");
  return {
    Resources: {
      Copy: { ...Copy, Properties: { ...Copy.Properties, Attributes: `bytesCopied ${attribute}` } },
      After: { Type: "AWS::SNS::Topic", Properties: { DisplayName: { "Fn::GetAtt": ["Copy", attribute] } } },
    },
  };
}

describe("a stack that an earlier version has deployed", () => {
  let world: AwsWorld;
  beforeEach(() => {
    world = new AwsWorld();
    world.withOldDestination();
    world.service.put("https://source.blob.test/container/v1/a", "a", 10);
  });

  /** Deploys with handlers that neither know an attribute nor store it. */
  async function deployBefore(declared: Template, attribute: string): Promise<void> {
    world.without = attribute;
    expect(await world.create(declared)).toBe("CREATE_COMPLETE");
    world.without = undefined;
    expect(world.stack.attribute("Copy", attribute)).toBeUndefined();
  }

  it.each([
    ["a copy", template(), NEW, ""],
    ["a set", setTemplate(), "pruned", 0],
  ])(
    "has an attribute of a later version after the upgrade of %s, which requests nothing of the service",
    async (_, before, attribute, value) => {
      await deployBefore(before, attribute);
      const requests = world.service.requests.length;
      expect(await world.update(later(before, attribute))).toBe("UPDATE_COMPLETE");
      expect(world.stack.attribute("Copy", attribute)).toBe(value);
      expect(world.service.requests).toHaveLength(requests);
    },
  );

  it("has a set without globs, which an earlier version wrote as an empty list, that runs and is deleted", async () => {
    const before = setTemplate({ onDestroy: "delete" });
    const { Copy } = before.Resources;
    const { Intent = "{}" } = (Copy?.Properties ?? {}) as { readonly Intent?: string };
    const intent = JSON.parse(Intent) as { readonly set: { readonly prefixes: object } };
    Object.assign(intent.set.prefixes, { include: [], exclude: [], rename: {} });
    Object.assign(Copy?.Properties ?? {}, { Intent: JSON.stringify(intent) });

    expect(await world.create(before)).toBe("CREATE_COMPLETE");
    expect(world.stack.attribute("Copy", "copied")).toBe(1);
    expect(await world.delete()).toBe("DELETE_COMPLETE");
  });

  it.each([false, true])("goes back when the upgrade fails after it (another source too: %s)", async (changed) => {
    const before = template({ onDestroy: "delete" });
    await deployBefore(before, NEW);
    const seen = world.see();
    const upgrade = later(changed ? template({ from: OTHER_SOURCE, onDestroy: "delete" }) : before, NEW);
    expect(await world.update(upgrade, ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.see()).toEqual(seen);
    expect(await world.update(upgrade)).toBe("UPDATE_COMPLETE");
    expect(world.stack.attribute("Copy", NEW)).toBe("");
    expect(await world.delete()).toBe("DELETE_COMPLETE");
    expect(world.see()).toBeUndefined();
  });
});
