import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { answered, type RecordedExchange } from "./recorded";

/**
 * A server that answers each request with one recorded answer, byte by byte, and counts the
 * requests.
 */
export class ReplayServer {
  requests = 0;
  private exchange: RecordedExchange | undefined;
  private readonly sockets = new Set<Socket>();

  static async start(): Promise<ReplayServer> {
    const server = createServer();
    const replay = new ReplayServer(server);
    server.on("connection", (socket) => replay.serve(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return replay;
  }

  private constructor(private readonly server: Server) {}

  get endpoint(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/dstacct`;
  }

  /** Sets the answer from now on, and resets the count. */
  answerWith(exchange: RecordedExchange): void {
    this.exchange = exchange;
    this.requests = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", () => undefined);
    let received = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      received += text;
      for (let request = wholeRequest(received); request !== undefined; request = wholeRequest(received)) {
        received = received.slice(request.bytes);
        this.requests++;
        if (this.exchange !== undefined) socket.write(wireAnswer(this.exchange, request.method));
      }
    });
  }
}

function wholeRequest(received: string): { readonly method: string; readonly bytes: number } | undefined {
  const endOfHead = received.indexOf("\r\n\r\n");
  if (endOfHead === -1) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received.slice(0, endOfHead))?.[1] ?? 0);
  const bytes = endOfHead + 4 + length;
  return received.length < bytes ? undefined : { method: received.slice(0, received.indexOf(" ")), bytes };
}

/** Repairs framing that a recorder dropped or spoilt. The rest stays as it was recorded. */
function wireAnswer(exchange: RecordedExchange, method: string): Buffer {
  const { status, headers } = exchange.response;
  const body = bodyBytes(exchange);
  const isChunked = answered(exchange, "transfer-encoding") === "chunked";
  const lines = Object.entries(headers)
    .filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  const hasNoBody = method === "HEAD" || status === 204 || status === 304;
  if (isChunked) lines.push("Transfer-Encoding: chunked");
  else if (method === "HEAD" && status < 300) lines.push(`Content-Length: ${answered(exchange, "content-length") ?? "0"}`);
  else if (!hasNoBody) lines.push(`Content-Length: ${String(body.length)}`);
  const head = Buffer.from(`HTTP/1.1 ${String(status)} Recorded\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (hasNoBody) return head;
  return Buffer.concat([head, ...(isChunked ? chunksOf(body) : [body])]);
}

/** Content was recorded as base64. */
function bodyBytes(exchange: RecordedExchange): Buffer {
  const { body } = exchange.response;
  const length = Number(answered(exchange, "content-length") ?? -1);
  const content = Buffer.from(body.replace(/^base64:/, ""), "base64");
  const isContent = exchange.operation === "Get Blob" && !body.replace("\ufeff", "").startsWith("<");
  return isContent && content.length === length ? content : Buffer.from(body, "utf8");
}

/** Cuts in the middle of the byte order mark, and in the middle of the body. */
function chunksOf(body: Buffer): Buffer[] {
  const cuts = [0, Math.min(2, body.length), Math.floor(body.length / 2), body.length];
  const chunks = cuts
    .slice(1)
    .map((end, index) => body.subarray(cuts[index], end))
    .filter((chunk) => chunk.length > 0);
  return [
    ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
    Buffer.from("0\r\n\r\n"),
  ];
}
