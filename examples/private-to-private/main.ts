/** How do I give access to private storage without a secret in code, state, plan or logs? */
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential } from "cdktf-azure-blob-copy";

const app = new App();
const stack = new TerraformStack(app, "private-to-private");

// Nothing said: Azure CLI, workload identity, managed identity, ... of whoever deploys, on either side.
new BlobCopy(stack, "with-entra-id", {
  source: BlobSource.fromUrl("https://partnerdata.blob.core.windows.net/outbox/orders.csv"),
  destination: BlobDestination.fromUrl("https://ourdata.blob.core.windows.net/inbox/orders.csv"),
});

// A secret in the environment of the deploy: the declaration names the variable, and the program reads it.
new BlobCopy(stack, "with-the-environment", {
  source: BlobSource.fromUrl("https://partnerdata.blob.core.windows.net/outbox/prices.csv", {
    credential: Credential.sasFromEnvironment("PARTNER_SAS"),
  }),
  destination: BlobDestination.fromUrl("https://ourdata.blob.core.windows.net/inbox/prices.csv", {
    credential: Credential.accountKeyFromEnvironment("OUR_ACCOUNT_KEY", { accountName: "ourdata" }),
  }),
});

// A secret that Terraform holds: it travels in the environment of the program only.
const partnerSas = new TerraformVariable(stack, "partner_sas", { type: "string", sensitive: true });
new BlobCopy(stack, "with-a-terraform-value", {
  source: BlobSource.fromUrl("https://partnerdata.blob.core.windows.net/outbox/stock.csv", {
    credential: Credential.sas(partnerSas.stringValue),
  }),
  destination: BlobDestination.fromUrl("https://ourdata.blob.core.windows.net/inbox/stock.csv"),
});

app.synth();
