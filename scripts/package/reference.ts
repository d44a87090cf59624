import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tool } from "./assemble";
import type { Assembly } from "./assemblies";

/** Path of an assembly's reference in the repository. */
export function referenceFile({ folder }: Assembly): string {
  return join(__dirname, "../../docs/api", folder, "API.md");
}

/** Runs jsii-docgen on the assembly in that folder and returns the reference. */
export function reference(folder: string): string {
  tool("jsii-docgen", ["--output", "API.md"], folder);
  return readFileSync(join(folder, "API.md"), "utf8");
}
