import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeBlobService } from "../support/fake-blob-service";
import { TEST_CERTIFICATE } from "../support/test-certificate";
import { Program } from "./program";

let service: FakeBlobService;
let program: Program;
let proxy: Server;
let connects: IncomingMessage[];
let tunnels: Socket[];
/** Status with which the proxy answers CONNECT. */
let answer: number;

beforeAll(() => {
  program = new Program();
  writeFileSync(join(program.workFolder, "ca.pem"), TEST_CERTIFICATE.cert);
});
afterAll(() => program.dispose());
beforeEach(async () => {
  // A name that cannot be resolved: only the proxy finds the service.
  service = await FakeBlobService.start({ tls: TEST_CERTIFICATE });
  for (let index = 0; index < 100; index++) service.account("source").putBlob("src", `${index}`, { content: `content ${index}` });
  service.account("dest").createContainer("dst");
  connects = [];
  tunnels = [];
  answer = 200;
  proxy = createServer();
  proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
    connects.push(request);
    socket.on("error", () => undefined);
    if (answer !== 200) return socket.end(`HTTP/1.1 ${answer} No\r\nContent-Length: 0\r\n\r\n`);
    const tunnel = net.connect(Number(new URL(service.endpoint("dest")).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(tunnel).pipe(socket);
    });
    tunnel.on("error", () => socket.destroy());
    tunnels.push(socket, tunnel);
    return undefined;
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
});
afterEach(async () => {
  for (const tunnel of tunnels) tunnel.destroy();
  proxy.closeAllConnections();
  proxy.close();
  await service.stop();
});

const HOST = "storage.blob-copy.test";
const side = (account: string, containerName: string, host = "127.0.0.1") => ({
  blobEndpoint: service.endpoint(account).replace("127.0.0.1", host),
  containerName,
  credential: { kind: "account-key", variable: account, accountName: account },
});
const set = () => ({
  version: 1,
  owner: "Stack/set",
  copies: [],
  set: { prefixes: { source: { ...side("source", "src"), prefix: "" }, destination: { ...side("dest", "dst", HOST), prefix: "" } } },
});
const run = (environment: Readonly<Record<string, string>>) =>
  program.run(["apply", program.writeIntent(set())], {
    source: service.account("source").key,
    dest: service.account("dest").key,
    NODE_EXTRA_CA_CERTS: join(program.workFolder, "ca.pem"),
    // The certificate is for the address, and this test is about the route, not the name.
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    ...environment,
  });
const address = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;

describe("behind a proxy", () => {
  it.each(["HTTPS_PROXY", "all_proxy"])("goes the way that %s names", async (variable) => {
    const result = await run({ [variable]: `http://${address()}` });

    expect(result.exitCode).toBe(0);
    expect(service.account("dest").blobNames("dst")).toHaveLength(100);
    expect(connects.length).toBeGreaterThan(0);
    expect(connects[0]?.url).toMatch(new RegExp(`^${HOST}:\\d+$`));
  });

  it("signs in at the proxy, and keeps the password to itself", async () => {
    const result = await run({ HTTPS_PROXY: `http://user:p%40ss@${address()}` });

    expect(result.exitCode).toBe(0);
    expect(connects[0]?.headers["proxy-authorization"]).toBe(`Basic ${Buffer.from("user:p@ss").toString("base64")}`);
    expect(result.output + result.errorOutput).not.toContain("p%40ss");
  });

  it("goes straight where NO_PROXY says so", async () => {
    const result = await run({ HTTPS_PROXY: `http://${address()}`, NO_PROXY: ".blob-copy.test" });

    expect(connects).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("ENOTFOUND");
  });

  it("says that it was the proxy that refused", async () => {
    answer = 407;
    const result = await run({ HTTPS_PROXY: address() });

    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("proxy 127.0.0.1: it answered CONNECT with 407");
    expect(result.output).toContain("What to do: put the proxy's user name and password into HTTPS_PROXY");
  });
});
