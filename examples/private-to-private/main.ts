/** How do I give access to private storage without a secret in code, state, plan or logs? */
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential } from "cdktf-azure-blob-copy";
import { destination, source } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "private-to-private");

// No credential declared: the deploy signs in on both sides with Azure CLI, workload identity,
// managed identity, ...
new BlobCopy(stack, "with-entra-id", {
  source: BlobSource.fromContainer({ ...source, containerName: "outbox", blobName: "orders.csv" }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "inbox", blobName: "orders.csv" }),
});

// A secret in the environment of the deploy: the declaration names the variable, and the program
// reads it.
new BlobCopy(stack, "with-the-environment", {
  source: BlobSource.fromContainer({
    ...source,
    containerName: "outbox",
    blobName: "prices.csv",
    credential: Credential.sasFromEnvironment("PARTNER_SAS"),
  }),
  destination: BlobDestination.fromContainer({
    ...destination,
    containerName: "inbox",
    blobName: "prices.csv",
    credential: Credential.accountKeyFromEnvironment("OUR_ACCOUNT_KEY", { accountName: process.env.OUR_ACCOUNT ?? "production" }),
  }),
});

// A secret that Terraform holds: it reaches the program only through its environment.
const partnerSas = new TerraformVariable(stack, "partner_sas", { type: "string", sensitive: true });
new BlobCopy(stack, "with-a-terraform-value", {
  source: BlobSource.fromContainer({
    ...source,
    containerName: "outbox",
    blobName: "stock.csv",
    credential: Credential.sas(partnerSas.stringValue),
  }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "inbox", blobName: "stock.csv" }),
});

app.synth();
