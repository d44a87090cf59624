/**
 * Names that the shorter examples in the documents use without declaring them, as the page explains
 * them.
 */
import type { DataAzurermStorageBlob } from "@cdktf/provider-azurerm/lib/data-azurerm-storage-blob";
import type { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import type { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import type { App, TerraformStack, TerraformVariable } from "cdktf";
import type { BlobCopy, BlobCopyConfig, BlobCopySet, BlobDestination, BlobSource } from "../../lib";

export declare const app: App;
export declare const stack: TerraformStack;
export declare const account: StorageAccount;
export declare const container: StorageContainer;
export declare const variable: TerraformVariable;
export declare const data: DataAzurermStorageBlob;
export declare const blobEndpoint: string;
export declare const places: Pick<BlobCopyConfig, "source" | "destination">;
export declare const source: BlobSource;
export declare const destination: BlobDestination;
export declare const copy: BlobCopy;
export declare const model: BlobCopy;
export declare const release: BlobCopySet;
export declare function declareModel(stack: TerraformStack): void;
