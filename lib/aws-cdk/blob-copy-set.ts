import { CustomResource, Lazy, RemovalPolicy, Stack, Token } from "aws-cdk-lib/core";
import type { IGrantable, IPrincipal } from "aws-cdk-lib/aws-iam";
import { idOf, scopeOf } from "../shapes/ids";
import { Construct } from "constructs";
import { DEFAULT_CONCURRENCY, INTENT_VERSION, RecopyPolicy } from "../../src/intent";
import { Problems } from "../framework/problems";
import { validatedFirst } from "./framework/validated-first";
import { remembering, resolveIn } from "../framework/resolution";
import { withLateTexts } from "../framework/late-texts";
import { bytesPerSecond } from "../intent/bandwidth";
import { reference, resultingOptions, writtenOptions } from "../intent/declared-copy";
import { checkCopySet, isSetDeclaration } from "../validation/copy-set";
import { checkResultKeys } from "../validation/result-keys";
import type { ICopyResult } from "../vocabulary/copy-result";
import { attributesProperty } from "./attributes-property";
import { checkCustomResource, DEFAULT_TIMEOUT, destroyPolicyOf } from "./custom-resource-limits";
import { BlobCopyProvider } from "./provider/blob-copy-provider";
import { ANONYMOUS, checkListOfCopies, listOfCopies } from "./list-of-copies";
import { SetResults } from "./set-results";
import { ValuesApart } from "./values-apart";
import { type BlobCopySetProps, wellFormedSet } from "./vocabulary/blob-copy-set-props";

const COUNTS = ["total", "copied", "skipped", "pruned", "bytesCopied"] as const;

/**
 * Ensures that many blobs are at their destinations, as declared, when the stack is deployed:
 * everything below a prefix, or a list. The service itself copies them. The deployment waits for
 * all of them, and rolls back the whole set when one copy fails or CloudFormation rolls the stack
 * back.
 *
 * The construct becomes one custom resource. A resource that uses one of its attributes, or depends
 * on this construct, waits for the whole set.
 */
export class BlobCopySet extends Construct implements IGrantable {
  /** Type of the custom resource. */
  static readonly RESOURCE_TYPE = "Custom::AzureBlobCopySet";

  /** Provider that runs the set. */
  readonly provider: BlobCopyProvider;
  private readonly resource: CustomResource;
  private readonly props: BlobCopySetProps;
  private readonly malformed: readonly string[];
  /** True if every copy in the list can be read. */
  private readonly isWhole: boolean;
  private readonly results = new SetResults(() => this.resource);

  constructor(scope: Construct, id: string, props: BlobCopySetProps) {
    super(scopeOf(scope, "BlobCopySet", Stack), idOf(scope, id, "BlobCopySet"));
    const { options, problems, isWhole } = wellFormedSet(props);
    this.props = options;
    this.malformed = problems;
    this.isWhole = isWhole;
    this.provider = this.props.provider ?? BlobCopyProvider.of(this);
    const isDeclared = isWhole && isSetDeclaration(this.props);
    if (isDeclared) this.grant();
    this.resource = new CustomResource(this, "Resource", {
      serviceToken: this.provider.serviceToken,
      resourceType: BlobCopySet.RESOURCE_TYPE,
      properties: isDeclared ? this.properties() : {},
    });
    this.resource.node.addDependency(this.provider);
    this.node.addValidation({ validate: () => this.problems() });
  }

  get grantPrincipal(): IPrincipal {
    return this.provider.grantPrincipal;
  }

  /** Number of blobs in the set. */
  get total(): number {
    return this.count("total");
  }

  /** Number of blobs that the last run copied. */
  get copied(): number {
    return this.count("copied");
  }

  /** Number of blobs that the last run left as they were. */
  get skipped(): number {
    return this.count("skipped");
  }

  /**
   * Number of blobs that had lost their source before the last run, with `prune`. They are deleted
   * when the stack is deployed.
   */
  get pruned(): number {
    return this.count("pruned");
  }

  /** Total size in bytes of the blobs that the last run copied. */
  get bytesCopied(): number {
    return this.count("bytesCopied");
  }

  /** Time at which the last run was completed: ISO 8601, UTC. */
  get completedOn(): string {
    return this.resource.getAttString("completedOn");
  }

  private count(name: (typeof COUNTS)[number]): number {
    return Token.asNumber(this.resource.getAtt(name));
  }

  /**
   * Returns the result of one copy. Asking for a new key runs the set again, which skips blobs that
   * are already at their destination. A response to CloudFormation has room for some 50 attributes.
   *
   * @param key key of a declared copy. With `from` and `to`, the name at the destination relative
   * to the prefix
   */
  result(key: string): ICopyResult {
    return this.results.result(key);
  }

  private properties(): Record<string, unknown> {
    const { copies = [], from, to, include, exclude, rename, removalPolicy } = this.props;
    const { prune = false, allowEmpty, recopy, copyTriggers } = this.props;
    const stack = Stack.of(this);
    // The keys passed to result() are known only after everything else has been declared.
    const late = (value: () => unknown) => Lazy.uncachedString({ produce: () => stack.toJsonString(value()) });
    const ofRun = { copyTriggers, synthesizedAt: recopy === RecopyPolicy.EVERY_DEPLOY ? new Date().toISOString() : undefined };
    const resultKeys = () => (this.results.keys.length > 0 ? this.results.keys : undefined);
    const common = {
      Attributes: attributesProperty([...COUNTS, "completedOn"]),
      Results: Lazy.uncachedString({ produce: () => (resultKeys() === undefined ? undefined : JSON.stringify(this.results.list)) }),
      OnDestroy: destroyPolicyOf(removalPolicy),
    };
    const values = new ValuesApart();
    const json = (property: string, declared: object) => stack.toJsonString(values.of(property, declared));
    const intent = (content: object) => validatedFirst(this, this.props, json("Intent", this.intent(content)));
    if (from === undefined || to === undefined) {
      const list = listOfCopies(copies);
      return {
        Intent: intent({ manifest: { file: "copies", values: [] } }),
        Copies: json("Copies", list.written),
        Values: values.property,
        Fingerprint: late(() => ({ copies: list.fingerprint, resultKeys: resultKeys(), ...ofRun })),
        ...common,
      };
    }
    const names = { include, exclude, rename };
    const sides = { source: { ...ANONYMOUS, ...reference(from, undefined) }, destination: reference(to, undefined) };
    // In the form that earlier versions wrote, so that an upgrade alone does not run a set again.
    const fingerprinted = { include: include ?? [], exclude: exclude ?? [], rename: rename ?? {} };
    const places = { source: from._place, destination: to._place, ...fingerprinted, prune, ...resultingOptions(this.props, undefined) };
    return {
      Intent: intent({ prefixes: { ...sides, ...names, options: writtenOptions(this.props) }, prune, allowEmpty }),
      Values: values.property,
      Fingerprint: late(() => ({ ...places, ...ofRun, resultKeys: resultKeys() })),
      ...common,
    };
  }

  private intent(content: object): object {
    const { maxConcurrency = DEFAULT_CONCURRENCY, maxFailures = 0, bandwidth, timeout = DEFAULT_TIMEOUT, rollback, recopy } = this.props;
    const limits = { maxConcurrency, maxFailures, bandwidthBytesPerSecond: bytesPerSecond(bandwidth) };
    return {
      version: INTENT_VERSION,
      owner: this.node.path,
      copies: [],
      set: { atomic: false, prune: false, ...content, ...limits, resultKeys: [] },
      timeoutMilliseconds: timeout.toMilliseconds(),
      rollback,
      recopy,
    };
  }

  private grant(): void {
    const { copies = [], from, to } = this.props;
    const sides = [from, to, ...copies.flatMap(({ source, destination }) => [source, destination])];
    for (const credential of new Set(sides.map((side) => side?._credential))) credential?._grantTo(this.provider);
  }

  private problems(): string[] {
    const problems = new Problems();
    for (const problem of this.malformed) problems.add(problem);
    if (!this.isWhole) return problems.list;
    const { timeout, removalPolicy, ...given } = this.props;
    const declared = withLateTexts(given, remembering(resolveIn(this)), problems);
    if (declared === undefined) return problems.list;
    checkCopySet(this, declared, removalPolicy === RemovalPolicy.DESTROY, problems);
    checkResultKeys(declared, this.results.keys, problems);
    this.results.check(problems);
    checkCustomResource({ timeout, removalPolicy }, declared.to, problems);
    if (declared.copies !== undefined && isSetDeclaration(declared)) checkListOfCopies(this, declared.copies, problems);
    return problems.list;
  }
}
