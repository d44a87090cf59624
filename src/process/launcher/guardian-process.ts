import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Socket } from "node:net";
import { parse } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import type { CancelReason } from "../cancel-reason";
import { type GuardianMessage, type GuardianRequest, lineOf, readMessages, type SessionEnd } from "../channel";
import { withoutSecrets } from "../../util/secrets/secret-variables";
import { environmentOfProcess } from "../environment";
import { variablesOfIntent } from "../variables-of-intent";

/**
 * A guardian that is there takes a request at once, unless it is stopped, or the machine is overwhelmed: then one process more would
 * make it worse.
 */
const ANSWER_MILLISECONDS = 5_000;
/** Between the end of a guardian's channel and that of its process. */
const DEATH_MILLISECONDS = 1_000;

/** Characters of a line of the guardian's error output. */
const MAX_LINE = 65_536;

/** What a guardian is started in. */
export interface Surroundings {
  readonly workingDirectory: string;
  readonly output: Writable;
  readonly errorOutput: Writable;
  /** Takes secrets out of what is printed. */
  readonly redact: (text: string) => string;
}

/** How a guardian's work for a launcher ended: by its own decision, or not. */
export type GuardianEnd = SessionEnd | { readonly lost: string };

/** A guardian at work for this launcher. */
export interface GuardianProcess {
  cancel(reason: CancelReason): void;
  readonly ended: Promise<GuardianEnd>;
}

/**
 * Starts a guardian in a session of its own, so that neither a terminal nor Terraform nor a killed launcher takes it along. It inherits
 * none of our descriptors: Terraform waits for whoever holds its output open. It shares our folder, so that a relative path in the
 * environment (of certificates, of a token, of NODE_OPTIONS) means the same to it.
 */
export function startGuardian(request: GuardianRequest, { output, errorOutput, workingDirectory, redact }: Surroundings): GuardianProcess {
  const child = spawn(process.execPath, [request.program], {
    cwd: existsSync(workingDirectory) ? workingDirectory : parse(process.execPath).root,
    detached: true,
    // The channel tells it all the others.
    env: withoutSecrets(environmentOfProcess(request.environment), variablesOfIntent(request.environment)),
    // "overlapped" is a pipe; on Windows one that can be read and written at a time. On the other kind an answer waits for the next message.
    stdio: ["ignore", "ignore", "pipe", "overlapped"],
    windowsHide: true,
  });
  const [, , errors, channel] = child.stdio as unknown as [null, null, Socket, Socket];
  const printRest = relay(errors, errorOutput, redact);
  const death = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
    child.once("close", (exitCode, signal) =>
      resolve(signal ? `it was ended by ${signal}` : `it ended with exit code ${exitCode} before its work was done`),
    );
  });
  // Others may need it for longer than we do.
  child.unref();
  errors.unref();
  const run = talk(channel, request, output);
  run.go();
  const ended = run.ended.then(async (end) => end ?? { lost: (await within(DEATH_MILLISECONDS, death)) ?? GONE });
  return { cancel: run.cancel, ended: ended.finally(printRest) };
}

/** Resolves with undefined when this guardian does not take the request; then it has done nothing. */
export async function joinGuardian(channel: Socket, request: GuardianRequest, output: Writable): Promise<GuardianProcess | undefined> {
  const run = talk(channel, request, output);
  if (!(await within(ANSWER_MILLISECONDS, run.accepted))) {
    channel.destroy();
    return undefined;
  }
  run.go();
  return { cancel: run.cancel, ended: run.ended.then((end) => end ?? { lost: GONE }) };
}

const GONE = "it was gone before its work was done";

/** `ended` resolves with undefined when the guardian has not said how. */
function talk(channel: Duplex, request: GuardianRequest, output: Writable) {
  let end: SessionEnd | undefined;
  let accept: (isAccepted: boolean) => void = () => undefined;
  const accepted = new Promise<boolean>((resolve) => (accept = resolve));
  const print = printer(channel, output);
  const acknowledge = () => output.write("", (error) => channel.write(lineOf({ heard: !error })));
  const ended = new Promise<GuardianEnd | undefined>((resolve) => {
    const take = (message: GuardianMessage): void => {
      if (message === "accepted") accept(true);
      else if (message === "all-told") acknowledge();
      else if ("print" in message) print(message.print);
      else end = message;
    };
    readMessages(
      channel,
      (message) => take(message as GuardianMessage),
      () => {
        accept(false);
        resolve(end);
      },
    );
  });
  channel.write(lineOf({ request }));
  return { accepted, go: () => channel.write(lineOf("go")), cancel: (reason: CancelReason) => channel.write(lineOf(reason)), ended };
}

/** Takes from the channel as fast as our own reader does. When that is gone the guardian must still be able to write, so the rest is dropped. */
function printer(channel: Duplex, output: Writable): (text: string) => void {
  let isRead = true;
  output.once("error", () => {
    isRead = false;
    channel.resume();
  });
  return (text) => {
    if (!isRead || output.write(text) || channel.isPaused()) return;
    channel.pause();
    output.once("drain", () => channel.resume());
  };
}

/**
 * Line by line through the redaction: what Node and its libraries print (NODE_DEBUG, AZURE_LOG_LEVEL) holds
 * whole requests. What comes after the first part of an overlong line is dropped with the rest of that line.
 * Returns what prints a line that has not ended: a guardian that others still need does not end with us.
 */
function relay(from: Readable, to: Writable, redact: (text: string) => string): () => void {
  let isRead = true;
  to.once("error", () => (isRead = false));
  const print = (line: string) => {
    if (isRead) to.write(redact(line));
  };
  let rest = "";
  let isDropping = false;
  from.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!isDropping) print(`${line.slice(0, MAX_LINE)}\n`);
      isDropping = false;
    }
    if (rest.length <= MAX_LINE) return;
    if (!isDropping) print(`${rest.slice(0, MAX_LINE)} …\n`);
    isDropping = true;
    rest = "";
  });
  const printRest = () => {
    if (!isDropping && rest !== "") print(`${rest}\n`);
    rest = "";
  };
  from.once("end", printRest);
  return printRest;
}

/** Resolves with undefined when that takes longer. */
async function within<Result>(milliseconds: number, promise: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  return Promise.race([promise, timeUp]).finally(() => clearTimeout(timer));
}
