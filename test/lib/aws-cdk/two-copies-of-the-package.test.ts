import * as first from "../../../lib/aws-cdk";
import { ENDPOINT, newStack, secretOf, templateOf } from "./app";

/** Modules that both copies share, as they share the app's framework. */
const SHARED = ["constructs", ...["", "/aws-dynamodb", "/aws-iam", "/aws-lambda", "/aws-logs"].map((name) => `aws-cdk-lib${name}`)];

/** Loads the library a second time, as a wrapper that depends on its own version does. */
function anotherCopy(): typeof first {
  let copy: typeof first | undefined;
  for (const name of SHARED) jest.doMock(name, () => real.get(name));
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a require is isolated
    copy = require("../../../lib/aws-cdk") as typeof first;
  });
  if (copy === undefined) throw new Error("the library was not loaded again");
  return copy;
}
const real = new Map<string, unknown>(SHARED.map((name) => [name, jest.requireActual(name)]));

describe("two copies of the package in one stack of AWS CDK", () => {
  const second = anotherCopy();
  const stack = newStack();
  const places = (lib: typeof first, { Credential }: typeof first, name: string) => ({
    source: lib.BlobSource.fromUrl("https://source.blob.core.windows.net/models/v3.onnx"),
    destination: lib.BlobDestination.fromContainer({
      blobEndpoint: ENDPOINT,
      containerName: "models",
      blobName: name,
      credential: Credential.fromSecretsManager(secretOf(stack)),
    }),
  });
  const tokens = () => {
    const resources = [first.BlobCopy.RESOURCE_TYPE, "Custom::AzureBlobCopySet"].flatMap((type) =>
      Object.values(templateOf(stack).findResources(type)),
    );
    return resources.map(({ Properties }) => JSON.stringify((Properties as { readonly ServiceToken: unknown }).ServiceToken));
  };

  test("are two, whose copies are run by one provider, and which take each other's places, credentials and providers", () => {
    expect(second.BlobCopy).not.toBe(first.BlobCopy);
    new first.BlobCopy(stack, "One", places(first, first, "one"));
    new second.BlobCopy(stack, "Two", places(first, second, "two"));
    new second.BlobCopySet(stack, "Set", { copies: [places(second, first, "three")] });
    new second.BlobCopy(stack, "Four", { ...places(second, second, "four"), provider: first.BlobCopyProvider.of(stack) });
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()).toHaveLength(4);
  });

  test("know of each other's destinations", () => {
    const other = newStack();
    const twin = (lib: typeof first) => ({
      source: lib.BlobSource.fromUrl("https://source.blob.core.windows.net/models/v3.onnx"),
      destination: lib.BlobDestination.fromUrl(`${ENDPOINT}models/b`, { credential: lib.Credential.fromSecretsManager(secretOf(other)) }),
    });
    new first.BlobCopy(other, "One", twin(first));
    new second.BlobCopy(other, "Two", twin(second));
    expect(() => templateOf(other)).toThrow("[Stack/Two] destination is also written by Stack/One");
  });
});
