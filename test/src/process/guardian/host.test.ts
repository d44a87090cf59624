import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { Cancellation } from "../../../../src/process/guardian/cancellation";
import { GuardianHost } from "../../../../src/process/guardian/host";
import { lineOf } from "../../../../src/process/channel";

it("is there until a launcher has taken its exit code, and takes what that says meanwhile for nothing", async () => {
  const happened: string[] = [];
  const cancellation = new Cancellation();
  const ended = new Promise<void>((resolve) => {
    const host = new GuardianHost({
      openSession: () => ({ cancellation, acknowledge: () => undefined, run: () => Promise.resolve({ exitCode: 130 }) }),
      onEnd: () => {
        happened.push("the guardian ended");
        resolve();
      },
    });
    server.once("connection", (launcher) => host.serve(launcher));
  });
  const launcher = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  launcher.write(lineOf({ request: { environment: {}, program: "/guardian.js" } }));
  launcher.write(lineOf("go"));
  let said = "";
  launcher.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(launcher, "end");
  expect(said).toContain(lineOf({ exitCode: 130 }));

  launcher.write(lineOf("output-closed"));
  happened.push("the launcher hung up");
  launcher.end();
  await ended;
  expect(happened).toEqual(["the launcher hung up", "the guardian ended"]);
  expect(cancellation.signal.aborted).toBe(false);
});

it("ends as soon as its work does, when the launcher is gone by then", async () => {
  const cancellation = new Cancellation();
  const cancelled = once(cancellation.signal, "abort");
  const ended = new Promise<void>((resolve) => {
    const host = new GuardianHost({
      openSession: () => ({ cancellation, acknowledge: () => undefined, run: () => cancelled.then(() => ({ exitCode: 130 })) }),
      onEnd: resolve,
    });
    server.once("connection", (launcher) => host.serve(launcher));
  });
  const launcher = connect({ port: (server.address() as AddressInfo).port });
  launcher.on("error", () => undefined);
  launcher.write(lineOf({ request: { environment: {}, program: "/guardian.js" } }));
  launcher.write(lineOf("go"));
  await once(launcher, "data");
  launcher.destroy();
  expect(await Promise.race([ended, pause(4_000, "still there", { ref: false })])).not.toBe("still there");
});

const server = createServer();
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  server.close();
});
