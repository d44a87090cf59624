import type { IResolvable, ITerraformDependable } from "cdktf";
import { TerraformElement, TerraformStack, Token, dependable, ref } from "cdktf";
import type { Construct } from "constructs";
import { DestroyPolicy, type SetReceipt } from "../src/intent";
import type { BlobCopySetConfig } from "./vocabulary/blob-copy-set-config";
import { copiesByKey, copyManifest, urlValues } from "./intent/copy-manifest";
import { CopyProgram } from "./framework/program/copy-program";
import type { CopyResourceValues } from "./resources/copy-resources";
import { CopyResources, copyBlocks } from "./resources/copy-resources";
import type { ICopyResult } from "./vocabulary/copy-result";
import { RESULT_ATTRIBUTES } from "./vocabulary/copy-result";
import { attributesBy } from "./framework/attributes";
import { wellFormedSet } from "./vocabulary/options";
import { Problems } from "./framework/problems";
import { allAsWritten, hclTemplate } from "./framework/hcl";
import { fitSet, noSecretInValues } from "./resources/preconditions";
import { projectFile } from "./framework/project-file";
import type { Block, Resolve } from "./framework/resolution";
import { remembering, resolveIn } from "./framework/resolution";
import { withLateTexts } from "./framework/late-texts";
import { declaredSet, spellingOf } from "./intent/declared-places";
import { SecretVariables } from "./intent/secret-variables";
import type { DeclaredPrefix } from "./intent/declared-copy";
import { manifestContainer } from "./intent/manifest-container";
import type { SetContent } from "./intent/set-intent";
import { manifestInventory, setDestroyIntent, setFingerprint, setIntent, writtenPrefixes } from "./intent/set-intent";
import { WantedResults } from "./intent/wanted-results";
import { StagedFiles } from "./framework/program/staged-files";
import { checkResourceNames, forgetNames } from "./validation/shared/resource-names";
import { checkDependencies } from "./validation/dependencies";
import { warnOfHold } from "./validation/blob-copy";
import { checkCopySet, isSetDeclaration } from "./validation/copy-set";
import { checkJsonOutput } from "./framework/json-output";
import { EarlierId } from "./validation/earlier-id";
import { nameIdOf, scopeOf } from "./shapes/ids";
import { checkResultKeys } from "./validation/result-keys";

const MANIFEST_NAME = "copies.ndjson";

/**
 * Ensures that many blobs are at their destinations, as declared, when the deploy is over. The
 * service itself copies them. One process runs the whole set, as fast as the service allows.
 *
 * The construct becomes three `terraform_data` resources, for any number of copies: `<id>` runs the
 * set, `<id>_confirm` runs it again if an earlier deploy was killed, and `<id>_result` keeps the
 * counts and the requested results. With `onDestroy: DELETE` there is also `<id>_destroy`. A
 * resource that uses an attribute, or names this construct in `dependsOn`, waits for the whole set.
 * The declared copies are in a file beside the synthesized configuration.
 */
export class BlobCopySet extends TerraformElement implements ITerraformDependable {
  /** Type of the construct's resources, for the framework's test matchers. */
  static readonly tfResourceType = "terraform_data";

  private readonly config: BlobCopySetConfig;
  private readonly malformed: string[];
  /** True if every copy in the list can be read. */
  private readonly isWhole: boolean;
  private readonly dependencies: string[] | undefined;
  private readonly program: CopyProgram;
  private readonly earlierId = new EarlierId(BlobCopySet.tfResourceType);
  private readonly stagedFiles: StagedFiles;
  private readonly wanted = new WantedResults(() => (this.isWhole && isSetDeclaration(this.config) ? (this.config.copies ?? []) : []));

  /**
   * @param scope the stack, or a construct in it
   * @param id id in its scope, from which Terraform's names are made. A new id needs `moveFromId`
   * with the old one
   * @param config the copies and their options
   */
  constructor(scope: Construct, id: string, config: BlobCopySetConfig) {
    super(scopeOf(scope, "BlobCopySet", TerraformStack), nameIdOf(scope, id, "BlobCopySet"), BlobCopySet.tfResourceType);
    const { options, problems, isWhole } = wellFormedSet(config);
    this.config = options;
    this.malformed = [...problems];
    this.isWhole = isWhole;
    this.dependencies = options.dependsOn?.map((dependency) => dependable(dependency));
    this.program = CopyProgram.of(this);
    this.stagedFiles = StagedFiles.of(this);
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** Number of blobs in the set. */
  get total(): number {
    return this.count("total");
  }

  /** Number of blobs that the last run copied. */
  get copied(): number {
    return this.count("copied");
  }

  /**
   * Number of blobs that the last run left as they were: already equal, or, with `IF_SOURCE_NEWER`,
   * not older than their source.
   */
  get skipped(): number {
    return this.count("skipped");
  }

  /**
   * Number of blobs that the last run could not copy. It is always 0, because a run with a failure
   * fails as a whole.
   */
  get failed(): number {
    return this.count("failed");
  }

  /** Number of blobs that the last run deleted at the destination, with `prune`. */
  get pruned(): number {
    return this.count("pruned");
  }

  /** Total size in bytes of the blobs that the last run copied. */
  get bytesCopied(): number {
    return this.count("bytesCopied");
  }

  /** Time at which the last run was completed: ISO 8601, UTC. */
  get completedOn(): string {
    return Token.asString(this.reference("completedOn"));
  }

  /**
   * Address of the resource that keeps the result, so that `dependsOn: [set]` waits until all blobs
   * are there.
   */
  override get fqn(): string {
    const { names } = this;
    return Token.asString(ref(names.address(names.result), this.cdktfStack));
  }

  /**
   * Returns the result of one copy. Asking for a new key runs the set again, which skips blobs that
   * are already at their destination.
   *
   * @param key key of a declared copy. With `from` and `to`, the name at the destination relative
   * to the prefix
   */
  result(key: string): ICopyResult {
    this.malformed.push(...this.wanted.take(key));
    const address = this.names.address(this.names.result);
    return attributesBy(RESULT_ATTRIBUTES, Token, (name) => ref(this.wanted.value(address, key, name), this.cdktfStack)) as ICopyResult;
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
    if (!this.isWhole || !isSetDeclaration(this.config)) return {};
    return copyBlocks(
      BlobCopySet.tfResourceType,
      this.names,
      (resolve) => this.values(remembering(resolve)),
      this.rawOverrides as Block,
      this.earlierId.written,
    );
  }

  private values(resolve: Resolve): CopyResourceValues {
    const { config } = this;
    const resultKeys = this.wanted.keys.map((key) => hclTemplate(key));
    const owner = this.node.path;
    const secrets = new SecretVariables(resolve);
    this.program.declare(owner, () => declaredSet(owner, config, this.container, remembering(resolveIn(this))));
    const content = this.content(secrets, resolve);
    const files = {
      manifestOut: config.manifestOut && projectFile(this, config.manifestOut),
      report: config.report && projectFile(this, config.report),
    };
    return {
      owner,
      intent: setIntent(owner, config, content, files, resultKeys),
      fingerprint: setFingerprint(config, content, resultKeys),
      destroy: this.destroyed(owner),
      secrets: secrets.environment,
      deployment: this.program.deployment,
      script: this.program.script,
      preconditions: [...noSecretInValues(urlValues(config.copies ?? [], resolve)), ...fitSet(content, resultKeys, resolve)],
      dependsOn: this.dependencies,
      forEach: undefined,
    };
  }

  /**
   * The resource does not wait for the copies: if a run of the set fails, a destroy must also
   * delete the blobs that it had copied. The inventory lists them.
   */
  private destroyed(owner: string): CopyResourceValues["destroy"] {
    const { container: to, names } = this;
    if (to === undefined) return undefined;
    const declared = { owner, deployment: this.program.deployment, spelling: spellingOf(to._place, resolveIn(this)) };
    return {
      intent: setDestroyIntent(declared, to, this.config.to === undefined ? names.copy : undefined),
      destination: allAsWritten(to._place),
      declared: this.program.declaredFile,
      dependsOn: this.dependencies,
    };
  }

  private content(secrets: SecretVariables, resolve: Resolve): SetContent {
    const { copies, from, to } = this.config;
    if (from !== undefined && to !== undefined) return { prefixes: writtenPrefixes(this.config, from, to, secrets) };
    const file = copyManifest(copiesByKey(copies ?? []), secrets, resolve);
    const { container, names, earlierId } = this;
    const inventory = container && manifestInventory(container, names.copy, earlierId.name, secrets);
    const path = this.stagedFiles.stage(names.copy, MANIFEST_NAME, file.content);
    return { manifest: { path, file, ...(inventory && { inventory }) } };
  }

  /** Container from which a destroy deletes; undefined if it does not delete. */
  private get container(): DeclaredPrefix | undefined {
    const { to, copies, onDestroy } = this.config;
    if (onDestroy !== DestroyPolicy.DELETE) return undefined;
    if (to !== undefined) return to;
    const container = manifestContainer(copies ?? [], remembering(resolveIn(this)));
    return typeof container === "number" ? undefined : container;
  }

  private get names(): CopyResources {
    return new CopyResources(this.friendlyUniqueId);
  }

  private count(attribute: keyof SetReceipt): number {
    return Token.asNumber(this.reference(attribute));
  }

  private reference(attribute: keyof SetReceipt): IResolvable {
    const { names } = this;
    return ref(`${names.address(names.result)}.output.${attribute}`, this.cdktfStack);
  }

  private problems(): string[] {
    const problems = new Problems();
    checkJsonOutput(this, problems);
    checkResourceNames(this, BlobCopySet.tfResourceType, this.names.companions, problems);
    checkDependencies(this, this.config.dependsOn, problems);
    for (const problem of this.malformed) problems.add(problem);
    this.earlierId.check(this, problems);
    if (!this.isWhole) return problems.list;
    const config = withLateTexts(this.config, remembering(resolveIn(this)), problems);
    if (config === undefined) return problems.list;
    checkCopySet(this, config, config.onDestroy === DestroyPolicy.DELETE, problems);
    warnOfHold(this, config);
    checkResultKeys(config, this.wanted.keys, problems);
    return problems.list;
  }
}
