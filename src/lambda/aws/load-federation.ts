import type * as Federation from "./federation";

/** Loaded only when an invocation signs in with the function's role. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
export const loadFederation = (): typeof Federation => require("./federation") as typeof Federation;
