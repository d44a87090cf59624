/** From now on, texts that anything of this process writes to the stream pass `redact`, such as what Node prints with NODE_DEBUG. */
export function redactStream(stream: NodeJS.WriteStream, redact: (text: string) => string): void {
  const write = stream.write.bind(stream);
  stream.write = (text: string | Uint8Array) => write(typeof text === "string" ? redact(text) : text);
}
