import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { CancelReason } from "./cancel-reason";
import { sayCancel } from "./control-pipe";
import { FINAL_WORD_DESCRIPTOR, parseFinalWord } from "./final-word";

/** How a guardian ended: by its own decision, or not. */
export type GuardianEnd = { readonly exitCode: number } | { readonly lost: string };

export interface GuardianProcess {
  cancel(reason: CancelReason): void;
  readonly ended: Promise<GuardianEnd>;
}

/**
 * Starts a guardian in a session of its own, so that neither a terminal nor Terraform nor a killed launcher takes it along,
 * and relays what it prints. It inherits none of our descriptors: Terraform waits for whoever holds its output open.
 */
export function startGuardian(program: string, environment: NodeJS.ProcessEnv, output: Writable, errorOutput: Writable): GuardianProcess {
  const child = spawn(process.execPath, [program], {
    cwd: "/",
    detached: true,
    env: environment,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const control = child.stdin;
  // A guardian that has just ended does not read any more; its end is handled below.
  control.on("error", () => undefined);
  relay(child.stdout, output);
  relay(child.stderr, errorOutput);

  let finalWord = "";
  const finalWords = child.stdio[FINAL_WORD_DESCRIPTOR] as Readable;
  finalWords.setEncoding("utf8").on("data", (text: string) => (finalWord += text));

  const ended = new Promise<GuardianEnd>((resolve) => {
    child.once("error", (error) => resolve({ lost: `it could not be started: ${error.message}` }));
    child.once("close", (exitCode, signal) => {
      const saidCode = parseFinalWord(finalWord);
      if (saidCode !== undefined) resolve({ exitCode: saidCode });
      else resolve({ lost: signal ? `it was ended by ${signal}` : `it ended with exit code ${exitCode} before its work was done` });
    });
  });
  return { cancel: (reason) => sayCancel(control, reason), ended };
}

/** Byte for byte. When our side is closed the guardian must still be able to write, so the rest is read and dropped. */
function relay(from: Readable, to: Writable): void {
  from.pipe(to, { end: false });
  to.once("error", () => {
    from.unpipe(to);
    from.resume();
  });
}
