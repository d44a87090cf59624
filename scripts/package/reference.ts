import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tool } from "./assemble";
import type { Assembly } from "./assemblies";

/** Where the reference of an assembly is checked in. */
export function referenceFile({ folder }: Assembly): string {
  return join(__dirname, "../../docs/api", folder, "API.md");
}

/** The reference as jsii-docgen makes it of the assembly in that folder. */
export function reference(folder: string): string {
  tool("jsii-docgen", ["--output", "API.md"], folder);
  return readFileSync(join(folder, "API.md"), "utf8");
}
