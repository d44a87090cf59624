import https from "node:https";
import net from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import type { Endpoint } from "../address/endpoint";
import { Proxy } from "./proxy";

const TCP_KEEP_ALIVE = 30_000;

/** Opens connections to one endpoint, through the proxy that the environment names for it. */
export class Dialer {
  readonly #proxy: Proxy | undefined;
  /** TLS session of the last handshake, so that only the first connection needs a full one. */
  #session: Buffer | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    environment: NodeJS.ProcessEnv,
  ) {
    this.#proxy = Proxy.of(endpoint, environment);
  }

  /**
   * `connected` is called when a request can reach the server, which is after this method has
   * returned the socket.
   */
  dial(connected: () => void): net.Socket | Promise<net.Socket> {
    const { hostname: host, port, protocol } = this.endpoint;
    const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE };
    if (protocol === "http:") return net.connect(options, connected);
    if (this.#proxy === undefined) return this.#secure(options, connected);
    return this.#proxy.connect(this.endpoint).then((socket) => this.#secure({ socket }, connected));
  }

  #secure(options: tls.ConnectionOptions, connected: () => void): net.Socket {
    const { hostname } = this.endpoint;
    const secure = tls.connect(
      {
        ...options,
        ALPNProtocols: ["http/1.1"],
        ...(net.isIP(hostname) === 0 ? { servername: hostname } : {}),
        ...(this.#session === undefined ? {} : { session: this.#session }),
      },
      connected,
    );
    return secure.on("session", (session: Buffer) => (this.#session = session));
  }
}

/** Agent of node:https for connections through a proxy. */
export class TunnelAgent extends https.Agent {
  constructor(
    private readonly proxy: Proxy,
    private readonly endpoint: Endpoint,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  /**
   * Passes the socket to the callback later. With an error, the callback gets no socket, whatever
   * its type says.
   */
  override createConnection(options: https.RequestOptions, callback?: (error: Error | null, socket: Duplex) => void): undefined {
    const done = callback as ((error: Error | null, socket?: Duplex) => void) | undefined;
    this.proxy.connect(this.endpoint).then(
      (socket) => done?.(null, tls.connect({ ...(options as tls.ConnectionOptions), socket })),
      (error: unknown) => done?.(error as Error),
    );
    return undefined;
  }
}
