/** What nobody needs whose deploy does not fail: in a file of its own, loaded by the first failure. */
export { diagnose } from "./diagnose";
export { signInCause } from "./of-sign-in";
export { codeIn as codeToldBy } from "./told-codes";
