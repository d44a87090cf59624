import * as fs from "node:fs";
import * as path from "node:path";
import { AssetType, TerraformAsset, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { DeclaredPlace } from "../../../src/intent";
import { StagedFiles } from "./staged-files";
import { declareDeployment } from "./deployment";
import { NO_PROGRAM, programFolders } from "./program-folders";
import { showWithoutFrames } from "../show-without-frames";

const CONSTRUCT_ID = "azure-blob-copy-program";
const DECLARED_FOLDER = "azure_blob_copy_declared";
const ENTRY = "blob-copy.js";

/** Context key that points at another build of the program. */
const PROGRAM_CONTEXT_KEY = "cdktf-azure-blob-copy/program";

/** Values that all copies of a stack share. */
type StackWide = Pick<CopyProgram, "declared" | "deployment">;

/**
 * The provisioner program, staged once per stack for any number of copies.
 *
 * Its path must stay out of everything that Terraform compares, or each upgrade of the library
 * would copy every blob again.
 */
export class CopyProgram extends Construct {
  /** Returns the program of the scope's stack, and stages it first if necessary. */
  static of(scope: Construct): CopyProgram {
    const stack = TerraformStack.of(scope);
    const first = stack.node.tryFindChild(CONSTRUCT_ID);
    if (first === undefined) return new CopyProgram(stack, CONSTRUCT_ID);
    // Another copy of this package, such as that of a library that wraps it, runs its own program,
    // but shares the values of the stack.
    for (let number = 2, existing: unknown = first; ; number++) {
      if (existing instanceof CopyProgram) return existing;
      const id = `${CONSTRUCT_ID}-${number}`;
      existing = stack.node.tryFindChild(id);
      if (existing === undefined) return new CopyProgram(stack, id, first);
    }
  }

  /** Declared places to be written, by construct path. */
  readonly declared: Map<string, () => readonly DeclaredPlace[]>;

  /** HCL for the id of the deployment. */
  readonly deployment: string;

  /**
   * Path of the program as Terraform sees it, independent of the location of the synthesized
   * folder.
   */
  readonly script: string;

  /**
   * Registers the places that a construct writes. `places` is called after everything has been
   * declared.
   */
  declare(owner: string, places: () => readonly DeclaredPlace[]): void {
    this.declared.set(owner, places);
  }

  /**
   * Path of the file with all declared places, as Terraform sees it. The file is written only if
   * this path is requested.
   */
  get declaredFile(): string {
    const places = (): string => [...this.declared.values()].flatMap((of) => of().map((place) => `${JSON.stringify(place)}\n`)).join("");
    return StagedFiles.of(this).stageLater(DECLARED_FOLDER, "declared.ndjson", places);
  }

  private constructor(scope: Construct, id: string, first?: object) {
    super(scope, id);
    const shared: Partial<StackWide> = first ?? {};
    this.declared = shared.declared ?? new Map<string, () => readonly DeclaredPlace[]>();
    this.deployment = shared.deployment ?? declareDeployment(this);
    showWithoutFrames(TerraformStack.of(this));
    const injected: unknown = scope.node.tryGetContext(PROGRAM_CONTEXT_KEY);
    const folders = typeof injected === "string" ? [injected] : programFolders();
    const folder = folders.find((candidate) => fs.existsSync(path.join(candidate, ENTRY)));
    if (folder === undefined) {
      this.script = ENTRY;
      this.node.addValidation({
        validate: () => [`The provisioner program ${ENTRY} is not in ${folders.join(" or ")}: ${NO_PROGRAM}.`],
      });
    } else {
      const asset = new TerraformAsset(this, "asset", { path: folder, type: AssetType.DIRECTORY });
      this.script = `\${path.module}/${asset.path}/${ENTRY}`;
    }
  }
}
