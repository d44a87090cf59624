import { relative } from "node:path";
import type { TerraformStack } from "cdktf";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, CopyMethod, Credential } from "../../lib";
import { type Identity, SignInWorld } from "../support/sign-in";
import { identitiesSeen } from "../support/sign-in/identities-seen";
import { CdktfProject } from "../support/terraform/cdktf-project";
import type { ProcessResult } from "../support/terraform/terraform";
import { describeWithTerraform } from "../support/terraform/terraform";

jest.setTimeout(300_000);

interface SignedInCopy {
  readonly source: Credential;
  readonly destination: Credential;
  readonly variables?: Readonly<Record<string, string>>;
  readonly method?: CopyMethod;
  /** The identity that the service must see; undefined: none, because a key is used. */
  readonly reader: Identity | undefined;
  readonly writer: Identity | undefined;
}

const DEFAULT = Credential.defaultAzureCredential();
const key = (account: string) => Credential.accountKeyFromEnvironment(`${account.toUpperCase()}_KEY`, { accountName: account });
const SIDES = ["source", "destination", "both"] as const;
/**
 * The sides on which the identity with this number is tried: one side each, in turn, unless all are
 * requested.
 */
const sidesOf = (index: number) => (process.env.SIGN_IN_SIDES === "all" ? SIDES : SIDES.filter((_, side) => side === index % SIDES.length));
/** Variables of the whole deploy. Each copy with its own variables empties them. */
const DEPLOY_WIDE = ["ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET"];

/** One identity on one side, with a key on the other side, or on both sides. */
function onSide(side: (typeof SIDES)[number], credential: Credential, identity: Identity, more: Partial<SignedInCopy> = {}): SignedInCopy {
  const [isReader, isWriter] = [side !== "destination", side !== "source"];
  return {
    source: isReader ? credential : key("source"),
    destination: isWriter ? credential : key("dest"),
    // Copy Blob needs a SAS made with a token; AUTO sends the token in a header.
    method: side === "source" ? CopyMethod.COPY_BLOB : CopyMethod.AUTO,
    reader: isReader ? identity : undefined,
    writer: isWriter ? identity : undefined,
    ...more,
  };
}

function explicit(world: SignInWorld): [string, Credential, Identity][] {
  const { tenantId, clientId } = world.application;
  const principal = { tenantId, clientId };
  return [
    ["client secret", Credential.servicePrincipal({ ...principal, clientSecretEnvironment: "OUR_SECRET" }), world.application],
    ["certificate", Credential.servicePrincipal({ ...principal, certificatePathEnvironment: "OUR_CERTIFICATE" }), world.application],
    ["managed identity", Credential.managedIdentity(), world.machine],
    ["user-assigned identity", Credential.managedIdentity({ clientId: world.userAssigned.clientId }), world.userAssigned],
    ["workload identity", Credential.workloadIdentity({ ...principal, tokenFileEnvironment: "OUR_TOKEN" }), world.application],
    ["Azure CLI", Credential.azureCli(), world.user],
    ["Azure CLI of a tenant", Credential.azureCli({ tenantId: world.theirs }), world.userThere],
  ];
}

function copiesOf(world: SignInWorld): Map<string, SignedInCopy> {
  const copies = new Map<string, SignedInCopy>();
  for (const [index, [name, { variables, identity }]] of Object.entries(world.ways).entries()) {
    const own = { ...Object.fromEntries(DEPLOY_WIDE.map((variable) => [variable, ""])), ...variables };
    for (const side of sidesOf(index)) copies.set(`${name}: ${side}`, onSide(side, DEFAULT, identity, { variables: own }));
  }
  for (const [index, [name, credential, identity]] of explicit(world).entries())
    for (const side of sidesOf(index)) copies.set(`declared ${name}: ${side}`, onSide(side, credential, identity));
  const theirs = inTenant(world.theirApplication, "THEIR_SECRET", world.userThere);
  const ours = inTenant(world.application, "OUR_SECRET", world.user);
  for (const [index, [from, source, reader]] of theirs.entries())
    for (const [other, [to, destination, writer]] of [...ours, ["the provider's", DEFAULT, world.application] as const].entries()) {
      // Each kind of source with a token in a header, and with a SAS made with a token.
      const method = (index + other) % 2 === 0 ? CopyMethod.AUTO : CopyMethod.COPY_BLOB;
      copies.set(`two tenants: ${from} to ${to} by ${method}`, { source, destination, method, reader, writer });
    }
  return copies;
}

/** Each way to declare that one side is in another tenant. */
function inTenant(application: Identity, secret: string, user: Identity): [string, Credential, Identity][] {
  const { tenantId, clientId } = application;
  const principal = { tenantId, clientId };
  return [
    ["client secret", Credential.servicePrincipal({ ...principal, clientSecretEnvironment: secret }), application],
    ["certificate", Credential.servicePrincipal({ ...principal, certificatePathEnvironment: "OUR_CERTIFICATE" }), application],
    ["workload identity", Credential.workloadIdentity({ ...principal, tokenFileEnvironment: "OUR_TOKEN" }), application],
    ["Azure CLI", Credential.azureCli({ tenantId }), user],
  ];
}

describeWithTerraform("a deploy over TLS that signs in with Entra ID", () => {
  let world: SignInWorld;
  let project: CdktfProject;
  let applied: ProcessResult;
  let copies: Map<string, SignedInCopy>;

  const place = (account: string, blobName: string, credential: Credential) => ({
    blobEndpoint: world.service.endpoint(account),
    containerName: "data",
    blobName,
    credential,
  });

  /** Makes paths of files relative to the folder in which Terraform runs. */
  function fromThere(variables: Readonly<Record<string, string>>): Record<string, string> {
    const seen = (value: string) =>
      /^[^:]+$/.test(value) && value.startsWith(world.folder) ? relative(project.stackDirectory, value) : value;
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, seen(value)]));
  }

  function declare(stack: TerraformStack): void {
    for (const [index, { source, destination, method = CopyMethod.AUTO, variables = {} }] of [...copies.values()].entries()) {
      const copy = new BlobCopy(stack, `copy-${index}`, {
        source: BlobSource.fromContainer(place("source", `${index}.bin`, source)),
        destination: BlobDestination.fromContainer(place("dest", `${index}.bin`, destination)),
        method,
      });
      // One process for each identity, in one deploy.
      for (const [name, value] of Object.entries(fromThere(variables)))
        copy.addOverride(`provisioner.0.local-exec.environment.${name}`, value);
    }
    const many = (account: string) => ({ blobEndpoint: world.service.endpoint(account), containerName: "many", credential: DEFAULT });
    new BlobCopySet(stack, "set", {
      from: BlobSource.fromPrefix(many("source")),
      to: BlobDestination.fromPrefix(many("dest")),
    });
  }

  beforeAll(async () => {
    world = await SignInWorld.start();
    const [source, dest] = [world.service.account("source"), world.service.account("dest")];
    copies = copiesOf(world);
    for (const index of Array.from(copies.keys()).keys()) source.putBlob("data", `${index}.bin`, { content: `content of ${index}` });
    for (const name of ["a", "b", "c"]) source.putBlob("many", name, { content: name });
    for (const name of ["data", "many"]) dest.createContainer(name);
    project = new CdktfProject();
    project.synth(declare);
    const env = fromThere({
      ...world.surroundings,
      // The whole deploy has the provider's variables.
      ARM_TENANT_ID: world.ours,
      ARM_CLIENT_ID: world.application.clientId,
      ARM_CLIENT_SECRET: world.application.secret,
      SOURCE_KEY: source.key,
      DEST_KEY: dest.key,
      OUR_SECRET: world.application.secret,
      OUR_CERTIFICATE: world.file("application.pem"),
      OUR_TOKEN: world.file("token.txt"),
      THEIR_SECRET: world.theirApplication.secret,
    });
    applied = await project.apply({ env });
  });
  afterAll(async () => {
    project.remove();
    await world.stop();
  });

  const seen = (name: string, account: string) => world.service.requests.filter(({ path }) => path.startsWith(`/${account}/${name}`));
  const only = (identity: Identity | undefined) => (identity === undefined ? [] : [`${identity.tenantId} ${identity.objectId}`]);

  it("copies all of them", () => {
    expect(applied.exitCode === 0 ? "" : applied.output).toBe("");
    expect(world.service.account("dest").blobNames("data")).toHaveLength(copies.size);
  });

  it("shows the service the declared identity on each side of each copy, and no other", () => {
    const [found, expected] = [new Map<string, unknown>(), new Map<string, unknown>()];
    for (const [index, [name, { reader, writer }]] of [...copies.entries()].entries()) {
      const requests = ["source", "dest"].flatMap((account) => seen(`data/${index}.bin`, account));
      const { source, destination, copySource, delegation } = identitiesSeen(requests);
      found.set(name, { source, destination, reader: [...new Set([...copySource, ...delegation])] });
      expected.set(name, { source: only(reader), destination: only(writer), reader: only(reader) });
    }
    expect(found).toEqual(expected);
  });

  it("copies a set as the provider's identity", () => {
    const { source, destination, copySource } = identitiesSeen(["source", "dest"].flatMap((account) => seen("many", account)));
    expect({ source, destination, copySource }).toEqual({
      source: only(world.application),
      destination: only(world.application),
      copySource: only(world.application),
    });
    expect(world.service.account("dest").blobNames("many")).toEqual(["a", "b", "c"]);
  });

  it("shows no secret of any of them", () => {
    const { application, theirApplication, issuer } = world;
    const secrets = [application.secret, theirApplication.secret, issuer.requestToken, "password-of-the-certificate", "eyJ"];
    expect(secrets.filter((secret) => applied.output.includes(secret))).toEqual([]);
  });
});
