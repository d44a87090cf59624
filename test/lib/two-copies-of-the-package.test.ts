import * as cdktf from "cdktf";
import * as first from "../../lib";
import { problemsOf, terraformData, testStack } from "./support/synthesized";

/** Loads the library a second time, as a wrapper that depends on its own version does. */
function anotherCopy(): typeof first {
  let copy: typeof first | undefined;
  jest.doMock("cdktf", () => cdktf);
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a require is isolated
    copy = require("../../lib") as typeof first;
  });
  if (copy === undefined) throw new Error("the library was not loaded again");
  return copy;
}

const places = ({ BlobSource, BlobDestination }: typeof first, name: string) => ({
  source: BlobSource.fromUrl("https://example.com/b", { credential: first.Credential.anonymous() }),
  destination: BlobDestination.fromUrl(`https://app.blob.core.windows.net/models/${name}`),
});

describe("two copies of the package in one stack", () => {
  const second = anotherCopy();

  test("are two, and declare copies and sets beside each other", () => {
    expect(second.BlobCopy).not.toBe(first.BlobCopy);
    const stack = testStack();
    new first.BlobCopy(stack, "one", places(first, "one"));
    new second.BlobCopy(stack, "two", places(second, "two"));
    new second.BlobCopySet(stack, "set", { copies: [places(second, "three")] });
    expect(problemsOf(stack)).toEqual([]);
    expect(Object.keys(terraformData(stack)).filter((name) => name.includes("deployment"))).toEqual(["azure_blob_copy_deployment"]);
  });

  test("take each other's sources, destinations, prefixes and credentials", () => {
    const stack = testStack();
    new second.BlobCopy(stack, "copy", places(first, "b"));
    const container = { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" };
    new first.BlobCopySet(stack, "set", {
      from: second.BlobSource.fromPrefix({ ...container, containerName: "release" }),
      to: second.BlobDestination.fromPrefix({ ...container, credential: first.Credential.sasFromEnvironment("SAS") }),
    });
    expect(problemsOf(stack)).toEqual([]);
  });

  test("know of each other's destinations", () => {
    const stack = testStack();
    new first.BlobCopy(stack, "one", places(first, "b"));
    new second.BlobCopy(stack, "two", places(second, "b"));
    expect(problemsOf(stack)).toEqual([expect.stringContaining("[stack/two] destination is also written by stack/one")]);
  });
});
