/**
 * Only a failing deploy needs this code, so it is a separate file, which the first failure loads.
 */
export { diagnose } from "./diagnose";
export { signInCause } from "./of-sign-in";
export { codeIn as codeToldBy } from "./told-codes";
