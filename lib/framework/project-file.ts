import * as path from "node:path";
import { App, Manifest, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { TokenAwareText } from "./tokens";

/**
 * Returns the path of a file in the user's project, as Terraform finds it.
 *
 * Users write a path relative to the folder in which they run `cdktf deploy`, but Terraform runs in
 * the folder of the stack. So a relative path gets a prefix that leads back, such as `../../../`.
 * The prefix is the same on each machine where the synthesized folder has the same place in the
 * project.
 */
export function projectFile(scope: IConstruct, file: string): string {
  if (path.isAbsolute(file) || !new TokenAwareText(file).isKnown) return file;
  const { root } = scope.node;
  const outdir = App.isApp(root) ? root.outdir : "cdktf.out";
  const stackFolder = path.resolve(outdir, Manifest.stacksFolder, TerraformStack.of(scope).node.id);
  return path.relative(stackFolder, path.resolve(file)).split(path.sep).join("/");
}
