import { setMaxListeners } from "node:events";

/** For what must come to its end whatever happens, such as a rollback. */
export const NEVER_ABORTED: AbortSignal = new AbortController().signal;
setMaxListeners(0, NEVER_ABORTED);
