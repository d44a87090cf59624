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
 * A running guardian accepts a request at once, unless it is stopped, or the machine is overloaded,
 * which another process would make worse.
 */
const ANSWER_MILLISECONDS = 5_000;
/** Time between the end of a guardian's channel and the end of its process. */
const DEATH_MILLISECONDS = 1_000;

/** Maximum number of characters in a line of the guardian's error output. */
const MAX_LINE = 65_536;

/** Surroundings in which a guardian is started. */
export interface Surroundings {
  readonly workingDirectory: string;
  readonly output: Writable;
  readonly errorOutput: Writable;
  /** Removes secrets from printed text. */
  readonly redact: (text: string) => string;
}

/**
 * How a guardian's work for a launcher ended. It is lost if the guardian did not report its end.
 */
export type GuardianEnd = SessionEnd | { readonly lost: string };

/** A guardian at work for this launcher. */
export interface GuardianProcess {
  cancel(reason: CancelReason): void;
  readonly ended: Promise<GuardianEnd>;
}

/**
 * Starts a guardian in a session of its own, so that it does not end with a terminal, with
 * Terraform, or with a killed launcher. It inherits none of the launcher's descriptors, because
 * Terraform waits for every process that holds its output open. It shares the launcher's folder, so
 * that a relative path in the environment (of certificates, of a token, of NODE_OPTIONS) has the
 * same meaning.
 */
export function startGuardian(request: GuardianRequest, { output, errorOutput, workingDirectory, redact }: Surroundings): GuardianProcess {
  const child = spawn(process.execPath, [request.program], {
    cwd: existsSync(workingDirectory) ? workingDirectory : parse(process.execPath).root,
    detached: true,
    // The guardian gets all other variables over the channel.
    env: withoutSecrets(environmentOfProcess(request.environment), variablesOfIntent(request.environment)),
    // "overlapped" is a pipe; on Windows, one that can be read and written at the same time. On an
    // ordinary one an answer waits for the next message.
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
  // Other launchers may need it for longer than this one.
  child.unref();
  errors.unref();
  const run = talk(channel, request, output);
  run.go();
  const ended = run.ended.then(async (end) => end ?? { lost: (await within(DEATH_MILLISECONDS, death)) ?? GONE });
  return { cancel: run.cancel, ended: ended.finally(printRest) };
}

/**
 * Resolves with undefined if this guardian does not accept the request; then it has done nothing.
 */
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

/** `ended` resolves with undefined if the guardian did not report its end. */
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

/**
 * Reads from the channel as fast as the launcher's own output is read. If that has no reader any
 * more, the guardian must still be able to write, so the rest is dropped.
 */
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
 * Passes each line through the redaction: output of Node and its libraries (NODE_DEBUG,
 * AZURE_LOG_LEVEL) contains whole requests. Only the first part of an overlong line is printed.
 * Returns the function that prints an unfinished line, because a guardian that other launchers
 * still need does not end with this one.
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

/** Resolves with undefined if that takes longer. */
async function within<Result>(milliseconds: number, promise: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  return Promise.race([promise, timeUp]).finally(() => clearTimeout(timer));
}
