import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { runWithFewDescriptors } from "../../../support/machine/few-descriptors";
import { itOnUnix } from "../../../support/machine/systems";

const SCRIPT = join(__dirname, "many-requests.ts");

let server: Server;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    setTimeout(() => response.end(), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = () => String((server.address() as AddressInfo).port);

itOnUnix.each([48, 64, 200])("with %i open files at most, 400 requests at once are all answered, fewer at a time", async (limit) => {
  expect(await runWithFewDescriptors(SCRIPT, limit, port(), "400")).toEqual({ 200: 400 });
});

itOnUnix("where not even one connection fits, it is said by its code", async () => {
  expect(await runWithFewDescriptors(SCRIPT, 64, port(), "8", "full")).toEqual({ EMFILE: 8 });
});
