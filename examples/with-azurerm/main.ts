/**
 * How do I copy into a container that the same stack creates, and pass the result to another
 * resource?
 */
import { AppConfigurationKey } from "@cdktf/provider-azurerm/lib/app-configuration-key";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource } from "cdktf-azure-blob-copy";

const app = new App();
const stack = new TerraformStack(app, "with-azurerm");
new AzurermProvider(stack, "azurerm", { features: [{}] });
const configurationStoreId = new TerraformVariable(stack, "configuration_store_id", { type: "string" });

const account = new StorageAccount(stack, "account", {
  name: "onlineinference",
  resourceGroupName: "inference",
  location: "westeurope",
  accountTier: "Standard",
  accountReplicationType: "ZRS",
});
const container = new StorageContainer(stack, "models", { name: "models", storageAccountId: account.id });

// Endpoint and name are Terraform values, so the copy waits for the account and the container.
const model = new BlobCopy(stack, "model", {
  source: BlobSource.fromUrl("https://releases.blob.core.windows.net/release/v3/model.onnx"),
  destination: BlobDestination.fromContainer({
    blobEndpoint: account.primaryBlobEndpoint,
    containerName: container.name,
    blobName: "current.onnx",
  }),
});

// A resource that uses the result waits for the copy.
new AppConfigurationKey(stack, "model-url", {
  configurationStoreId: configurationStoreId.stringValue,
  key: "model-url",
  value: model.destinationUrl,
});

app.synth();
