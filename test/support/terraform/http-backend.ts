import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Addresses of the resources that a state lists as created and not tainted. */
export function healthyResources(stateText: string): string[] {
  const state = JSON.parse(stateText) as {
    resources?: readonly { type: string; name: string; instances: readonly { status?: string }[] }[];
  };
  return (state.resources ?? [])
    .filter(({ instances }) => instances.some(({ status }) => status !== "tainted"))
    .map(({ type, name }) => `${type}.${name}`);
}

/** A remote backend of Terraform's type `http`: state and lock in memory, with a chosen latency. */
export class HttpStateBackend {
  private currentState: string | undefined;
  private lock: { readonly id: string; readonly text: string } | undefined;

  static async start(latencyMilliseconds = 0): Promise<HttpStateBackend> {
    const server = createServer();
    const backend = new HttpStateBackend(server, latencyMilliseconds);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => backend.answer(request, response, body));
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return backend;
  }

  private constructor(
    private readonly server: Server,
    /** Between a request's effect and its answer. */
    public latencyMilliseconds: number,
  ) {}

  /** From now on writes do not arrive, as when the network fails. */
  losesWrites = false;

  get address(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/state`;
  }

  get isLocked(): boolean {
    return this.lock !== undefined;
  }

  /** Addresses of the resources that the stored state lists as created and not tainted. */
  get healthyResources(): string[] {
    return healthyResources(this.currentState ?? "{}");
  }

  /**
   * Does the same as `terraform force-unlock`, for a test that knows that the state is not in use.
   */
  forceUnlock(): void {
    this.lock = undefined;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const [status, text = ""] = this.take(request, body);
    setTimeout(() => response.writeHead(status).end(text), this.latencyMilliseconds);
  }

  private take({ method, url = "" }: IncomingMessage, body: string): readonly [status: number, text?: string] {
    switch (method) {
      case "GET":
        return this.currentState === undefined ? [204] : [200, this.currentState];
      case "POST":
        if (this.lock !== undefined && new URL(url, this.address).searchParams.get("ID") !== this.lock.id) return [423, this.lock.text];
        if (!this.losesWrites) this.currentState = body;
        return [200];
      case "LOCK":
        if (this.lock !== undefined) return [423, this.lock.text];
        this.lock = { id: (JSON.parse(body) as { ID: string }).ID, text: body };
        return [200];
      case "UNLOCK":
        this.lock = undefined;
        return [200];
      default:
        return [405];
    }
  }
}
