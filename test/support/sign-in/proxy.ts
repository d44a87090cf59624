import { createServer, type IncomingMessage, type Server } from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";

/**
 * A proxy that knows only some names, and forwards them to ports of this machine: real names
 * without their servers.
 */
export class NamesProxy {
  /** Requested hosts, oldest first. */
  readonly asked: string[] = [];
  /** Refuses a tunnel. Returns the first line of the answer, which may repeat the request. */
  refusal: ((request: IncomingMessage) => string) | undefined;
  readonly #sockets = new Set<Socket>();

  static async start(portOf: (host: string) => number | undefined): Promise<NamesProxy> {
    const server = createServer();
    const proxy = new NamesProxy(server);
    server.on("connect", (request: IncomingMessage, socket: Socket) => proxy.#connect(portOf, request, socket));
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  private constructor(private readonly server: Server) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  #connect(portOf: (host: string) => number | undefined, request: IncomingMessage, socket: Socket): void {
    const { url = "" } = request;
    const host = url.replace(/:\d+$/, "");
    this.asked.push(host);
    socket.on("error", () => undefined);
    if (this.refusal !== undefined) return void socket.end(`HTTP/1.1 502 ${this.refusal(request)}\r\nContent-Length: 0\r\n\r\n`);
    const port = portOf(host);
    if (port === undefined) return void socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    const tunnel = net.connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(tunnel).pipe(socket);
    });
    tunnel.on("error", () => socket.destroy());
    for (const one of [socket, tunnel]) this.#sockets.add(one);
  }
}
