/**
 * How do I copy an Azure blob with an AWS CDK stack, and undo the copy when the stack is rolled
 * back?
 */
import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, Credential } from "cdktf-azure-blob-copy/aws-cdk";

const app = new App();
const stack = new Stack(app, "azure-models");

// Without any secret: the Azure application trusts the role of the Lambda function.
const partners = Credential.webIdentity({
  tenantId: "00000000-0000-0000-0000-000000000000",
  clientId: "11111111-1111-1111-1111-111111111111",
});

const model = new BlobCopy(stack, "Model", {
  source: BlobSource.fromContainer({
    blobEndpoint: "https://releases.blob.core.windows.net/",
    containerName: "models",
    blobName: "v3.onnx",
    // A secret with a field that holds a SAS, an account key or a connection string.
    credential: Credential.fromSecretsManager(Secret.fromSecretNameV2(stack, "Releases", "azure/releases"), { field: "sas" }),
  }),
  destination: BlobDestination.fromContainer({
    blobEndpoint: "https://partners.blob.core.windows.net/",
    containerName: "inbox",
    blobName: "model.onnx",
    credential: partners,
  }),
  removalPolicy: RemovalPolicy.DESTROY,
});

// All blobs below a prefix, all or nothing, after the model.
const documents = new BlobCopySet(stack, "Documents", {
  from: BlobSource.fromPrefix({ blobEndpoint: "https://releases.blob.core.windows.net/", containerName: "public", prefix: "docs/v3/" }),
  to: BlobDestination.fromPrefix({
    blobEndpoint: "https://partners.blob.core.windows.net/",
    containerName: "inbox",
    prefix: "docs/",
    credential: partners,
  }),
  exclude: ["drafts/**"],
});
documents.node.addDependency(model);

// Single blobs as one resource. Their results are attributes of that resource.
const files = new BlobCopySet(stack, "Files", {
  copies: ["labels.json", "classes.json"].map((blobName) => ({
    key: blobName,
    source: BlobSource.fromUrl(`https://releases.blob.core.windows.net/public/v3/${blobName}`),
    destination: BlobDestination.fromContainer({
      blobEndpoint: "https://partners.blob.core.windows.net/",
      containerName: "inbox",
      blobName,
      credential: partners,
    }),
  })),
  maxFailures: 20,
});

new CfnOutput(stack, "Etag", { value: model.etag });
new CfnOutput(stack, "LabelsEtag", { value: files.result("labels.json").etag });
new CfnOutput(stack, "RoleToTrust", { value: model.provider.role.roleArn });

app.synth();
