import { CustomResource, Stack, Token } from "aws-cdk-lib/core";
import type { IGrantable, IPrincipal } from "aws-cdk-lib/aws-iam";
import { idOf, scopeOf } from "../shapes/ids";
import { Construct } from "constructs";
import { CredentialKind, INTENT_VERSION, RecopyPolicy } from "../../src/intent";
import { Problems } from "../framework/problems";
import { reference, resultingOptions, writtenOptions } from "../intent/declared-copy";
import { validatedFirst } from "./framework/validated-first";
import { remembering, resolveIn } from "../framework/resolution";
import { withLateTexts } from "../framework/late-texts";
import { wellFormed } from "../shapes/shapes";
import { checkBlobCopy } from "../validation/blob-copy";
import { checkSoleWriter } from "../validation/shared/clashes";
import { isDeclaration } from "../validation/copy";
import { type ICopyResult, RESULT_ATTRIBUTES } from "../vocabulary/copy-result";
import { attributesProperty } from "./attributes-property";
import { BlobCopyProvider } from "./provider/blob-copy-provider";
import { checkCustomResource, DEFAULT_TIMEOUT, destroyPolicyOf } from "./custom-resource-limits";
import { ValuesApart } from "./values-apart";
import { BLOB_COPY_PROPS, type BlobCopyProps } from "./vocabulary/blob-copy-props";

/**
 * Ensures that a blob is at its destination, as declared, when the stack is deployed. The service
 * itself copies it. The deployment waits for the copy, and rolls it back when it fails or
 * CloudFormation rolls the stack back.
 *
 * The construct becomes one custom resource. A resource that uses one of its attributes, or depends
 * on this construct, waits for the copy.
 */
export class BlobCopy extends Construct implements ICopyResult, IGrantable {
  /** Type of the custom resource. */
  static readonly RESOURCE_TYPE = "Custom::AzureBlobCopy";

  /** Provider that runs the copy. */
  readonly provider: BlobCopyProvider;
  private readonly resource: CustomResource;
  private readonly props: BlobCopyProps;
  private readonly malformed: readonly string[];

  constructor(scope: Construct, id: string, props: BlobCopyProps) {
    super(scopeOf(scope, "BlobCopy", Stack), idOf(scope, id, "BlobCopy"));
    const { options, problems } = wellFormed(props, BLOB_COPY_PROPS);
    // Without a type checker, required options may be missing. Validation reports them, and the
    // resource then has no properties.
    this.props = options as BlobCopyProps;
    this.malformed = problems;
    this.provider = this.props.provider ?? BlobCopyProvider.of(this);
    this.resource = new CustomResource(this, "Resource", {
      serviceToken: this.provider.serviceToken,
      resourceType: BlobCopy.RESOURCE_TYPE,
      properties: isDeclaration(this.props) ? this.properties() : {},
    });
    this.resource.node.addDependency(this.provider);
    this.node.addValidation({ validate: () => this.problems() });
  }

  get grantPrincipal(): IPrincipal {
    return this.provider.grantPrincipal;
  }

  get destinationUrl(): string {
    return this.resource.getAttString("destinationUrl");
  }

  get etag(): string {
    return this.resource.getAttString("etag");
  }

  get versionId(): string {
    return this.resource.getAttString("versionId");
  }

  get copyId(): string {
    return this.resource.getAttString("copyId");
  }

  get copyStatus(): string {
    return this.resource.getAttString("copyStatus");
  }

  get bytesCopied(): number {
    return Token.asNumber(this.resource.getAtt("bytesCopied"));
  }

  get lastModified(): string {
    return this.resource.getAttString("lastModified");
  }

  get contentMd5(): string {
    return this.resource.getAttString("contentMd5");
  }

  get method(): string {
    return this.resource.getAttString("method");
  }

  get completedOn(): string {
    return this.resource.getAttString("completedOn");
  }

  get destinationSnapshot(): string {
    return this.resource.getAttString("destinationSnapshot");
  }

  private properties(): Record<string, unknown> {
    const { source, destination, wait, timeout = DEFAULT_TIMEOUT, rollback, recopy, copyTriggers, removalPolicy } = this.props;
    for (const { _credential: credential } of [source, destination]) credential?._grantTo(this.provider);
    const stack = Stack.of(this);
    const anonymous = { credential: { kind: CredentialKind.ANONYMOUS } };
    const intent = {
      version: INTENT_VERSION,
      owner: this.node.path,
      copies: [
        {
          source: { ...anonymous, ...reference(source, undefined) },
          destination: reference(destination, undefined),
          ...writtenOptions(this.props),
        },
      ],
      wait,
      timeoutMilliseconds: timeout.toMilliseconds(),
      rollback,
      recopy,
    };
    const fingerprint = {
      source: source._place,
      destination: destination._place,
      ...resultingOptions(this.props, undefined),
      copyTriggers,
      synthesizedAt: recopy === RecopyPolicy.EVERY_DEPLOY ? new Date().toISOString() : undefined,
    };
    const values = new ValuesApart();
    return {
      Intent: validatedFirst(this, this.props, stack.toJsonString(values.of("Intent", intent))),
      Values: values.property,
      Fingerprint: stack.toJsonString(fingerprint),
      Attributes: attributesProperty(Object.keys(RESULT_ATTRIBUTES)),
      OnDestroy: destroyPolicyOf(removalPolicy),
    };
  }

  private problems(): string[] {
    const problems = new Problems();
    for (const problem of this.malformed) problems.add(problem);
    const { timeout, removalPolicy, ...given } = this.props;
    const declared = withLateTexts(given, remembering(resolveIn(this)), problems);
    if (declared === undefined) return problems.list;
    checkBlobCopy(declared, problems);
    checkCustomResource({ timeout, removalPolicy, wait: declared.wait }, declared.destination, problems);
    if (isDeclaration(declared)) checkSoleWriter(this, { ...declared, onDestroy: destroyPolicyOf(removalPolicy) }, problems);
    return problems.list;
  }
}
