import { identityOf, isRunning } from "../../util/platform/process-identity";

const POLL_MILLISECONDS = 250;

/**
 * Watches, from the guardian, the process that started the launcher. The launcher watches it as
 * well, and reports its end sooner. But a launcher that is stopped (SIGSTOP, a debugger, a frozen
 * container) holds its end of the channel open and reports nothing. Returns the function that ends
 * the watch.
 */
export function watchTerraform(pid: number | undefined, onEnd: () => void): () => void {
  if (pid === undefined) return () => undefined;
  const parent = identityOf(pid);
  const timer = setInterval(() => {
    if (isRunning(parent)) return;
    clearInterval(timer);
    onEnd();
  }, POLL_MILLISECONDS);
  return () => clearInterval(timer);
}
