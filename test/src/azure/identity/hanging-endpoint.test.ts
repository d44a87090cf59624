import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createBlobStore } from "../../../../src/azure/create-blob-store";
import type { Clock } from "../../../../src/engine/ports/clock";
import { ExitCode } from "../../../../src/failure/exit-code";
import { CredentialKind, LocationKind } from "../../../../src/intent";

const environmentBefore = { ...process.env };
afterEach(() => (process.env = { ...environmentBefore }));

test("an endpoint for tokens that never answers is named, and given up in bounded time", async () => {
  const hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(hanging.address() as AddressInfo).port}`;
  process.env["IDENTITY_ENDPOINT"] = `http://${host}/token`;
  process.env["IDENTITY_HEADER"] = "header";
  process.env["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential";
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return new Promise((resolve) => setTimeout(resolve, 300));
    },
  };
  const impatient = createBlobStore({ environment: process.env, clock });
  const failure: unknown = await impatient
    .destination({
      kind: LocationKind.BLOB,
      blobEndpoint: "https://acct.blob.core.windows.net",
      containerName: "data",
      blobName: "x",
      credential: { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL },
    })
    .getProperties()
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    exitCode: ExitCode.NOT_AUTHORISED,
    why: expect.stringContaining(`no answer from ${host} within 60 s`) as string,
  });
  expect(pauses).toEqual([60_000]);
  impatient.close();
  hanging.closeAllConnections();
  await new Promise((resolve) => hanging.close(resolve));
});
