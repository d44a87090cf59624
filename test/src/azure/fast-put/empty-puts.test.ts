import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Dialer } from "../../../../src/azure/http/dialer";
import { EmptyPuts } from "../../../../src/azure/fast-put/empty-puts";
import { parseEndpoint } from "../../../../src/azure/address/endpoint";
import type { NoAnswer } from "../../../../src/azure/http/exchange";

const CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

let server: Server;
let connections: Socket[];
/** The server's reaction to a request; `count` is the request's number on its connection. */
let onRequest: (socket: Socket, request: string, count: number) => void;
let puts: EmptyPuts;

beforeEach(async () => {
  connections = [];
  server = createServer((socket) => {
    connections.push(socket);
    let received = "";
    let count = 0;
    socket.on("error", () => undefined);
    socket.setEncoding("latin1").on("data", (text: string) => {
      received += text;
      for (let end = received.indexOf("\r\n\r\n"); end !== -1; end = received.indexOf("\r\n\r\n")) {
        const request = received.slice(0, end + 2);
        received = received.slice(end + 4);
        onRequest(socket, request, ++count);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  puts = putsWith(30_000);
});

afterEach(async () => {
  puts.abort(new Error("the test is over"));
  for (const connection of connections) connection.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function dialerToServer(): Dialer {
  const { port } = server.address() as AddressInfo;
  const endpoint = parseEndpoint("http", `127.0.0.1:${port}`);
  if (endpoint === undefined) throw new Error("no endpoint");
  return new Dialer(endpoint, {});
}

function putsWith(timeout: number): EmptyPuts {
  return new EmptyPuts(dialerToServer(), timeout);
}

/**
 * Returns the status, or else the network's error code and whether the request may have arrived.
 */
function put(path = "/a/b?c=d"): Promise<number | Pick<NoAnswer, "code" | "sent">> {
  return new Promise((resolve) => {
    puts.send(path, "Host: here\r\nContent-Length: 0\r\nx-ms-version: 1\r\n", (answer, failure) => {
      if (answer !== undefined) resolve(answer.status);
      else if (failure !== undefined) resolve({ code: failure.code, sent: failure.sent });
    });
  });
}

/** Waits for the first connection's end, which the server sees later than the client. */
async function firstIsClosed(): Promise<void> {
  const [first] = connections;
  if (first?.closed === false) await once(first, "close");
}

describe("PUT requests without a body", () => {
  it("are sent as HTTP/1.1 with the given headers", async () => {
    const requests: string[] = [];
    onRequest = (socket, request) => {
      requests.push(request);
      socket.write(CREATED);
    };

    expect(await put()).toBe(201);
    expect(requests).toEqual(["PUT /a/b?c=d HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\nx-ms-version: 1\r\n"]);
  });

  it("use a connection again, and another one for each that is under way", async () => {
    onRequest = (socket) => setTimeout(() => socket.write(CREATED), 20);

    expect(await Promise.all([put(), put(), put()])).toEqual([201, 201, 201]);
    expect(await Promise.all([put(), put(), put()])).toEqual([201, 201, 201]);
    expect(connections).toHaveLength(3);
  });

  it("take answers that come in pieces, and errors with their texts", async () => {
    onRequest = (socket) => {
      socket.write("HTTP/1.1 409 Conf");
      setTimeout(() => socket.write("lict\r\nContent-Length: 4\r\n\r\nte"), 10);
      setTimeout(() => socket.write("xt"), 20);
    };

    const body = await new Promise((resolve) => puts.send("/", "Host: here\r\n", (answer) => resolve(answer?.body)));
    expect(body).toBe("text");
  });

  it("do not use a connection that the server wants closed", async () => {
    onRequest = (socket) => socket.write("HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

    expect(await put()).toBe(201);
    expect(await put()).toBe(201);
    expect(connections).toHaveLength(2);
  });

  it("do not use a connection that the server has closed meanwhile", async () => {
    onRequest = (socket) => socket.end(CREATED);

    expect(await put()).toBe(201);
    await firstIsClosed();
    expect(await put()).toBe(201);
    expect(connections).toHaveLength(2);
  });

  it("do not use a connection for longer than the server keeps it", async () => {
    onRequest = (socket) => socket.write("HTTP/1.1 201 Created\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n");

    expect(await put()).toBe(201);
    expect(await put()).toBe(201);
    expect(connections).toHaveLength(2);
  });

  it("drop a connection on which something comes that nobody asked for", async () => {
    onRequest = (socket) => {
      socket.write(CREATED);
      setTimeout(() => socket.write(CREATED), 10);
    };

    expect(await put()).toBe(201);
    await firstIsClosed();
    expect(await put()).toBe(201);
    expect(connections).toHaveLength(2);
  });

  it.each([
    ["that is reset", (socket: Socket) => socket.resetAndDestroy(), "ECONNRESET"],
    ["that is closed before the answer", (socket: Socket) => socket.end(), "ECONNRESET"],
    ["that is closed in the middle of the answer", (socket: Socket) => socket.end("HTTP/1.1 201 Created\r\nConte"), "ECONNRESET"],
    ["that does not speak HTTP", (socket: Socket) => socket.write("220 ready\r\nand willing\r\n"), "EPROTO"],
  ])("fail on a connection %s, and may have arrived", async (_, act, code) => {
    onRequest = act;

    expect(await put()).toEqual({ code, sent: true });
  });

  it("fail where nobody listens, and have not arrived", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const endpoint = parseEndpoint("http", `127.0.0.1:${(closed.address() as AddressInfo).port}`);
    await new Promise((resolve) => closed.close(resolve));
    if (endpoint === undefined) throw new Error("no endpoint");
    puts = new EmptyPuts(new Dialer(endpoint, {}), 30_000);

    expect(await put()).toEqual({ code: "ECONNREFUSED", sent: false });
  });

  it("fail when no answer comes in time", async () => {
    onRequest = () => undefined;
    puts = putsWith(100);

    expect(await put()).toEqual({ code: "ETIMEDOUT", sent: true });
  });

  it("are not sent once they are given up, also when the system had no socket for them before", async () => {
    const requests: string[] = [];
    onRequest = (socket, request) => {
      requests.push(request);
      socket.write(CREATED);
    };
    const dialer = dialerToServer();
    jest.spyOn(dialer, "dial").mockRejectedValueOnce(Object.assign(new Error("no socket left"), { code: "EMFILE" }));
    puts = new EmptyPuts(dialer, 30_000);
    const answered = put();
    // By then the client has received the refusal, and another try will follow.
    await new Promise((resolve) => setImmediate(resolve));

    puts.abort(new Error("the run is over"));
    expect(await answered).toEqual({ code: "ABORT_ERR", sent: false });
    expect(requests).toEqual([]);
  });

  it("all fail when they are given up, each once", async () => {
    let arrived = 0;
    const bothArrived = new Promise<void>((resolve) => {
      onRequest = () => {
        if (++arrived === 2) resolve();
      };
    });

    const failed = Promise.all([put("/1"), put("/2")]);
    await bothArrived;
    puts.abort(new Error("cancelled"));
    expect(await failed).toEqual([
      { code: "ABORT_ERR", sent: true },
      { code: "ABORT_ERR", sent: true },
    ]);
  });
});
