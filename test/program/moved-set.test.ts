import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocationKind, placeKey } from "../../src/intent";
import { FakeBlobService } from "../support/fake-blob-service";
import { Program } from "./program";

let service: FakeBlobService;
let program: Program;
beforeAll(() => {
  program = new Program();
});
afterAll(() => program.dispose());
beforeEach(async () => {
  service = await FakeBlobService.start();
  for (const name of ["a", "b"]) service.account("source").putBlob("src", `in/${name}`, { content: name });
  service.account("dest").createContainer("dst");
  rmSync(program.stateFolder, { recursive: true, force: true });
});
afterEach(() => service.stop());

const prefixOf = (account: string, containerName: string, prefix: string, variable: string) => ({
  blobEndpoint: service.endpoint(account),
  containerName,
  prefix,
  credential: { kind: "connection-string", variable },
});
const to = (prefix: string) => prefixOf("dest", "dst", prefix, "DEST");

/** Runs it as Terraform does while the set's declared destination is `declared`. */
function run(command: string, intent: unknown, declared: string) {
  const { blobEndpoint, containerName } = to(declared);
  const place = placeKey({ kind: LocationKind.BLOB, blobEndpoint, containerName, blobName: `${declared}\${name}` });
  writeFileSync(join(program.workFolder, "declared.ndjson"), `${JSON.stringify({ owner: "Stack/set", place, spelling: declared })}\n`);
  return program.run([command], {
    SOURCE: service.account("source").connectionString,
    DEST: service.account("dest").connectionString,
    BLOB_COPY_INTENT: JSON.stringify(intent),
    BLOB_COPY_RECEIPT_ID: randomUUID(),
    BLOB_COPY_STATE_DIRECTORY: ".blobcopy",
    BLOB_COPY_DEPLOYMENT: "d-1",
    BLOB_COPY_DECLARED: "declared.ndjson",
  });
}

const apply = (prefix: string) =>
  run(
    "apply",
    {
      version: 1,
      owner: "Stack/set",
      copies: [],
      set: { prefixes: { source: prefixOf("source", "src", "in/", "SOURCE"), destination: to(prefix) }, onDestroy: "delete" },
    },
    prefix,
  );
const destroy = (prefix: string, declared: string) =>
  run("destroy", { version: 1, owner: "Stack/set", deployment: "d-1", spelling: prefix, set: { destination: to(prefix) } }, declared);
const blobs = () =>
  service
    .account("dest")
    .blobNames("dst")
    .filter((name) => !name.startsWith(".blobcopy/"));

describe("a set with onDestroy that has moved", () => {
  it("is at its new place only, whichever of Terraform's two programs is quicker", async () => {
    expect(await apply("one/")).toMatchObject({ exitCode: 0 });
    expect((await destroy("one/", "two/")).output).toContain("it is deleted when the copy to its new place is complete");
    expect(blobs()).toEqual(["one/a", "one/b"]);
    expect(await apply("two/")).toMatchObject({ exitCode: 0 });
    expect(blobs()).toEqual(["two/a", "two/b"]);

    expect(await apply("three/")).toMatchObject({ exitCode: 0 });
    expect(blobs()).toEqual(["three/a", "three/b", "two/a", "two/b"]);
    expect((await destroy("two/", "three/")).output).toContain("Deleted 2 blobs");
    expect(blobs()).toEqual(["three/a", "three/b"]);
  });

  it("stays where it is while it is complete nowhere else, also when it comes back to an earlier place", async () => {
    expect(await apply("one/")).toMatchObject({ exitCode: 0 });
    service.script.fault(
      { operation: "Put Blob From URL", path: "/two/a", times: Infinity },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    expect(await destroy("one/", "two/")).toMatchObject({ exitCode: 0 });
    expect(await apply("two/")).toMatchObject({ exitCode: 1 });
    expect(blobs()).toEqual(["one/a", "one/b", "two/b"]);
    service.script.reset();
    expect(await apply("two/")).toMatchObject({ exitCode: 0 });
    expect((await destroy("two/", "one/")).output).toContain("it is deleted when the copy to its new place is complete");
    expect(blobs()).toEqual(["two/a", "two/b"]);
    expect(await apply("one/")).toMatchObject({ exitCode: 0 });
    expect(blobs()).toEqual(["one/a", "one/b"]);
  });
});
