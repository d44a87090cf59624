import { loadPart } from "../../util/load-part";
import type * as Identity from "./identity";

/**
 * All code that uses @azure/identity. It takes longer to load than a small copy takes to run, and
 * most copies do not need it. So it is a separate file, which the first request that needs a token
 * loads.
 */
export const loadIdentity = (): typeof Identity =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
  loadPart("identity.js", () => require("./identity") as typeof Identity);
