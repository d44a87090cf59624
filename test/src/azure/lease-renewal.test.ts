import { createBlobStore } from "../../../src/azure/create-blob-store";
import { CopyMethod, CredentialKind, LocationKind } from "../../../src/intent";
import { FakeBlobService } from "../../support/fake-blob-service";

test("a lease is renewed and given back while the only place that is declared is taken by a request that lasts", async () => {
  const service = await FakeBlobService.start();
  const account = service.account("dest");
  account.putBlob("data", "source", { content: "new" });
  account.putBlob("data", "mark", { content: "commit" });
  const store = createBlobStore({ environment: { KEY: account.key } });
  try {
    store.limitRequests(1);
    const place = (blobName: string) => ({
      kind: LocationKind.BLOB as const,
      blobEndpoint: service.endpoint("dest"),
      containerName: "data",
      blobName,
      credential: { kind: CredentialKind.ACCOUNT_KEY, variable: "KEY" },
    });
    const mark = store.source(place("mark"));
    const lease = await mark.acquireLease(60);
    let answer: (() => void) | undefined;
    service.script.fault({ operation: "Put Blob From URL" }, { kind: "hold", until: new Promise<void>((resolve) => (answer = resolve)) });
    const destination = store.destination(place("copy"));
    const source = await store.source(place("source")).readable(CopyMethod.PUT_BLOB_FROM_URL, destination.account, 60_000);
    let isCopied = false;
    const copying = destination.putBlobFromUrl({ source }).then(() => (isCopied = true));
    await mark.renewLease(lease);
    await mark.releaseLease(lease);
    expect(service.requestsOf("Lease Blob")).toHaveLength(3);
    expect(isCopied).toBe(false);
    answer?.();
    await copying;
  } finally {
    store.close();
    await service.stop();
  }
});
