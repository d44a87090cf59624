import { loadPart } from "../../util/load-part";
import type * as Identity from "./identity";

/**
 * Everything that is done with @azure/identity, which takes longer to load than a small copy takes to run, and which most
 * copies do not need. So it stays in a file of its own, loaded by the first request that needs a token.
 */
export const loadIdentity = (): typeof Identity =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
  loadPart("identity.js", () => require("./identity") as typeof Identity);
