/** What is done by threads that process.exit() waits for: operations of a file system, and looking up a host. */
const BY_THREADS = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/;

/**
 * Ends this process, also where the system has not answered what it was asked for, such as to open a file on a file system that is gone: process.exit()
 * waits for that, perhaps for ever. Nothing is lost by it: all that was to be said has been heard by then. Every system ends a process by SIGKILL, Windows too.
 */
export function endProcess(): void {
  if (process.getActiveResourcesInfo().some((name) => BY_THREADS.test(name))) process.kill(process.pid, "SIGKILL");
  process.exit();
}
