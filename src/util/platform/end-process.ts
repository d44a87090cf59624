/** Work in threads that process.exit() waits for: file system operations and host lookups. */
const BY_THREADS = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/;

/**
 * Ends this process even if the system has not answered a request, such as to open a file on a file
 * system that is gone. process.exit() would wait for the answer, perhaps for ever. Nothing is lost,
 * since all messages have been delivered by then. SIGKILL ends a process on every system, including
 * Windows.
 */
export function endProcess(): void {
  if (process.getActiveResourcesInfo().some((name) => BY_THREADS.test(name))) process.kill(process.pid, "SIGKILL");
  process.exit();
}
