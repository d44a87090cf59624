import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { BlobCopy, type BlobCopyProps, BlobDestination, BlobSource, Credential } from "../../../lib/aws-cdk";

/** A folder that stands in for the built package: these tests do not run the handlers. */
const dist = mkdtempSync(join(tmpdir(), "blob-copy-handlers-"));
for (const file of ["lambda/index.js", "lambda/federation.js", "program/identity.js"]) {
  mkdirSync(join(dist, file, ".."), { recursive: true });
  writeFileSync(join(dist, file), "");
}

export const ENDPOINT = "https://destination.blob.core.windows.net/";

export function newStack(): Stack {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "blob-copy-app-")), context: { "cdktf-azure-blob-copy/dist": dist } });
  return new Stack(app, "Stack");
}

const templates = new WeakMap<Stack, Template>();

/** Synthesizes a stack only once. */
export function templateOf(stack: Stack): Template {
  const known = templates.get(stack) ?? Template.fromStack(stack);
  templates.set(stack, known);
  return known;
}

export function secretOf(scope: Construct, id = "Secret"): Secret {
  return (scope.node.tryFindChild(id) as Secret | undefined) ?? new Secret(scope, id);
}

export function copyIn(stack: Stack, props: Partial<BlobCopyProps> = {}, id = "Copy"): BlobCopy {
  return new BlobCopy(stack, id, {
    source: BlobSource.fromUrl("https://source.blob.core.windows.net/models/v3.onnx"),
    destination: BlobDestination.fromContainer({
      blobEndpoint: ENDPOINT,
      containerName: "models",
      blobName: "v3.onnx",
      credential: Credential.fromSecretsManager(secretOf(stack)),
    }),
    ...props,
  });
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

export function customResource(stack: Stack): Resource {
  const [resource] = Object.values(templateOf(stack).findResources(BlobCopy.RESOURCE_TYPE));
  if (resource === undefined) throw new Error("there is no copy in the template");
  return resource as Resource;
}

/**
 * A property that is JSON, filled in as the handler does it, with `${…}` for CloudFormation's
 * values.
 */
export function jsonIn(stack: Stack, property: "Intent" | "Fingerprint"): unknown {
  const { Properties } = customResource(stack);
  const json = JSON.parse(shown(Properties[property])) as object;
  for (const { Is, At } of (Properties["Values"] ?? []) as readonly { readonly Is: unknown; readonly At: readonly string[][] }[])
    for (const [name, ...path] of At) if (name === property) put(json, path, shown(Is));
  return json;
}

function put(of: object, [name = "", ...path]: readonly string[], value: string): void {
  if (path.length === 0) Reflect.set(of, name, value);
  else put(Reflect.get(of, name) as object, path, value);
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  const joined =
    typeof value === "object" && value !== null && "Fn::Join" in value ? (value["Fn::Join"] as [string, unknown[]])[1] : [value];
  return joined.map((part) => (typeof part === "string" ? part : `\${${Object.values(part as object).join(".")}}`)).join("");
}

/** Statements of the policies of the copies' role. */
export function statements(stack: Stack): readonly unknown[] {
  const policies = templateOf(stack).findResources("AWS::IAM::Policy", {
    Properties: { Roles: [{ Ref: Match.stringLikeRegexp("^AzureBlobCopyProviderRole") }] },
  });
  return Object.values(policies).flatMap(
    (policy) => (policy as { Properties: { PolicyDocument: { Statement: unknown[] } } }).Properties.PolicyDocument.Statement,
  );
}
