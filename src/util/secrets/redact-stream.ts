/**
 * From now on, all text that this process writes to the stream passes through `redact`, including
 * Node's own output with NODE_DEBUG.
 */
export function redactStream(stream: NodeJS.WriteStream, redact: (text: string) => string): void {
  const write = stream.write.bind(stream);
  stream.write = (text: string | Uint8Array) => write(typeof text === "string" ? redact(text) : text);
}
