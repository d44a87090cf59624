import { TerraformElement, Token, dependable, ref } from "cdktf";
import type { Construct } from "constructs";
import type { BlobCopyConfig } from "./vocabulary/blob-copy-config";
import { actsOnDestroy, copyIntent, destroyIntent, fingerprint } from "./intent/copy-intent";
import { CopyProgram } from "./framework/copy-program";
import type { CopyResourceValues } from "./resources/copy-resources";
import { CopyResources, copyBlocks } from "./resources/copy-resources";
import type { ICopyResult } from "./vocabulary/copy-result";
import { RESULT_ATTRIBUTES } from "./vocabulary/copy-result";
import { defineAttributes } from "./framework/attributes";
import { wellFormed } from "./shapes/shapes";
import { BLOB_COPY } from "./vocabulary/options";
import { Problems } from "./framework/problems";
import { noSecretInUrls } from "./resources/preconditions";
import type { ReceiptAttribute } from "./intent/receipt";
import { receiptValue } from "./intent/receipt";
import type { Block, Resolve } from "./framework/resolution";
import { SecretVariables } from "./intent/secret-variables";
import { checkBlobCopy } from "./validation/blob-copy";
import { checkCompanionNames, checkSoleWriter } from "./validation/clashes";
import { isDeclaration } from "./validation/copy";
import { checkJsonOutput } from "./framework/json-output";

/**
 * A blob that must be at its destination, as declared, when the deploy is over: copied by the service itself, waited for, and
 * rolled back when the deploy does not finish.
 *
 * It becomes three `terraform_data` resources: `<id>` copies, `<id>_confirm` makes good for a deploy that was killed, and
 * `<id>_result` keeps the result; with `onDestroy: DELETE` or `wait: false` there is `<id>_destroy` too. Every attribute comes
 * from the result: whoever uses one, or names this construct in `dependsOn`, waits for the copy. With `forEach` every attribute
 * is a map by the iterator's key, to be read with `Fn.lookup(copy.etag, iterator.key)`.
 *
 * It has neither `lifecycle` nor `count` nor `provider`: with `create_before_destroy` a destroy would not act on what was replaced,
 * and the rest has nothing to act on.
 */
export class BlobCopy extends TerraformElement implements ICopyResult {
  static {
    defineAttributes(BlobCopy.prototype, RESULT_ATTRIBUTES, (copy, attribute) => copy.reference(attribute));
  }

  /** Type of the resources that it becomes, for the framework's test matchers. */
  static readonly tfResourceType = "terraform_data";

  declare readonly destinationUrl: string;
  declare readonly etag: string;
  declare readonly versionId: string;
  declare readonly copyId: string;
  declare readonly copyStatus: string;
  declare readonly bytesCopied: number;
  declare readonly lastModified: string;
  declare readonly contentMd5: string;
  declare readonly method: string;
  declare readonly completedOn: string;

  private readonly config: BlobCopyConfig;
  private readonly malformed: readonly string[];
  private readonly dependencies: string[] | undefined;
  private readonly program: CopyProgram;

  constructor(scope: Construct, id: string, config: BlobCopyConfig) {
    super(scope, id, BlobCopy.tfResourceType);
    const { options, problems } = wellFormed(config, BLOB_COPY);
    // Without types in between, what is required may be missing; validation says so, and nothing is made of it.
    this.config = options as BlobCopyConfig;
    this.malformed = problems;
    this.dependencies = options.dependsOn?.map((dependency) => dependable(dependency));
    this.program = CopyProgram.of(this);
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** Address of the resource that keeps the result, so that `dependsOn: [copy]` waits until the blob is there. */
  override get fqn(): string {
    const { names } = this;
    return Token.asString(ref(names.address(names.result), this.cdktfStack));
  }

  /** Called by the framework at synth. */
  override toTerraform(): unknown {
    if (!isDeclaration(this.config)) return {};
    return copyBlocks(BlobCopy.tfResourceType, this.names, (resolve) => this.values(resolve), this.rawOverrides as Block);
  }

  private values(resolve: Resolve): CopyResourceValues {
    const { config, names } = this;
    const owner = names.isForEach ? `${this.node.path}["\${each.key}"]` : this.node.path;
    const secrets = new SecretVariables(resolve);
    return {
      owner: this.node.path,
      intent: copyIntent(owner, config, secrets),
      fingerprint: fingerprint(config),
      destroy: actsOnDestroy(config)
        ? {
            intent: destroyIntent({ owner, deployment: this.program.deployment }, config, names.instance(names.result)),
            destination: config.destination._place,
          }
        : undefined,
      secrets: secrets.environment,
      deployment: this.program.deployment,
      script: this.program.script,
      preconditions: noSecretInUrls(config.source._place, config.destination._place),
      dependsOn: this.dependencies,
      forEach: config.forEach?._getForEachExpression(),
    };
  }

  private get names(): CopyResources {
    return new CopyResources(this.friendlyUniqueId, this.config.forEach !== undefined);
  }

  private reference(attribute: ReceiptAttribute) {
    const { names } = this;
    return ref(receiptValue(names.address(names.result), attribute, names.isForEach), this.cdktfStack);
  }

  private problems(): string[] {
    const problems = new Problems();
    checkJsonOutput(this, problems);
    for (const problem of this.malformed) problems.add(problem);
    checkBlobCopy(this.config, problems);
    checkCompanionNames(this, this.names.companions, problems);
    if (isDeclaration(this.config)) {
      checkSoleWriter(this, this.config, this.program.writers, problems);
    }
    return problems.list;
  }
}
