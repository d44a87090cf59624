/** How do I copy a file of an Azure file share to a blob? */
import { App, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential } from "cdktf-azure-blob-copy";
import { destination } from "../accounts";

const app = new App();
const stack = new TerraformStack(app, "file-share-to-block-blob");

// The result is always a block blob: the service does not copy files to other types.
new BlobCopy(stack, "report", {
  source: BlobSource.fromFileShare({
    fileEndpoint: process.env.SOURCE_FILE_ENDPOINT ?? "https://office.file.core.windows.net/",
    shareName: "reports",
    filePath: "2026/annual report.pdf",
    credential: Credential.accountKeyFromEnvironment("OFFICE_ACCOUNT_KEY", { accountName: process.env.OFFICE_ACCOUNT ?? "office" }),
  }),
  destination: BlobDestination.fromContainer({ ...destination, containerName: "downloads", blobName: "annual-report-2026.pdf" }),
  contentHeaders: { contentType: "application/pdf" },
});

app.synth();
