import type { TerraformStack } from "cdktf";
import type { BlobCopyConfig } from "../../lib";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, DestroyPolicy } from "../../lib";
import { describeWithTerraform } from "../support/terraform/terraform";
import { localExec, terraformData, testStack } from "../lib/support/synthesized";
import type { Configuration } from "./support/terraform-project";
import { TerraformProject } from "./support/terraform-project";

const DEPLOYMENT = "azure_blob_copy_deployment";
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const config = {
  source: BlobSource.fromUrl("https://example.com/b"),
  destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/b"),
};

function copyNamed(name: string, more: Partial<BlobCopyConfig> = {}): (stack: TerraformStack) => void {
  return (stack) => {
    new BlobCopy(stack, name, { ...config, ...more });
  };
}

test("one resource of a stack is the deployment, whatever the number of copies and sets", () => {
  const stack = testStack();
  copyNamed("copy")(stack);
  copyNamed("other", { destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/c") })(stack);
  new BlobCopySet(stack, "set", {
    from: BlobSource.fromPrefix({ blobEndpoint: "https://models.blob.core.windows.net/", containerName: "release" }),
    to: BlobDestination.fromPrefix({ blobEndpoint: "https://app.blob.core.windows.net/", containerName: "backups" }),
  });
  const resources = terraformData(stack);
  expect(Object.keys(resources).filter((name) => name.includes("deployment"))).toEqual([DEPLOYMENT]);
  expect(Object.keys(resources[DEPLOYMENT] ?? {}).filter((name) => name !== "//")).toEqual([]);
  for (const name of ["copy", "copy_confirm", "other", "set", "set_confirm"]) {
    expect(localExec(resources[name]).environment.BLOB_COPY_DEPLOYMENT).toBe(`\${terraform_data.${DEPLOYMENT}.id}`);
  }
});

describeWithTerraform("the deployment that the program is told of", () => {
  const projects: TerraformProject[] = [];

  function project(): TerraformProject {
    const made = new TerraformProject();
    projects.push(made);
    return made;
  }

  afterEach(() => {
    for (const made of projects.splice(0)) made.remove();
  });

  test("is another one for each state of the same code, and stays the same in later applies, renames and at destroy", async () => {
    const [production, preview] = [project(), project()];
    const declare = copyNamed("copy", { onDestroy: DestroyPolicy.DELETE });
    for (const each of [production, preview]) {
      await each.synth(declare);
      await each.apply();
    }
    const [first, second] = [production, preview].map(({ runs }) => runs[0]?.deployment);
    expect(first).toMatch(ID);
    expect(second).toMatch(ID);
    expect(first).not.toBe(second);

    await production.synth(copyNamed("copy", { onDestroy: DestroyPolicy.DELETE, copyTriggers: { release: "2" } }));
    await production.apply();
    await production.synth(copyNamed("renamed", { onDestroy: DestroyPolicy.DELETE }));
    await production.apply();
    await production.destroy();
    expect(production.runs.length).toBeGreaterThan(3);
    expect(new Set(production.runs.map(({ deployment }) => deployment))).toEqual(new Set([first]));
  });

  test("is added to a deploy of an earlier version, and nothing else changes", async () => {
    const deployed = project();
    await deployed.synth(copyNamed("copy"), asBefore);
    await deployed.apply();
    expect(deployed.runs[0]?.deployment).toBe("");
    await deployed.synth(copyNamed("copy"));
    expect(await deployed.planned()).toEqual({ [`terraform_data.${DEPLOYMENT}`]: "create" });
    await deployed.apply();
    expect(deployed.runs).toHaveLength(1);
    expect(await deployed.planned()).toEqual({});
  });

  test("is not needed to destroy what an earlier version has deployed", async () => {
    const deployed = project();
    await deployed.synth(copyNamed("copy", { onDestroy: DestroyPolicy.DELETE }), asBefore);
    await deployed.apply();
    await deployed.synth(copyNamed("copy", { onDestroy: DestroyPolicy.DELETE }));
    expect(await deployed.planned()).toEqual({
      [`terraform_data.${DEPLOYMENT}`]: "create",
      "terraform_data.copy_destroy": "update",
    });
    await deployed.destroy();
    expect(deployed.runs.map(({ action, deployment }) => [action, deployment])).toEqual([
      ["apply", ""],
      ["destroy", ""],
    ]);
  });
});

/** Changes a configuration to the form that was synthesized before deployment ids existed. */
function asBefore(configuration: Configuration): void {
  const resources = configuration.resource.terraform_data;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a configuration is a map of resources
  delete resources[DEPLOYMENT];
  for (const resource of Object.values(resources)) {
    if (resource.provisioner !== undefined)
      delete (localExec(resource).environment as Partial<Record<string, string>>).BLOB_COPY_DEPLOYMENT;
    const destroy = resource.input as { deployment?: string; spelling?: string; receipt?: { origin?: string } };
    delete destroy.deployment;
    delete destroy.spelling;
    delete destroy.receipt?.origin;
  }
}
