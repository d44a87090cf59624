import { generateBlobSASQueryParameters, BlobSASPermissions, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { Azurite, StorageAccount } from "../../test/support/azurite";

/** The blobs that the examples copy, by account, container and name. */
const BLOBS = {
  source: {
    release: ["v3/model.onnx", "v3/labels.json", "v3/legacy/classes.json", "v3/drafts/model.onnx", ...languageModels()],
    fixtures: ["large/orders.parquet"],
    outbox: ["orders.csv", "prices.csv", "stock.csv"],
    public: ["rates/latest.json"],
  },
  destination: {
    models: [],
    data: [],
    inbox: [],
    staging: ["prices.json"],
    live: ["prices.json"],
    settings: ["feature-flags.json"],
    databases: ["ledger.db"],
  },
} as const;

function languageModels() {
  return ["v3/de/model.onnx", "v3/en/model.onnx", "v3/fr/model.onnx", "v3/ja/model.onnx"] as const;
}

const DAY = 24 * 60 * 60_000;

/**
 * Fills an emulator with the blobs that the examples copy. Returns the environment in which they
 * deploy against it.
 */
export async function prepare({ source, destination }: Azurite): Promise<Readonly<Record<string, string>>> {
  await Promise.all([fill(source, BLOBS.source), fill(destination, BLOBS.destination)]);
  return {
    SOURCE_BLOB_ENDPOINT: source.blobEndpoint,
    SOURCE_CONNECTION_STRING: source.connectionString,
    DESTINATION_BLOB_ENDPOINT: destination.blobEndpoint,
    DESTINATION_CONNECTION_STRING: destination.connectionString,
    ASIA_BLOB_ENDPOINT: destination.blobEndpoint,
    RATES_URL: `${source.blobEndpoint}/public/rates/latest.json`,
    PARTNER_SAS: readingSas(source, "outbox"),
    TF_VAR_partner_sas: readingSas(source, "outbox"),
    OUR_ACCOUNT: destination.name,
    OUR_ACCOUNT_KEY: destination.key,
  };
}

/**
 * Takes the snapshot that an example needs (only the service can date one), then changes the blob.
 */
export async function snapshotFor(name: string, { destination }: Azurite): Promise<Readonly<Record<string, string>>> {
  const place = { "promote-snapshot": ["settings", "feature-flags.json"], "snapshot-to-new-blob": ["databases", "ledger.db"] }[name];
  if (place === undefined) return {};
  const [container = "", blobName = ""] = place;
  const blob = destination.service.getContainerClient(container).getBlockBlobClient(blobName);
  const { snapshot } = await blob.createSnapshot();
  await blob.upload("later", 5);
  return { SNAPSHOT: snapshot ?? "" };
}

async function fill({ service }: StorageAccount, containers: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [name, blobs] of Object.entries(containers)) {
    const container = service.getContainerClient(name);
    await container.create(name === "public" ? { access: "blob" } : {});
    for (const blob of blobs) await container.getBlockBlobClient(blob).upload(`${name}/${blob}`, `${name}/${blob}`.length);
  }
}

function readingSas({ name, key }: StorageAccount, containerName: string): string {
  const given = { containerName, permissions: BlobSASPermissions.parse("r"), expiresOn: new Date(Date.now() + DAY) };
  return generateBlobSASQueryParameters(given, new StorageSharedKeyCredential(name, key)).toString();
}

/** Examples that need more than an emulator of blobs, and the service that each needs. */
export const WITHOUT_AZURITE: Readonly<Record<string, string>> = {
  "file-share-to-block-blob": "a file share",
  "with-azurerm": "Azure's resource manager",
};
