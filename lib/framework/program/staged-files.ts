import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Manifest, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

const ASSETS_FOLDER = "assets";
const STAGED = new WeakMap<TerraformStack, StagedFiles>();

/**
 * Files beside a stack's configuration, like assets, whose content is known only when the
 * configuration is made. `TerraformAsset` needs the content at declaration.
 */
export class StagedFiles {
  /** Returns the files of the scope's stack. */
  static of(scope: IConstruct): StagedFiles {
    const stack = TerraformStack.of(scope);
    const existing = STAGED.get(stack) ?? new StagedFiles(stack);
    STAGED.set(stack, existing);
    return existing;
  }

  private readonly files = new Map<string, { readonly path: string; readonly content: () => string }>();

  private constructor(stack: TerraformStack) {
    const { synthesizer } = stack;
    stack.synthesizer = {
      synthesize: (session) => {
        synthesizer.synthesize(session);
        this.write(path.join(session.outdir, Manifest.stacksFolder, stack.node.id));
      },
    };
  }

  /** Stages the only file of an owner, and returns its path as Terraform sees it. */
  stage(owner: string, name: string, content: string): string {
    // The version is part of the path, so that a saved plan never finds other content.
    const version = createHash("sha256").update(content).digest("hex").slice(0, 32);
    const relative = path.posix.join(ASSETS_FOLDER, owner, version, name);
    this.files.set(owner, { path: relative, content: () => content });
    return `\${path.module}/${relative}`;
  }

  /**
   * Like {@link stage}, for content that is known only when the whole configuration is. The path
   * stays the same.
   */
  stageLater(owner: string, name: string, content: () => string): string {
    const relative = path.posix.join(ASSETS_FOLDER, owner, name);
    this.files.set(owner, { path: relative, content });
    return `\${path.module}/${relative}`;
  }

  private write(stackFolder: string): void {
    for (const [owner, file] of this.files) {
      fs.rmSync(path.join(stackFolder, ASSETS_FOLDER, owner), { recursive: true, force: true });
      const target = path.join(stackFolder, file.path);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, file.content());
    }
  }
}
