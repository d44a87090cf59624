import * as path from "node:path";
import { App, Manifest, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { TokenAwareText } from "./tokens";

/**
 * Path of a file of the user's project, as Terraform finds it.
 *
 * A user means the folder in which they run `cdktf deploy`, but Terraform runs in the folder of the stack. So a relative path gets the
 * way back in front, such as `../../../`: the same on each machine that has the synthesized folder in the same place of the project.
 */
export function projectFile(scope: IConstruct, file: string): string {
  if (path.isAbsolute(file) || !new TokenAwareText(file).isKnown) return file;
  const { root } = scope.node;
  const outdir = App.isApp(root) ? root.outdir : "cdktf.out";
  const stackFolder = path.resolve(outdir, Manifest.stacksFolder, TerraformStack.of(scope).node.id);
  return path.relative(stackFolder, path.resolve(file)).split(path.sep).join("/");
}
