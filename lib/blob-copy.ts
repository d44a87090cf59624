import { TerraformElement, TerraformStack, Token, dependable, ref } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { BlobCopyConfig } from "./vocabulary/blob-copy-config";
import { actsOnDestroy, copyIntent, destroyIntent, fingerprint } from "./intent/copy-intent";
import { CopyProgram } from "./framework/program/copy-program";
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
import { knownUrl, receiptValue } from "./intent/receipt";
import type { Block, Resolve } from "./framework/resolution";
import { remembering, resolveIn } from "./framework/resolution";
import { withLateTexts } from "./framework/late-texts";
import { allAsWritten } from "./framework/hcl";
import { declaredPlaces, spellingOf } from "./intent/declared-places";
import { DestroyPolicy } from "../src/intent";
import { SecretVariables } from "./intent/secret-variables";
import { checkBlobCopy, warnOfHold } from "./validation/blob-copy";
import { checkSoleWriter } from "./validation/shared/clashes";
import { checkResourceNames, forgetNames } from "./validation/shared/resource-names";
import { checkDependencies } from "./validation/dependencies";
import { checkIterators } from "./validation/iterators";
import { isDeclaration } from "./validation/copy";
import { EarlierId } from "./validation/earlier-id";
import { nameIdOf, scopeOf } from "./shapes/ids";
import { checkJsonOutput } from "./framework/json-output";

/**
 * Ensures that a blob is at its destination, as declared, when the deploy is over. The service
 * itself copies it. The deploy waits for the copy, and rolls it back when the deploy does not
 * finish.
 *
 * The construct becomes three `terraform_data` resources: `<id>` copies, `<id>_confirm` copies
 * again if an earlier deploy was killed, and `<id>_result` keeps the result. With
 * `onDestroy: DELETE` or `wait: false` there is also `<id>_destroy`. Every attribute comes from the
 * result, so a resource that uses one, or names this construct in `dependsOn`, waits for the copy.
 * With `forEach` every attribute is a map by the iterator's key: read it with
 * `Fn.lookup(copy.etag, iterator.key)`.
 *
 * The construct does not take `lifecycle`, `count` or `provider`. With `create_before_destroy`, a
 * destroy would not act on the replaced resource. The others have nothing to act on.
 */
export class BlobCopy extends TerraformElement implements ICopyResult, ITerraformDependable {
  static {
    defineAttributes(BlobCopy.prototype, RESULT_ATTRIBUTES, Token, (copy, attribute) => copy.reference(attribute));
  }

  /** Type of the construct's resources, for the framework's test matchers. */
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
  declare readonly destinationSnapshot: string;

  private readonly config: BlobCopyConfig;
  private readonly malformed: string[];
  private readonly dependencies: string[] | undefined;
  private readonly program: CopyProgram;
  private readonly earlierId = new EarlierId(BlobCopy.tfResourceType);

  /**
   * @param scope the stack, or a construct in it
   * @param id id in its scope, from which Terraform's names are made. A new id needs `moveFromId`
   * with the old one
   * @param config the source, the destination and the options of the copy
   */
  constructor(scope: Construct, id: string, config: BlobCopyConfig) {
    super(scopeOf(scope, "BlobCopy", TerraformStack), nameIdOf(scope, id, "BlobCopy"), BlobCopy.tfResourceType);
    const { options, problems } = wellFormed(config, BLOB_COPY);
    // Without a type checker, required options may be missing. Validation reports them, and the
    // construct then makes no resources.
    this.config = options as BlobCopyConfig;
    this.malformed = [...problems];
    this.dependencies = options.dependsOn?.map((dependency) => dependable(dependency));
    this.program = CopyProgram.of(this);
    this.node.addValidation({ validate: () => this.problems() });
  }

  /**
   * Address of the resource that keeps the result, so that `dependsOn: [copy]` waits until the blob
   * is there.
   */
  override get fqn(): string {
    const { names } = this;
    return Token.asString(ref(names.address(names.result), this.cdktfStack));
  }

  /**
   * Declares an earlier id of this construct, so that Terraform renames its resources instead of
   * copying again. Keep the call until every deployment has been applied with it.
   *
   * @param id the earlier id of the construct. For a construct below another construct, the earlier
   * name in the configuration (after `terraform_data.`)
   */
  moveFromId(id: string): void {
    this.malformed.push(...this.earlierId.take(id));
  }

  /** Called by the framework at synth. */
  override toTerraform(): unknown {
    forgetNames(this);
    if (!isDeclaration(this.config)) return {};
    return copyBlocks(
      BlobCopy.tfResourceType,
      this.names,
      (resolve) => this.values(resolve),
      this.rawOverrides as Block,
      this.earlierId.written,
    );
  }

  private values(resolve: Resolve): CopyResourceValues {
    const { config, names } = this;
    const owner = names.isForEach ? `${this.node.path}["\${each.key}"]` : this.node.path;
    const secrets = new SecretVariables(resolve);
    this.program.declare(this.node.path, () =>
      declaredPlaces(this.node.path, config.destination._place, config.forEach?._getForEachExpression(), resolveIn(this)),
    );
    return {
      owner: this.node.path,
      intent: copyIntent(owner, config, secrets),
      fingerprint: fingerprint(config),
      destroy: actsOnDestroy(config)
        ? {
            intent: destroyIntent(
              { owner, deployment: this.program.deployment, spelling: spellingOf(config.destination._place, resolveIn(this)) },
              config,
              names.instance(names.result),
            ),
            destination: allAsWritten(config.destination._place),
            declared: config.onDestroy === DestroyPolicy.DELETE ? this.program.declaredFile : undefined,
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
    const address = names.address(names.result);
    const isPlain = attribute === "destinationUrl" && !names.isForEach && isDeclaration(this.config);
    const url = isPlain ? knownUrl(this.config.destination._place, address) : undefined;
    return ref(url ?? receiptValue(address, attribute, names.isForEach), this.cdktfStack);
  }

  private problems(): string[] {
    const problems = new Problems();
    checkJsonOutput(this, problems);
    for (const problem of this.malformed) problems.add(problem);
    this.earlierId.check(this, problems);
    checkResourceNames(this, BlobCopy.tfResourceType, this.names.companions, problems);
    checkDependencies(this, this.config.dependsOn, problems);
    const config = withLateTexts(this.config, remembering(resolveIn(this)), problems);
    if (config === undefined) return problems.list;
    checkBlobCopy(config, problems);
    warnOfHold(this, config);
    if (isDeclaration(config)) {
      checkIterators(this, config, problems);
      checkSoleWriter(this, config, problems);
    }
    return problems.list;
  }
}
