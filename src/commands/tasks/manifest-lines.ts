import { createReadStream } from "node:fs";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { onAbort } from "../../util/abort/abort-listeners";

/**
 * Names, metadata and tags of a copy take some 30 KB at most. A file with a much longer line is not
 * a manifest, and must not fill the memory.
 */
const MAX_LINE = 1024 * 1024;

/**
 * Streams the lines of a manifest file. When `signal` is aborted, rejects with its reason.
 *
 * @throws CopyFailure when the file cannot be read
 */
export async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  let rest = "";
  try {
    for await (const bytes of piecesOf(path, signal)) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield checked(line, ++number);
      checked(rest, number + 1);
    }
    rest += decoder.decode();
    if (rest !== "") yield rest;
  } catch (error) {
    signal.throwIfAborted();
    throw new CopyFailure({
      exitCode: ExitCode.BAD_INTENT,
      what: "The manifest of the copy set cannot be read",
      why: error instanceof Error ? error.message : String(error),
      remedy: "synthesize again; the file belongs to the synthesized stack",
      cause: error,
    });
  }
}

/** The file system may not respond, or not open the file at all. An abort does not wait for it. */
async function* piecesOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stream = createReadStream(path);
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (let piece = await unlessAborted(pieces.next(), signal); piece.done !== true; piece = await unlessAborted(pieces.next(), signal))
      yield piece.value;
  } finally {
    stream.destroy();
  }
}

function unlessAborted<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    const endWatch = onAbort(signal, giveUp);
    result.then(resolve, reject).finally(endWatch);
  });
}

function checked(line: string, number: number): string {
  if (line.length > MAX_LINE) throw new Error(`line ${number} is longer than 1 MiB`);
  return line;
}
