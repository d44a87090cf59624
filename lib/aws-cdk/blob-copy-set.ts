import { CustomResource, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import type { IGrantable, IPrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { CredentialKind, DEFAULT_CONCURRENCY, DestroyPolicy, INTENT_VERSION, RecopyPolicy } from "../../src/intent";
import { Problems } from "../framework/problems";
import { reference, resultingOptions, writtenOptions } from "../intent/declared-copy";
import { wellFormed } from "../shapes/shapes";
import { checkCopySet, isSetDeclaration } from "../validation/copy-set";
import { checkCustomResource, DEFAULT_TIMEOUT } from "./custom-resource-limits";
import { BlobCopyProvider } from "./provider/blob-copy-provider";
import { BLOB_COPY_SET_PROPS, type BlobCopySetProps } from "./vocabulary/blob-copy-set-props";

/**
 * Everything below a prefix that must be at its destination, as declared, when the stack is deployed: copied by the service itself, waited
 * for, and rolled back as a whole when one copy fails or CloudFormation rolls the stack back.
 *
 * It becomes one custom resource. Whoever uses an attribute, or depends on this construct, waits for the whole set.
 */
export class BlobCopySet extends Construct implements IGrantable {
  /** Type of the custom resource. */
  static readonly RESOURCE_TYPE = "Custom::AzureBlobCopySet";

  /** What runs the set. */
  readonly provider: BlobCopyProvider;
  private readonly resource: CustomResource;
  private readonly props: BlobCopySetProps;
  private readonly malformed: readonly string[];

  constructor(scope: Construct, id: string, props: BlobCopySetProps) {
    super(scope, id);
    const { options, problems } = wellFormed(props, BLOB_COPY_SET_PROPS);
    // Without types in between, what is required may be missing; validation says so, and nothing is made of it.
    this.props = options as BlobCopySetProps;
    this.malformed = problems;
    this.provider = this.props.provider ?? BlobCopyProvider.of(this);
    this.resource = new CustomResource(this, "Resource", {
      serviceToken: this.provider.serviceToken,
      resourceType: BlobCopySet.RESOURCE_TYPE,
      properties: isSetDeclaration({ from: this.props.from, to: this.props.to }) ? this.properties() : {},
    });
    this.resource.node.addDependency(this.provider);
    this.node.addValidation({ validate: () => this.problems() });
  }

  get grantPrincipal(): IPrincipal {
    return this.provider.grantPrincipal;
  }

  /** How many blobs the set has. */
  get total(): number {
    return this.count("total");
  }

  /** How many were copied in the last run. */
  get copied(): number {
    return this.count("copied");
  }

  /** How many were left as they were in the last run. */
  get skipped(): number {
    return this.count("skipped");
  }

  /** How many lost their source before the last run, with `prune`: they are deleted when the stack is deployed. */
  get pruned(): number {
    return this.count("pruned");
  }

  /** Bytes of the blobs that were copied in the last run. */
  get bytesCopied(): number {
    return this.count("bytesCopied");
  }

  /** When the last run was completed: ISO 8601, UTC. */
  get completedOn(): string {
    return this.resource.getAttString("completedOn");
  }

  private count(name: string): number {
    return Token.asNumber(this.resource.getAtt(name));
  }

  private properties(): Record<string, unknown> {
    const { from, to, include = [], exclude = [], rename = {}, timeout = DEFAULT_TIMEOUT, removalPolicy } = this.props;
    const { prune = false, allowEmpty, rollback, recopy, copyTriggers } = this.props;
    for (const { _credential: credential } of [from, to]) credential?._grantTo(this.provider);
    const stack = Stack.of(this);
    const anonymous = { credential: { kind: CredentialKind.ANONYMOUS } };
    const names = { include, exclude, rename };
    const prefixes = { source: { ...anonymous, ...reference(from, undefined) }, destination: reference(to, undefined), ...names };
    const intent = {
      version: INTENT_VERSION,
      owner: this.node.path,
      copies: [],
      set: {
        prefixes: { ...prefixes, options: writtenOptions(this.props) },
        atomic: false,
        prune,
        allowEmpty,
        maxConcurrency: DEFAULT_CONCURRENCY,
        maxFailures: 0,
        resultKeys: [],
      },
      timeoutMilliseconds: timeout.toMilliseconds(),
      rollback,
      recopy,
    };
    const fingerprint = {
      source: from._place,
      destination: to._place,
      ...names,
      prune,
      ...resultingOptions(this.props, undefined),
      copyTriggers,
      synthesizedAt: recopy === RecopyPolicy.EVERY_DEPLOY ? new Date().toISOString() : undefined,
    };
    return {
      Intent: stack.toJsonString(intent),
      Fingerprint: stack.toJsonString(fingerprint),
      OnDestroy: removalPolicy === RemovalPolicy.DESTROY ? DestroyPolicy.DELETE : DestroyPolicy.RETAIN,
    };
  }

  private problems(): string[] {
    const problems = new Problems();
    for (const problem of this.malformed) problems.add(problem);
    const { timeout, removalPolicy, ...declared } = this.props;
    checkCopySet(this, declared, this.provider._writers, problems);
    checkCustomResource({ timeout, removalPolicy }, declared.to, problems);
    return problems.list;
  }
}
