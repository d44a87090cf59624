import type { IncomingMessage, ServerResponse } from "node:http";
import type { Content } from "../state/content";

export const CHUNK_BYTES = 1024 * 1024;

/** Ends the connection with a TCP reset; with TLS, it only closes the connection. */
export function cut(request: IncomingMessage): void {
  if ("encrypted" in request.socket) request.socket.destroy();
  else request.socket.resetAndDestroy();
}

/** For a body that is too large to be assembled in memory. */
export function sendChunks(response: ServerResponse, content: Content, start: number): void {
  let offset = start;
  while (offset < content.length && !response.destroyed) {
    const chunk = content.read(offset, CHUNK_BYTES);
    offset += chunk.length;
    if (!response.write(chunk)) {
      const next = offset;
      response.once("drain", () => sendChunks(response, content, next));
      return;
    }
  }
  response.end();
}
