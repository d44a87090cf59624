import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeBlobService } from "../support/fake-blob-service";
import { TEST_CERTIFICATE } from "../support/test-certificate";
import { Program } from "./program";

let service: FakeBlobService;
let program: Program;
beforeAll(() => {
  program = new Program();
  writeFileSync(join(program.workFolder, "ca.pem"), TEST_CERTIFICATE.cert);
});
afterAll(() => program.dispose());
beforeEach(async () => {
  service = await FakeBlobService.start({ tls: TEST_CERTIFICATE });
  for (let index = 0; index < 500; index++) service.account("source").putBlob("src", `${index}`, { content: `content ${index}` });
  service.account("dest").createContainer("dst");
});
afterEach(() => service.stop());

const side = (account: string, containerName: string) => ({
  blobEndpoint: service.endpoint(account),
  containerName,
  credential: { kind: "connection-string", variable: account },
});
const secrets = () => ({ source: service.account("source").connectionString, dest: service.account("dest").connectionString });
const trust = () => ({ NODE_EXTRA_CA_CERTS: join(program.workFolder, "ca.pem") });
const set = () => ({
  version: 1,
  owner: "Stack/set",
  copies: [],
  set: { prefixes: { source: { ...side("source", "src"), prefix: "" }, destination: { ...side("dest", "dst"), prefix: "" } } },
});
const single = () => ({
  version: 1,
  owner: "Stack/copy",
  copies: [
    {
      source: { kind: "blob", ...side("source", "src"), blobName: "7" },
      destination: { kind: "blob", ...side("dest", "dst"), blobName: "seven" },
    },
  ],
});
const copied = () => service.account("dest").blobNames("dst");

describe("over https", () => {
  it("copies a set", async () => {
    const result = await program.run(["apply", program.writeIntent(set())], { ...secrets(), ...trust() });

    expect(result).toMatchObject({ exitCode: 0, output: expect.stringContaining("Copied 500 blobs") as unknown });
    expect(copied()).toHaveLength(500);
  });

  it("copies a blob", async () => {
    const result = await program.run(["apply", program.writeIntent(single())], { ...secrets(), ...trust() });

    expect(result.exitCode).toBe(0);
    expect(copied()).toEqual(["seven"]);
  });

  it.each([
    ["a set", set],
    ["a blob", single],
  ])("copies nothing of %s where the certificate is not trusted, and says so", async (_, intent) => {
    const result = await program.run(["apply", program.writeIntent(intent())], secrets());

    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("SELF_SIGNED_CERT");
    expect(result.output).toMatch(/What to do: set NODE_EXTRA_CA_CERTS/);
    expect(copied()).toEqual([]);
  });
});
