import { loadPart } from "../../util/load-part";
import type * as Pfx from "./pfx";

/** Reading PFX files takes a package that nobody else needs: in a file of its own, loaded by the first one. */
export const loadPfx = (): typeof Pfx =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
  loadPart("pfx.js", () => require("./pfx") as typeof Pfx);
