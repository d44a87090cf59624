import { randomUUID } from "node:crypto";
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  generateAccountSASQueryParameters,
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateBlobSASQueryParameters,
  RestError,
  StorageSharedKeyCredential,
  type BlobClient,
  type ContainerClient,
  type UserDelegationKey,
} from "@azure/storage-blob";
import { Content, FakeBlobService, type AccountHandle } from ".";

const MEBIBYTE = 1024 * 1024;
const TOKEN = "a-token";
/** The SDK reads the inclusive end of a page range as an exclusive one. */
const SDK_COUNT_SHORTFALL = 1;

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe("the fake Blob service", () => {
  let service: FakeBlobService;
  let agent: Agent;
  let source: AccountHandle;
  let dest: AccountHandle;
  let destClient: BlobServiceClient;
  let from: ContainerClient;
  let to: ContainerClient;

  beforeAll(async () => {
    agent = new Agent({ keepAlive: true });
    service = await FakeBlobService.start({ bearerTokens: [TOKEN, { token: "read-only", permissions: "rl" }] });
    source = service.account("source");
    dest = service.account("dest");
    const client = (account: AccountHandle) =>
      new BlobServiceClient(account.endpoint, new StorageSharedKeyCredential(account.name, account.key), { retryOptions: { maxTries: 1 } });
    destClient = client(dest);
    from = client(source).getContainerClient("from");
    to = destClient.getContainerClient("to");
  });

  beforeEach(() => {
    service.script.reset();
    service.requests.length = 0;
    source.createContainer("from");
    dest.createContainer("to");
  });

  afterAll(async () => {
    agent.destroy();
    await service.stop();
  });

  function raw(method: string, url: string, headers: Record<string, string> = {}, body?: Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        url,
        { method, agent, headers: { ...headers, ...(body && { "content-length": body.length }) } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }));
          incoming.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  const withSas = (account: AccountHandle, container: string, blob: string, permissions: string, query = "") =>
    `${account.blobUrl(container, blob)}?${account.sas({ container, blob, permissions })}${query}`;
  const readable = (blob: string) => withSas(source, "from", blob, "rt");

  async function refusal(
    action: Promise<unknown>,
  ): Promise<{ status: number | undefined; code: string | undefined; headers: (name: string) => string | undefined }> {
    try {
      await action;
    } catch (error) {
      if (error instanceof RestError)
        return { status: error.statusCode, code: error.code, headers: (name) => error.response?.headers.get(name) };
      throw error;
    }
    throw new Error("The service did not refuse.");
  }

  async function expectRefusal(action: Promise<unknown>, status: number, code: string): Promise<void> {
    expect(await refusal(action)).toMatchObject({ status, code });
  }

  async function startCopy(blob: BlobClient, url: string, options: Parameters<BlobClient["beginCopyFromURL"]>[1] = {}): Promise<string> {
    const poller = await blob.beginCopyFromURL(url, options);
    poller.stopPolling();
    return dest.getBlob("to", blob.name)?.copy?.id ?? "";
  }

  async function until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  test.each([
    ["a.", "a"],
    ["releases/v1.", "releases/v1"],
    ["v1./b", "v1/b"],
    ["v1.../b..", "v1/b"],
    ["a/%2e%2e/b", "b"],
    ["a/./b", "a/b"],
    ["a%5Cb", "a/b"],
    ["v1.0/b.bin", "v1.0/b.bin"],
    ["a%2F.hidden", "a/.hidden"],
  ])("reads the name %s as %s, as the service does", async (written, read) => {
    const sas = dest.sas({ container: "to", permissions: "rcw" });
    // Uses node:http, since a URL client would resolve the dots itself.
    const path = new URL(`${dest.endpoint}/to`).pathname;
    const { hostname, port } = new URL(dest.endpoint);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "x-ms-blob-type": "BlockBlob", "x-ms-version": "2024-08-04", "content-length": 1 };
      const outgoing = httpRequest({ hostname, port, path: `${path}/${written}?${sas}`, method: "PUT", agent, headers }, (incoming) => {
        incoming.resume().on("end", () => resolve(incoming.statusCode));
      });
      outgoing.on("error", reject).end("x");
    });
    expect(status).toBe(201);
    expect(dest.blobNames("to")).toEqual([read]);
  });

  describe("with the SDK", () => {
    it("keeps content, metadata, headers, tags and tier of an uploaded blob", async () => {
      const blob = to.getBlockBlobClient("folder/a name with ünïcode & %.txt");
      await blob.upload("hello", 5, {
        metadata: { Key_1: "value" },
        tags: { one: "1" },
        tier: "Cool",
        blobHTTPHeaders: { blobContentType: "text/plain" },
      });
      const properties = await blob.getProperties();
      expect(properties).toMatchObject({
        contentLength: 5,
        contentType: "text/plain",
        accessTier: "Cool",
        metadata: { key_1: "value" },
        tagCount: 1,
      });
      expect(await blob.getTags()).toMatchObject({ tags: { one: "1" } });
      expect((await blob.downloadToBuffer()).toString()).toBe("hello");
      expect((await blob.downloadToBuffer(1, 3)).toString()).toBe("ell");
      expect(dest.getBlob("to", blob.name)).toMatchObject({ metadata: { Key_1: "value" } });
    });

    it("says that the default tier is inferred", async () => {
      dest.putBlob("to", "plain", { content: "x" });
      expect(await to.getBlobClient("plain").getProperties()).toMatchObject({ accessTier: "Hot", accessTierInferred: true });
    });

    it("changes the ETag on every write but not on tags or leases", async () => {
      dest.putBlob("to", "blob", { content: "x" });
      const blob = to.getBlobClient("blob");
      const etag = async () => (await blob.getProperties()).etag;
      const first = await etag();
      await blob.setTags({ a: "b" });
      const lease = blob.getBlobLeaseClient();
      await lease.acquireLease(15);
      await lease.releaseLease();
      expect(await etag()).toBe(first);
      await blob.setMetadata({ a: "b" });
      const second = await etag();
      await blob.setHTTPHeaders({ blobContentType: "text/html" });
      expect(new Set([first, second, await etag()]).size).toBe(3);
    });

    it("pages through a flat listing in order", async () => {
      for (let index = 0; index < 25; index++) dest.putBlob("to", `blob-${String(index).padStart(2, "0")}`, { content: "x" });
      dest.putBlob("to", "other");
      const names: string[] = [];
      let pages = 0;
      for await (const page of to.listBlobsFlat({ prefix: "blob-" }).byPage({ maxPageSize: 10 })) {
        pages++;
        names.push(...page.segment.blobItems.map((item) => item.name));
      }
      expect(pages).toBe(3);
      expect(names).toEqual(dest.blobNames("to").slice(0, 25));
    });

    it("lists snapshots before their blob, with metadata, tags and copy properties", async () => {
      dest.putBlob("to", "blob", { content: "x", metadata: { a: "1" }, tags: { t: "<&>".replace(/[<&>]/g, "_") } });
      const snapshots = [dest.snapshot("to", "blob", { mark: "1" }), dest.snapshot("to", "blob", { mark: "2" })];
      await startCopy(to.getBlobClient("copied"), to.getBlobClient("blob").url);
      const items = [];
      for await (const page of to
        .listBlobsFlat({ includeSnapshots: true, includeMetadata: true, includeTags: true, includeCopy: true })
        .byPage({ maxPageSize: 2 })) {
        items.push(...page.segment.blobItems);
      }
      expect(items.map((item) => [item.name, item.snapshot, item.metadata])).toEqual([
        ["blob", snapshots[0], { mark: "1" }],
        ["blob", snapshots[1], { mark: "2" }],
        ["blob", undefined, { a: "1" }],
        ["copied", undefined, { a: "1" }],
      ]);
      expect(items[2]?.tags).toEqual({ t: "___" });
      expect(items[3]?.properties.copyStatus).toBe("success");
    });

    it("lists from and up to a name", async () => {
      for (const name of ["a", "b", "c", "d"]) dest.putBlob("to", name);
      const names: string[] = [];
      for await (const item of to.listBlobsFlat({ startFrom: "b" })) names.push(item.name);
      expect(names).toEqual(["b", "c", "d"]);
      const sas = dest.sas({ container: "to", permissions: "l" });
      const answer = await raw("GET", `${dest.endpoint}/to?restype=container&comp=list&startFrom=b&endBefore=d&${sas}`);
      expect(answer.body.toString().match(/<Name>.<\/Name>/g)).toEqual(["<Name>b</Name>", "<Name>c</Name>"]);
    });

    it("groups names by delimiter", async () => {
      for (const name of ["a/1", "a/2", "b/1", "c"]) dest.putBlob("to", name);
      const found: string[] = [];
      for await (const item of to.listBlobsByHierarchy("/")) found.push(`${item.kind} ${item.name}`);
      expect(found).toEqual(expect.arrayContaining(["prefix a/", "prefix b/", "blob c"]));
      expect(found).toHaveLength(3);
    });

    it("creates, describes, lists and deletes containers", async () => {
      const container = destClient.getContainerClient(`made-${randomUUID()}`);
      await container.createIfNotExists({ metadata: { a: "b" } });
      expect(await container.createIfNotExists()).toMatchObject({ succeeded: false });
      expect(await container.getProperties()).toMatchObject({ metadata: { a: "b" } });
      const names = [];
      for await (const item of destClient.listContainers()) names.push(item.name);
      expect(names).toContain(container.containerName);
      await container.delete();
      expect(await container.exists()).toBe(false);
      await expectRefusal(destClient.createContainer("Bad_Name"), 400, "InvalidResourceName");
    });
  });

  describe("authorization", () => {
    beforeEach(() => void source.putBlob("from", "blob", { content: "secret" }));

    it("refuses a wrong key, no credential, an unknown token", async () => {
      const wrong = new BlobServiceClient(source.endpoint, new StorageSharedKeyCredential("source", dest.key), {
        retryOptions: { maxTries: 1 },
      });
      expect(await refusal(wrong.getContainerClient("from").getBlobClient("blob").getProperties())).toMatchObject({ status: 403 });
      const anonymous = await raw("GET", source.blobUrl("from", "blob"));
      expect([anonymous.status, anonymous.headers["x-ms-error-code"]]).toEqual([401, "NoAuthenticationInformation"]);
      expect(anonymous.body.toString()).toContain("<Code>NoAuthenticationInformation</Code>");
      expect((await raw("GET", source.blobUrl("from", "blob"), { authorization: "Bearer wrong" })).headers["x-ms-error-code"]).toBe(
        "InvalidAuthenticationInfo",
      );
    });

    it("takes bearer tokens with the rights that they have", async () => {
      expect((await raw("GET", source.blobUrl("from", "blob"), { authorization: `Bearer ${TOKEN}` })).body.toString()).toBe("secret");
      const refused = await raw("DELETE", source.blobUrl("from", "blob"), { authorization: "Bearer read-only" });
      expect([refused.status, refused.headers["x-ms-error-code"]]).toEqual([403, "AuthorizationPermissionMismatch"]);
    });

    it("lets anybody read public containers", async () => {
      source.createContainer("public", { publicAccess: "blob" });
      source.putBlob("public", "blob", { content: "open" });
      expect((await raw("GET", source.blobUrl("public", "blob"))).body.toString()).toBe("open");
      expect((await raw("GET", `${source.endpoint}/public?restype=container&comp=list`)).status).toBe(401);
    });

    it.each(["2018-11-09", "2020-12-06", "2021-12-02", "2025-07-05", undefined])(
      "verifies a service SAS of version %s made by the SDK",
      async (version) => {
        const credential = new StorageSharedKeyCredential("source", source.key);
        const expiresOn = new Date(Date.now() + 60_000);
        const forBlob = generateBlobSASQueryParameters(
          {
            containerName: "from",
            blobName: "blob",
            permissions: BlobSASPermissions.parse("r"),
            expiresOn,
            startsOn: new Date(Date.now() - 1000),
            ...(version && { version }),
          },
          credential,
        );
        expect((await raw("GET", `${source.blobUrl("from", "blob")}?${forBlob.toString()}`)).status).toBe(200);
        const forContainer = generateBlobSASQueryParameters(
          { containerName: "from", permissions: ContainerSASPermissions.parse("l"), expiresOn, ...(version && { version }) },
          credential,
        );
        expect((await raw("GET", `${source.endpoint}/from?restype=container&comp=list&${forContainer.toString()}`)).status).toBe(200);
        expect((await raw("GET", `${source.blobUrl("from", "blob")}?${forContainer.toString()}`)).headers["x-ms-error-code"]).toBe(
          "AuthorizationPermissionMismatch",
        );
      },
    );

    it("verifies an account SAS made by the SDK, and its resource types", async () => {
      const of = (resourceTypes: string) =>
        generateAccountSASQueryParameters(
          {
            permissions: AccountSASPermissions.parse("rl"),
            services: AccountSASServices.parse("b").toString(),
            resourceTypes: AccountSASResourceTypes.parse(resourceTypes).toString(),
            expiresOn: new Date(Date.now() + 60_000),
          },
          new StorageSharedKeyCredential("source", source.key),
        ).toString();
      expect((await raw("GET", `${source.blobUrl("from", "blob")}?${of("o")}`)).status).toBe(200);
      expect((await raw("GET", `${source.blobUrl("from", "blob")}?${of("c")}`)).headers["x-ms-error-code"]).toBe(
        "AuthorizationResourceTypeMismatch",
      );
    });

    it("refuses a SAS that has expired, is not valid yet, or is for another blob", async () => {
      source.putBlob("from", "other");
      const ask = async (sas: string, blob = "blob") =>
        (await raw("GET", `${source.blobUrl("from", blob)}?${sas}`)).headers["x-ms-error-code"];
      const of = (more: { startsOn?: Date; expiresOn?: Date }) =>
        source.sas({ container: "from", blob: "blob", permissions: "r", ...more });
      expect(await ask(of({ expiresOn: new Date(Date.now() - 2000) }))).toBe("AuthenticationFailed");
      expect(await ask(of({ startsOn: new Date(Date.now() + 60_000) }))).toBe("AuthenticationFailed");
      expect(await ask(of({}), "other")).toBe("AuthenticationFailed");
      expect(await ask(of({}))).toBeUndefined();
    });

    it.each(["2020-02-10", "2020-12-06", "2025-07-05", "2026-04-06"])(
      "hands out a user delegation key that signs a SAS of version %s",
      async (version) => {
        const now = Date.now();
        const stamp = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
        const body = Buffer.from(
          `<?xml version="1.0"?><KeyInfo><Start>${stamp(now - 60_000)}</Start><Expiry>${stamp(now + 600_000)}</Expiry></KeyInfo>`,
        );
        const answer = await raw(
          "POST",
          `${source.endpoint}/?restype=service&comp=userdelegationkey`,
          { authorization: `Bearer ${TOKEN}`, "x-ms-version": "2025-07-05" },
          body,
        );
        const field = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(answer.body.toString())?.[1] ?? "";
        const key: UserDelegationKey = {
          signedObjectId: field("SignedOid"),
          signedTenantId: field("SignedTid"),
          signedStartsOn: new Date(field("SignedStart")),
          signedExpiresOn: new Date(field("SignedExpiry")),
          signedService: field("SignedService"),
          signedVersion: field("SignedVersion"),
          value: field("Value"),
        };
        const sas = generateBlobSASQueryParameters(
          {
            containerName: "from",
            blobName: "blob",
            permissions: BlobSASPermissions.parse("r"),
            expiresOn: new Date(now + 60_000),
            version,
          },
          key,
          "source",
        );
        expect((await raw("GET", `${source.blobUrl("from", "blob")}?${sas.toString()}`)).status).toBe(200);
        const forged = generateBlobSASQueryParameters(
          {
            containerName: "from",
            blobName: "blob",
            permissions: BlobSASPermissions.parse("r"),
            expiresOn: new Date(now + 60_000),
            version,
          },
          { ...key, value: dest.key },
          "source",
        );
        expect((await raw("GET", `${source.blobUrl("from", "blob")}?${forged.toString()}`)).status).toBe(403);
      },
    );

    it("needs w to overwrite where c is enough to create", async () => {
      const put = (permissions: string) =>
        raw("PUT", withSas(dest, "to", "created", permissions), { "x-ms-blob-type": "BlockBlob" }, Buffer.from("x"));
      expect((await put("c")).status).toBe(201);
      expect((await put("c")).headers["x-ms-error-code"]).toBe("UnauthorizedBlobOverwrite");
      expect((await put("w")).status).toBe(201);
      expect((await put("r")).headers["x-ms-error-code"]).toBe("AuthorizationPermissionMismatch");
      const tagged = { "x-ms-blob-type": "BlockBlob", "x-ms-tags": "a=b" };
      expect((await raw("PUT", withSas(dest, "to", "created", "w"), tagged)).headers["x-ms-error-code"]).toBe(
        "AuthorizationPermissionMismatch",
      );
      expect((await raw("PUT", withSas(dest, "to", "created", "wt"), tagged)).status).toBe(201);
    });
  });

  describe("Copy Blob", () => {
    it("copies within an account on the caller's key alone, with metadata and without tags", async () => {
      dest.putBlob("to", "original", { content: "hello", metadata: { a: "1" }, tags: { t: "1" }, headers: { contentType: "text/plain" } });
      const blob = to.getBlobClient("copied");
      const result = await (await blob.beginCopyFromURL(to.getBlobClient("original").url)).pollUntilDone();
      expect(result.copyStatus).toBe("success");
      expect(await blob.getProperties()).toMatchObject({
        contentType: "text/plain",
        metadata: { a: "1" },
        copyProgress: "5/5",
        copyStatus: "success",
      });
      expect(dest.getBlob("to", "copied")?.tags).toEqual({});
      expect(dest.getBlob("to", "copied")?.content.read().toString()).toBe("hello");
    });

    it("needs a SAS on a source in another account, and mirrors what that answers", async () => {
      source.putBlob("from", "blob", { content: "x" });
      const blob = to.getBlobClient("copied");
      const bare = await refusal(startCopy(blob, from.getBlobClient("blob").url));
      expect(bare).toMatchObject({ status: 401, code: "CannotVerifyCopySource" });
      expect([bare.headers("x-ms-copy-source-status-code"), bare.headers("x-ms-copy-source-error-code")]).toEqual([
        "401",
        "NoAuthenticationInformation",
      ]);
      const gone = await refusal(startCopy(blob, readable("absent")));
      expect(gone).toMatchObject({ status: 404, code: "CannotVerifyCopySource" });
      expect(gone.headers("x-ms-copy-source-error-code")).toBe("BlobNotFound");
      await expectRefusal(startCopy(blob, withSas(source, "from", "blob", "w")), 403, "CannotVerifyCopySource");
      await startCopy(blob, readable("blob"));
      expect(dest.getBlob("to", "copied")?.copy?.status).toBe("success");
    });

    it("goes pending by script: zero length and new metadata at once, progress with time, then success", async () => {
      service.script.copies({ container: "to", name: "copied", pendingMilliseconds: 150 });
      source.putBlob("from", "big", { content: Content.pattern(MEBIBYTE), metadata: { from: "source" } });
      dest.putBlob("to", "copied", { content: "old", metadata: { old: "1" } });
      const blob = to.getBlobClient("copied");
      const poller = await blob.beginCopyFromURL(readable("big"), { intervalInMs: 20 });
      const pending = await blob.getProperties();
      expect(pending).toMatchObject({ copyStatus: "pending", contentLength: 0, metadata: { from: "source" } });
      expect(pending.copyCompletedOn).toBeUndefined();
      await until(() => (dest.getBlob("to", "copied")?.copy?.bytesCopied ?? 0) > 0);
      await poller.pollUntilDone();
      const done = await blob.getProperties();
      expect(done).toMatchObject({ copyStatus: "success", contentLength: MEBIBYTE, copyProgress: `${MEBIBYTE}/${MEBIBYTE}` });
      expect(done.etag).not.toBe(pending.etag);
      expect(done.copyCompletedOn).toBeInstanceOf(Date);
      expect((await blob.downloadToBuffer()).equals(Content.pattern(MEBIBYTE).read())).toBe(true);
    });

    it("refuses writes, snapshots, leases and another copy while one is pending", async () => {
      service.script.copies({ neverEnds: true });
      source.putBlob("from", "blob", { content: "xx" });
      const blob = to.getBlockBlobClient("copied");
      await startCopy(blob, readable("blob"));
      for (const action of [
        () => blob.createSnapshot(),
        () => blob.getBlobLeaseClient().acquireLease(-1),
        () => blob.setMetadata({ a: "b" }),
        () => blob.upload("x", 1),
        () => blob.setTags({ a: "b" }),
        () => startCopy(blob, readable("blob")),
      ]) {
        await expectRefusal(action(), 409, "PendingCopyOperation");
      }
      expect(await blob.getProperties()).toMatchObject({ copyStatus: "pending", copyProgress: "1/2" });
    });

    it("is aborted: no bytes, new metadata, and codes that tell what was wrong", async () => {
      service.script.copies({ neverEnds: true });
      source.putBlob("from", "blob", { content: "xx", metadata: { fresh: "1" } });
      dest.putBlob("to", "copied", { content: "old" });
      const blob = to.getBlobClient("copied");
      const copyId = await startCopy(blob, readable("blob"));
      await expectRefusal(blob.abortCopyFromURL(randomUUID()), 409, "CopyIdMismatch");
      await expectRefusal(blob.abortCopyFromURL("no-guid"), 400, "InvalidQueryParameterValue");
      expect((await blob.abortCopyFromURL(copyId))._response.status).toBe(204);
      expect(await blob.getProperties()).toMatchObject({ copyStatus: "aborted", copyId, contentLength: 0, metadata: { fresh: "1" } });
      await expectRefusal(blob.abortCopyFromURL(copyId), 409, "NoPendingCopyOperation");
    });

    it("fails by script and when the source changes meanwhile", async () => {
      service.script.copies({
        name: "scripted",
        pendingMilliseconds: 10,
        outcome: "failed",
        statusDescription: '403 AuthenticationFailed "expired"',
      });
      service.script.copies({ name: "changed", neverEnds: true });
      source.putBlob("from", "blob", { content: "xx" });
      await startCopy(to.getBlobClient("scripted"), readable("blob"));
      await until(() => dest.getBlob("to", "scripted")?.copy?.status !== "pending");
      expect(await to.getBlobClient("scripted").getProperties()).toMatchObject({
        copyStatus: "failed",
        copyStatusDescription: '403 AuthenticationFailed "expired"',
        contentLength: 0,
      });
      await startCopy(to.getBlobClient("changed"), readable("blob"));
      source.putBlob("from", "blob", { content: "yy" });
      expect((await to.getBlobClient("changed").getProperties()).copyStatusDescription).toMatch(/^412 ConditionNotMet/);
    });

    it("creates a page blob in full length, zero-filled, and keeps holes", async () => {
      service.script.copies({ neverEnds: true });
      const pages = Content.sparse(8 * 1024 * MEBIBYTE, [{ offset: 512, content: Content.pattern(1024) }]);
      source.putBlob("from", "disk", { type: "PageBlob", content: pages });
      const blob = to.getPageBlobClient("disk");
      await startCopy(blob, readable("disk"));
      expect(await blob.getProperties()).toMatchObject({ copyStatus: "pending", contentLength: pages.length });
      dest.completeCopy("to", "disk");
      expect(await blob.getProperties()).toMatchObject({ copyStatus: "success" });
      expect((await blob.getPageRanges()).pageRange).toEqual([{ offset: 512, count: 1024 - SDK_COUNT_SHORTFALL }]);
    });

    it("says which side's condition is not met", async () => {
      source.putBlob("from", "blob", { content: "x" });
      dest.putBlob("to", "copied", { content: "old" });
      const blob = to.getBlobClient("copied");
      await expectRefusal(startCopy(blob, readable("blob"), { sourceConditions: { ifMatch: '"0x1"' } }), 412, "SourceConditionNotMet");
      await expectRefusal(startCopy(blob, readable("blob"), { conditions: { ifMatch: '"0x1"' } }), 412, "TargetConditionNotMet");
      await expectRefusal(startCopy(blob, readable("blob"), { conditions: { ifNoneMatch: "*" } }), 409, "BlobAlreadyExists");
      await expectRefusal(blob.setMetadata({}, { conditions: { ifMatch: '"0x1"' } }), 412, "ConditionNotMet");
    });

    it("accepts an infinite lease of the destination only", async () => {
      source.putBlob("from", "blob", { content: "x" });
      dest.putBlob("to", "copied", { content: "old" });
      const blob = to.getBlobClient("copied");
      const lease = blob.getBlobLeaseClient();
      await lease.acquireLease(15);
      await expectRefusal(startCopy(blob, readable("blob")), 412, "LeaseIdMissing");
      await expectRefusal(
        startCopy(blob, readable("blob"), { conditions: { leaseId: lease.leaseId } }),
        412,
        "InfiniteLeaseDurationRequired",
      );
      await lease.releaseLease();
      await expectRefusal(
        startCopy(blob, readable("blob"), { conditions: { leaseId: randomUUID() } }),
        412,
        "LeaseNotPresentWithBlobOperation",
      );
      await expectRefusal(
        startCopy(to.getBlobClient("absent"), readable("blob"), { conditions: { leaseId: randomUUID() } }),
        412,
        "LeaseNotPresentWithBlobOperation",
      );
      await lease.acquireLease(-1);
      await startCopy(blob, readable("blob"), { conditions: { leaseId: lease.leaseId } });
      expect(dest.getBlob("to", "copied")).toMatchObject({ copy: { status: "success" }, lease: { id: lease.leaseId } });
    });

    it("refuses another blob type, and archived blobs on either side", async () => {
      source.putBlob("from", "block", { content: "x" });
      source.putBlob("from", "archived", { content: "x", accessTier: "Archive" });
      dest.putBlob("to", "page", { type: "PageBlob", content: Content.hole(512) });
      dest.putBlob("to", "archived", { content: "x", accessTier: "Archive" });
      await expectRefusal(startCopy(to.getBlobClient("page"), readable("block")), 409, "InvalidBlobType");
      await expectRefusal(startCopy(to.getBlobClient("archived"), readable("block")), 409, "BlobArchived");
      await expectRefusal(startCopy(to.getBlobClient("new"), readable("archived")), 409, "BlobArchived");
      await expectRefusal(to.getBlobClient("archived").createSnapshot(), 409, "BlobArchived");
      await startCopy(to.getBlobClient("new"), readable("archived"), { tier: "Hot" });
      expect(await to.getBlobClient("new").getProperties()).toMatchObject({
        copyStatus: "pending",
        accessTier: "Archive",
        archiveStatus: "rehydrate-pending-to-hot",
      });
    });

    it("puts a snapshot back over its blob; metadata returns, tags do not", async () => {
      const blob = to.getBlockBlobClient("blob");
      await blob.upload("before", 6, { metadata: { a: "1" }, tags: { t: "1" } });
      const { snapshot } = await blob.createSnapshot();
      await blob.upload("after", 5);
      await startCopy(blob, `${blob.url}?snapshot=${snapshot}`);
      expect(dest.getBlob("to", "blob")).toMatchObject({ metadata: { a: "1" }, tags: {}, snapshots: [snapshot] });
      expect((await blob.downloadToBuffer()).toString()).toBe("before");
    });

    it("forgets the copy after Set Blob Properties, Put Blob and Put Block List", async () => {
      source.putBlob("from", "blob", { content: "x" });
      const blob = to.getBlockBlobClient("copied");
      for (const write of [() => blob.setHTTPHeaders({}), () => blob.upload("x", 1), () => blob.commitBlockList([])]) {
        await startCopy(blob, readable("blob"));
        expect(dest.getBlob("to", "copied")?.copy?.status).toBe("success");
        await write();
        expect(dest.getBlob("to", "copied")?.copy).toBeUndefined();
      }
    });

    it("copies Azure files and web objects into block blobs", async () => {
      source.putFile("share", "folder/file.txt", "from a file");
      const file = `${source.fileUrl("share", "folder/file.txt")}?${source.fileSas({ share: "share", path: "folder/file.txt", permissions: "r" })}`;
      const page = service.putWebObject("page", { content: "from the web", allowsHead: false });
      await startCopy(to.getBlobClient("file"), file);
      await startCopy(to.getBlobClient("page"), page);
      await expectRefusal(startCopy(to.getBlobClient("file"), source.fileUrl("share", "folder/file.txt")), 401, "CannotVerifyCopySource");
      expect(dest.getBlob("to", "file")?.content.read().toString()).toBe("from a file");
      expect(dest.getBlob("to", "page")?.content.read().toString()).toBe("from the web");
      expect((await raw("HEAD", file)).headers["content-length"]).toBe("11");
      expect((await raw("HEAD", page)).status).toBe(405);
      expect((await raw("GET", page)).headers.etag).toBeDefined();
    });
  });

  describe("the synchronous family", () => {
    it("copies by Copy Blob From URL: block blobs up to 256 MiB, never without credential", async () => {
      source.putBlob("from", "block", { content: Content.pattern(100), tags: { t: "1" } });
      source.putBlob("from", "append", { type: "AppendBlob", content: "x" });
      source.putBlob("from", "big", { content: Content.hole(256 * MEBIBYTE + 1) });
      dest.putBlob("to", "near", { content: "x" });
      const blob = to.getBlobClient("copied");
      expect(await blob.syncCopyFromURL(readable("block"), { copySourceTags: "COPY" })).toMatchObject({ copyStatus: "success" });
      expect(dest.getBlob("to", "copied")).toMatchObject({ tags: { t: "1" }, copy: { status: "success", bytesCopied: 100 } });
      await expectRefusal(blob.syncCopyFromURL(readable("append")), 409, "CannotVerifyCopySource");
      await expectRefusal(blob.syncCopyFromURL(readable("big")), 409, "CannotVerifyCopySource");
      await expectRefusal(blob.syncCopyFromURL(to.getBlobClient("near").url), 401, "CannotVerifyCopySource");
      await blob.syncCopyFromURL(to.getBlobClient("near").url, { sourceAuthorization: { scheme: "Bearer", value: TOKEN } });
      await expectRefusal(
        blob.syncCopyFromURL(readable("block"), { sourceConditions: { ifMatch: '"0x1"' } }),
        412,
        "CannotVerifyCopySource",
      );
    });

    it("copies by Put Blob From URL: any type, properties taken over, headers overridden", async () => {
      source.putBlob("from", "append", {
        type: "AppendBlob",
        content: "hello",
        metadata: { a: "1" },
        headers: { contentType: "text/plain", contentLanguage: "en" },
      });
      const blob = to.getBlockBlobClient("copied");
      await blob.syncUploadFromURL(readable("append"), { blobHTTPHeaders: { blobContentType: "text/html" } });
      expect(await blob.getProperties()).toMatchObject({
        blobType: "BlockBlob",
        contentType: "text/html",
        contentLanguage: "en",
        metadata: { a: "1" },
        contentLength: 5,
      });
      expect(dest.getBlob("to", "copied")?.copy).toBeUndefined();
      source.putBlob("from", "huge", { content: Content.hole(5_000 * MEBIBYTE + 1) });
      await expectRefusal(blob.syncUploadFromURL(readable("huge")), 413, "RequestBodyTooLarge");
    });

    it("copies 8 GiB by blocks without holding them, visible at the commit only", async () => {
      const block = 1024 * MEBIBYTE;
      const content = Content.pattern(8 * block + 7, 42);
      source.putBlob("from", "huge", { content });
      const blob = to.getBlockBlobClient("huge");
      const ids = Array.from({ length: 9 }, (_, index) => Buffer.from(`block-${index}`).toString("base64"));
      for (const [index, id] of ids.entries()) await blob.stageBlockFromURL(id, readable("huge"), index * block, index === 8 ? 7 : block);
      expect(await blob.exists()).toBe(false);
      expect(dest.uncommittedBlocks("to", "huge")).toEqual(ids);
      await blob.commitBlockList(ids);
      expect((await blob.getBlockList("all")).committedBlocks).toHaveLength(9);
      const copied = dest.getBlob("to", "huge");
      expect([copied?.content.length, copied?.uncommittedBlocks]).toEqual([content.length, []]);
      expect((await blob.downloadToBuffer(8 * block - 5, 12)).equals(content.read(8 * block - 5, 12))).toBe(true);
    });

    it("honours a pinned source ETag on Put Block From URL", async () => {
      const { etag } = source.putBlob("from", "blob", { content: "xx" });
      const ask = async (pin: string) => {
        const headers = { "x-ms-copy-source": readable("blob"), "x-ms-source-if-match": pin, "content-length": "0" };
        return (await raw("PUT", withSas(dest, "to", "pinned", "w", "&comp=block&blockid=AAAA"), headers)).status;
      };
      expect([await ask(etag), await ask('"0x1"')]).toEqual([201, 412]);
    });

    it("refuses block ids of different length, unknown blocks and other blob types", async () => {
      const blob = to.getBlockBlobClient("blocks");
      await blob.stageBlock("AAAA", "x", 1);
      await expectRefusal(blob.stageBlock("AAAAAAAA", "x", 1), 400, "InvalidBlobOrBlock");
      await expectRefusal(blob.commitBlockList(["BBBB"]), 400, "InvalidBlockList");
      dest.putBlob("to", "append", { type: "AppendBlob" });
      await expectRefusal(to.getBlockBlobClient("append").stageBlock("AAAA", "x", 1), 409, "InvalidBlobType");
    });

    it("copies pages and appended blocks by range", async () => {
      source.putBlob("from", "data", { content: Content.pattern(4096) });
      const page = to.getPageBlobClient("page");
      await page.create(8192);
      await page.uploadPagesFromURL(readable("data"), 512, 1024, 1024);
      expect((await page.getPageRanges()).pageRange).toEqual([{ offset: 1024, count: 1024 - SDK_COUNT_SHORTFALL }]);
      expect((await page.downloadToBuffer(1024, 1024)).equals(Content.pattern(4096).read(512, 1024))).toBe(true);
      await page.clearPages(1024, 512);
      expect((await page.getPageRanges()).pageRange).toEqual([{ offset: 1536, count: 512 - SDK_COUNT_SHORTFALL }]);
      await expectRefusal(page.uploadPagesFromURL(readable("data"), 0, 100, 512), 416, "InvalidPageRange");
      const append = to.getAppendBlobClient("append");
      await append.create();
      await append.appendBlockFromURL(readable("data"), 0, 100);
      await append.appendBlockFromURL(readable("data"), 100, 50, { conditions: { appendPosition: 100 } });
      await expectRefusal(
        append.appendBlockFromURL(readable("data"), 0, 1, { conditions: { appendPosition: 100 } }),
        412,
        "AppendPositionConditionNotMet",
      );
      expect((await append.downloadToBuffer()).equals(Content.pattern(4096).read(0, 150))).toBe(true);
    });
  });

  describe("snapshots, leases, tags and limits", () => {
    it("keeps snapshots with metadata of their own and guards their blob", async () => {
      dest.putBlob("to", "blob", { content: "x", metadata: { a: "1" }, tags: { t: "1" } });
      const blob = to.getBlobClient("blob");
      const etag = dest.getBlob("to", "blob")?.etag;
      const kept = await blob.createSnapshot();
      const marked = await blob.createSnapshot({ metadata: { mark: "1" } });
      expect(kept.snapshot).not.toBe(marked.snapshot);
      expect(kept.etag).toBe(etag);
      expect(dest.snapshots("to", "blob").map(([, state]) => [state.metadata, state.tags])).toEqual([
        [{ a: "1" }, {}],
        [{ mark: "1" }, {}],
      ]);
      await expectRefusal(blob.delete(), 409, "SnapshotsPresent");
      await blob.withSnapshot(kept.snapshot ?? "").delete();
      await blob.delete({ deleteSnapshots: "include" });
      expect(await blob.exists()).toBe(false);
    });

    it("leads a lease through acquire, renew, change, break and release", async () => {
      dest.putBlob("to", "blob", { content: "x" });
      const blob = to.getBlobClient("blob");
      const lease = blob.getBlobLeaseClient();
      await lease.acquireLease(60);
      await expectRefusal(blob.getBlobLeaseClient().acquireLease(15), 409, "LeaseAlreadyPresent");
      await expectRefusal(blob.setMetadata({}), 412, "LeaseIdMissing");
      await lease.renewLease();
      await lease.changeLease(randomUUID());
      await blob.setMetadata({}, { conditions: { leaseId: lease.leaseId } });
      expect(await blob.getProperties()).toMatchObject({ leaseState: "leased", leaseDuration: "fixed", leaseStatus: "locked" });
      await lease.breakLease(0);
      expect(await blob.getProperties()).toMatchObject({ leaseState: "broken", leaseStatus: "unlocked" });
      await expectRefusal(lease.renewLease(), 409, "LeaseIsBrokenAndCannotBeRenewed");
      await lease.releaseLease();
      expect((await blob.getProperties()).leaseState).toBe("available");
      await expectRefusal(blob.getBlobLeaseClient().acquireLease(5), 400, "InvalidHeaderValue");
    });

    it("limits tags and metadata", async () => {
      dest.putBlob("to", "blob", { content: "x" });
      const blob = to.getBlobClient("blob");
      await expectRefusal(
        blob.setTags(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, "v"]))),
        400,
        "TagsTooLarge",
      );
      await expectRefusal(blob.setTags({ bad: "ü" }), 400, "InvalidTag");
      await expectRefusal(blob.setMetadata({ a: "x".repeat(8200) }), 400, "MetadataTooLarge");
      await expectRefusal(blob.setMetadata({ "1a": "x" }), 400, "InvalidMetadata");
    });

    it("evaluates conditions on reads", async () => {
      const { etag } = dest.putBlob("to", "blob", { content: "x" });
      const url = withSas(dest, "to", "blob", "r");
      expect((await raw("GET", url, { "if-none-match": etag })).status).toBe(304);
      expect((await raw("GET", url, { "if-match": '"0x1"' })).status).toBe(412);
      expect((await raw("GET", url, { range: "bytes=5-9" })).headers["x-ms-error-code"]).toBe("InvalidRange");
    });
  });

  describe("what tests decide", () => {
    it("records what came in, without signatures", async () => {
      dest.putBlob("to", "blob", { content: "x" });
      await raw("HEAD", withSas(dest, "to", "blob", "r"));
      await raw("HEAD", withSas(dest, "to", "absent", "r"));
      expect(service.requests.map(({ operation, status, errorCode }) => [operation, status, errorCode])).toEqual([
        ["Get Blob Properties", 200, undefined],
        ["Get Blob Properties", 404, "BlobNotFound"],
      ]);
      expect(service.requests[0]?.query).toContain("sig=REDACTED");
      service.recordsRequests = false;
      await raw("HEAD", withSas(dest, "to", "blob", "r"));
      service.recordsRequests = true;
      expect(service.requests).toHaveLength(2);
    });

    it("answers, resets, delays and loses answers by script", async () => {
      const put = (name: string) => raw("PUT", withSas(dest, "to", name, "w"), { "x-ms-blob-type": "BlockBlob", "content-length": "0" });
      service.script.fault({ operation: "Put Blob", nth: 2 }, { kind: "answer", status: 503, code: "ServerBusy", retryAfterSeconds: 3 });
      expect((await put("one")).status).toBe(201);
      expect((await put("two")).headers).toMatchObject({ "x-ms-error-code": "ServerBusy", "retry-after": "3" });
      expect((await put("two")).status).toBe(201);
      service.script.fault({ path: "/to/before" }, { kind: "reset before" });
      await expect(put("before")).rejects.toMatchObject({ code: "ECONNRESET" });
      expect(dest.getBlob("to", "before")).toBeUndefined();
      service.script.fault({ path: "/to/after" }, { kind: "reset after effect" });
      await expect(put("after")).rejects.toMatchObject({ code: "ECONNRESET" });
      expect(dest.getBlob("to", "after")).toBeDefined();
      service.script.fault({ path: "/to/late" }, { kind: "delay answer", milliseconds: 30 });
      const late = put("late");
      await until(() => dest.getBlob("to", "late") !== undefined);
      expect((await late).status).toBe(201);
      service.script.random((subject) =>
        subject.method === "PUT" ? { kind: "answer", status: 500, code: "OperationTimedOut" } : undefined,
      );
      expect((await put("random")).status).toBe(500);
    });

    it.each([
      ["not without", false],
      ["even without", true],
    ])("writes what a slow request was to write %s its caller when survivesDisconnect is %s", async (_, survivesDisconnect) => {
      const slow = await FakeBlobService.start({ bytesPerSecond: 600, survivesDisconnect });
      try {
        const [first, second] = [slow.account("source"), slow.account("dest")];
        first.putBlob("from", "blob", { content: Content.pattern(300) });
        second.createContainer("to");
        const headers = { "x-ms-copy-source": withSas(first, "from", "blob", "r"), "x-ms-blob-type": "BlockBlob", "content-length": "0" };
        const outgoing = httpRequest(withSas(second, "to", "blob", "w"), { method: "PUT", headers }).on("error", () => undefined);
        outgoing.end();
        await until(() => slow.requests.length === 1);
        outgoing.destroy();
        // A request that begins later and takes equally long ends later.
        expect((await raw("PUT", withSas(second, "to", "later", "w"), headers)).status).toBe(201);
        expect(second.getBlob("to", "blob") !== undefined).toBe(survivesDisconnect);
      } finally {
        await slow.stop();
      }
    });

    it("takes as long as the bytes take, and has no effect before the last one", async () => {
      const slow = await FakeBlobService.start({ bytesPerSecond: 10_000 });
      try {
        const [first, second] = [slow.account("source"), slow.account("dest")];
        first.putBlob("from", "blob", { content: Content.pattern(1_000) });
        second.createContainer("to");
        const headers = { "x-ms-copy-source": withSas(first, "from", "blob", "r"), "x-ms-blob-type": "BlockBlob", "content-length": "0" };
        const copying = raw("PUT", withSas(second, "to", "blob", "w"), headers);
        await until(() => slow.requests.length === 1);
        expect(second.getBlob("to", "blob")).toBeUndefined();
        expect((await copying).status).toBe(201);
        expect(second.getBlob("to", "blob")?.content.length).toBe(1_000);
        const started = await raw("PUT", withSas(second, "to", "asynchronous", "w"), {
          "x-ms-copy-source": headers["x-ms-copy-source"],
          "content-length": "0",
        });
        expect(started.headers["x-ms-copy-status"]).toBe("pending");
        await until(() => second.getBlob("to", "asynchronous")?.copy?.status === "success");
      } finally {
        await slow.stop();
      }
    });
  });
});
