import { setMaxListeners } from "node:events";

/** For work that must run to its end in any case, such as a rollback. */
export const NEVER_ABORTED: AbortSignal = new AbortController().signal;
setMaxListeners(0, NEVER_ABORTED);
