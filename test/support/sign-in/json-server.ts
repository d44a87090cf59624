import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface ServerAnswer {
  readonly status: number;
  readonly json: unknown;
  /** Sent unchanged instead of `json`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** undefined: the server never answers. */
export type Answering = (request: SeenRequest) => ServerAnswer | undefined;

/** A server on this machine that records its requests. */
export class JsonServer {
  readonly seen: SeenRequest[] = [];

  static async start(answer: Answering, tls?: { readonly key: string; readonly cert: string }): Promise<JsonServer> {
    const seen: SeenRequest[] = [];
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "/", headers } = request;
        const one = {
          method,
          url: new URL(url, `https://${headers.host ?? "localhost"}`),
          headers,
          body: Buffer.concat(chunks).toString(),
        };
        seen.push(one);
        const found = answer(one);
        if (found === undefined) return;
        response.writeHead(found.status, { "content-type": "application/json; charset=utf-8", ...found.headers });
        response.end(found.text ?? JSON.stringify(found.json));
      });
    };
    const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return new JsonServer(server, seen, tls !== undefined);
  }

  private constructor(
    private readonly server: Server,
    seen: SeenRequest[],
    private readonly isSecure: boolean,
  ) {
    this.seen = seen;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Without a slash at the end. */
  get origin(): string {
    return `${this.isSecure ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
