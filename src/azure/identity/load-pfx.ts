import { loadPart } from "../../util/load-part";
import type * as Pfx from "./pfx";

/**
 * Reading PFX files needs a package of its own. So it is a separate file, which the first PFX file
 * loads.
 */
export const loadPfx = (): typeof Pfx =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
  loadPart("pfx.js", () => require("./pfx") as typeof Pfx);
