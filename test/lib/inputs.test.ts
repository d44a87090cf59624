import { createHmac } from "node:crypto";
import { parseLocation } from "../../src/azure/address/blob-url";
import { AccountKey } from "../../src/azure/credential/account-key";
import { Credentials } from "../../src/azure/credential/credentials";
import { Proxy } from "../../src/azure/http/proxy";
import { systemClock } from "../../src/engine/ports/clock";
import { CopyFailure } from "../../src/failure/copy-failure";
import { CredentialKind, LocationKind, type LocationReference } from "../../src/intent";
import { BlobCopy, BlobDestination, BlobSource, type BlobCopyConfig } from "../../lib";
import { bytesPerSecond } from "../../lib/intent/bandwidth";
import { timeoutMilliseconds } from "../../lib/intent/timeout";
import { problemsOf, terraformData, testStack } from "./support/synthesized";

/**
 * The page that tells people to give this, the input, and its meaning. A meaning that begins with
 * "refused: " is part of the error message instead.
 */
type Row = readonly [source: string, input: string, meaning: string];

const DOCS = "https://learn.microsoft.com/azure/storage/common/";
const STRINGS = `${DOCS}storage-configure-connection-string`;
const KEYS = `${DOCS}storage-account-keys-manage`;
const SAS = "https://learn.microsoft.com/rest/api/storageservices/create-account-sas";
const OVERVIEW = `${DOCS}storage-account-overview`;
const AZURERM = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_account";
const AZURITE = "https://learn.microsoft.com/azure/storage/common/storage-connect-azurite";
const ABFS = "https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-introduction-abfs-uri";
const CURL = "https://curl.se/docs/manpage.html";
const DOTENV = "https://github.com/Azure/azure-storage-node/issues/619";
const ENV_FILE = "https://docs.docker.com/reference/cli/docker/container/run/#env";
const BOM = "https://learn.microsoft.com/powershell/module/microsoft.powershell.management/set-content";
const PADDING = "https://github.com/Azure-Samples/azure-search-openai-demo/pull/29";
const QUESTION_MARK = "https://github.com/Azure/azure-sdk-for-java/issues/6578";
const PLUS = "https://github.com/Azure/azure-sdk-for-js/issues/9353";
const SLASHES = "https://github.com/ClickHouse/ClickHouse/issues/62735";
const DFS = "https://github.com/Azure/azure-storage-azcopy/issues/2628";
const PORTAL = "https://learn.microsoft.com/azure/storage/blobs/storage-quickstart-blobs-portal";
const GO_TIME = "https://developer.hashicorp.com/terraform/language/resources/syntax#operation-timeouts";
const ISO_8601 = "https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-script-template";
const RCLONE = "https://rclone.org/docs/#bwlimit-bandwidth-spec";

const KEY = Buffer.alloc(64, "key of the account").toString("base64");
const QUERY = "sv=2024-11-04&ss=b&srt=co&sp=r&se=2027-01-01T00%3A00%3A00Z&spr=https&sig=ab%2Bcd%2Fef%3D";
const LONG = `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${KEY};EndpointSuffix=core.windows.net`;
const HOST = "acct.blob.core.windows.net";
const BLOB = `https://${HOST}/data/x`;
const THE_KEY = "the key of acct";

/** Returns the account and whether its key is complete, or the query of a SAS. */
function secretAs(kind: CredentialKind): (input: string) => string {
  return (input) => {
    const reference = { kind, variable: "SECRET" };
    const blob = parseLocation({ kind: LocationKind.URL, url: BLOB, credential: reference }, "source");
    const credentials = new Credentials({
      environment: { SECRET: input },
      workingDirectory: "/",
      clock: systemClock,
      tokens: new Map(),
      notify: () => undefined,
    });
    const credential = credentials.resolve(reference, blob, "source");
    if (!(credential instanceof AccountKey)) return credential.query;
    const expected = createHmac("sha256", Buffer.from(KEY, "base64")).update("text").digest("base64");
    return `${credential.key.hmac("text") === expected ? "the key" : "another key"} of ${credential.key.accountName}`;
  };
}

const destination = BlobDestination.fromUrl("https://dest.blob.core.windows.net/data/x");

/** The value in the synthesized intent. */
function atSynth(
  config: (input: string) => Partial<BlobCopyConfig>,
  pick: (copy: Record<"source" | "destination", LocationReference>) => string,
) {
  return (input: string): string => {
    const stack = testStack();
    new BlobCopy(stack, "copy", { source: BlobSource.fromUrl(BLOB), destination, ...config(input) });
    const problems = problemsOf(stack);
    if (problems.length > 0) return `refused: ${problems.join(" ")}`;
    const { copies } = terraformData(stack).copy?.input as { copies: Record<"source" | "destination", LocationReference>[] };
    return pick(copies[0] as Record<"source" | "destination", LocationReference>);
  };
}

const sourceUrl = atSynth(
  (url) => ({ source: BlobSource.fromUrl(url) }),
  ({ source }) => (source.kind === LocationKind.URL ? source.url : ""),
);
const destinationUrl = atSynth(
  (url) => ({ destination: BlobDestination.fromUrl(url) }),
  (copy) => (copy.destination.kind === LocationKind.URL ? copy.destination.url : ""),
);
const endpoint = atSynth(
  (blobEndpoint) => ({ source: BlobSource.fromContainer({ blobEndpoint, containerName: "data", blobName: "x" }) }),
  ({ source }) => (source.kind === LocationKind.BLOB ? source.blobEndpoint : ""),
);
/** For an endpoint that only Terraform knew. */
const endpointAtApply = (blobEndpoint: string): string =>
  parseLocation({ kind: LocationKind.BLOB, blobEndpoint, containerName: "data", blobName: "x" }, "source").url;
const urlAtApply = (url: string): string => parseLocation({ kind: LocationKind.URL, url }, "source").url;

const time = (text: string): string => {
  const milliseconds = timeoutMilliseconds(text);
  return milliseconds === undefined ? "refused: " : `${milliseconds / 1_000} s`;
};
const rate = (text: string): string => {
  const bytes = bytesPerSecond(text);
  return bytes === undefined ? "refused: " : `${bytes} B/s`;
};

/** `variable=value`, for a request to https://acct.blob.core.windows.net. */
async function proxy(assignment: string): Promise<string> {
  const environment = Object.fromEntries(
    assignment.split(" | ").map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const of = Proxy.of({ protocol: "https:", hostname: HOST, port: 443, isLoopback: false }, environment);
  if (of === undefined) return "direct";
  // Nothing listens on that port, so the failure names the chosen proxy.
  return of.connect({ protocol: "https:", hostname: HOST, port: 443, isLoopback: false }).then(
    () => "connected",
    (error: unknown) => {
      const text = String(error);
      return text.includes("does not hold") ? `refused: ${text}` : (/proxy ([^:]+):/.exec(text)?.[1] ?? text);
    },
  );
}

type Table = readonly [what: string, meaningOf: (input: string) => string | Promise<string>, rows: readonly Row[]];

const TABLES: readonly Table[] = [
  [
    "a connection string in the environment",
    secretAs(CredentialKind.CONNECTION_STRING),
    [
      [STRINGS, LONG, THE_KEY],
      [STRINGS, `${LONG};`, THE_KEY],
      [STRINGS, `AccountName=acct;AccountKey=${KEY}`, THE_KEY],
      [STRINGS, `BlobEndpoint=https://${HOST}/;AccountKey=${KEY}`, THE_KEY],
      [STRINGS, `BlobEndpoint=https://${HOST};SharedAccessSignature=${QUERY}`, QUERY],
      ["https://github.com/Azure/azure-sdk-for-net/issues/19619", `BlobEndpoint=https://${HOST};SharedAccessSignature=?${QUERY}`, QUERY],
      [DOTENV, `"${LONG}"`, THE_KEY],
      [ENV_FILE, `'${LONG}'`, THE_KEY],
      [ENV_FILE, `SECRET=${LONG}`, THE_KEY],
      [DOTENV, `SECRET="${LONG}"\r\n`, THE_KEY],
      [BOM, `\uFEFF${LONG}\n`, THE_KEY],
      ["https://github.com/Azure/azure-cli/issues/6621", `accountname=acct; accountkey="${KEY}" ;`, THE_KEY],
      [KEYS, KEY, THE_KEY],
      [STRINGS, QUERY, QUERY],
      [STRINGS, LONG.replace("acct", "other"), "refused: belongs to the account other, but the source is in acct"],
      [
        STRINGS,
        `BlobEndpoint=https://other.blob.core.windows.net;SharedAccessSignature=${QUERY}`,
        "refused: belongs to the account other, but the source is in acct",
      ],
      [
        "https://learn.microsoft.com/azure/cosmos-db/nosql/how-to-dotnet-get-started",
        `AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=${KEY};`,
        "refused: is for Cosmos DB",
      ],
      [
        "https://learn.microsoft.com/azure/event-hubs/event-hubs-get-connection-string",
        `Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=${KEY}`,
        "refused: is for Service Bus or Event Hubs",
      ],
      ["https://github.com/Azure/azure-cli/issues/5939", "DefaultEndpointsProtocol=https", "refused: does not hold a connection string"],
      [STRINGS, LONG.slice(0, 120), "refused: does not hold an account key"],
    ],
  ],
  [
    "a SAS in the environment",
    secretAs(CredentialKind.SAS),
    [
      [SAS, QUERY, QUERY],
      [QUESTION_MARK, `?${QUERY}`, QUERY],
      ["https://github.com/microsoft/AzureStorageExplorer/issues/5648", `??${QUERY}`, QUERY],
      [PORTAL, `https://${HOST}/?${QUERY}`, QUERY],
      [PORTAL, `${BLOB}?${QUERY}`, QUERY],
      [DOTENV, `"?${QUERY}"`, QUERY],
      [ENV_FILE, `SECRET='${QUERY}'`, QUERY],
      [BOM, `\uFEFF${QUERY}\r\n`, QUERY],
      ["https://learn.microsoft.com/rest/api/storageservices/list-containers2", QUERY.replaceAll("&", "&amp;"), QUERY],
      [
        "https://learn.microsoft.com/windows-server/administration/windows-commands/cmd",
        `${QUERY.slice(0, 60)}\n  ${QUERY.slice(60)}`,
        QUERY,
      ],
      [PLUS, QUERY.replace("%2B", "+"), QUERY],
      [
        "https://github.com/nteract/papermill/issues/447",
        QUERY.replace(/sig=.*/, "sig=ab+cd/ef="),
        QUERY.replace(/sig=.*/, "sig=ab%2Bcd/ef="),
      ],
      ["https://github.com/microsoft/AzureStorageExplorer/issues/4141", QUERY.replace(/sig=.*/, "sig=ab%252Bcd%252Fef%253D"), QUERY],
      ["https://learn.microsoft.com/azure/devops/pipelines/process/variables", encodeURIComponent(QUERY), QUERY],
      [STRINGS, `BlobEndpoint=https://${HOST};SharedAccessSignature=${QUERY}`, QUERY],
      [PORTAL, `https://other.blob.core.windows.net/data?${QUERY}`, "refused: has another host than the source"],
      [KEYS, KEY, "refused: declare Credential.accountKeyFromEnvironment"],
      [SAS, QUERY.replace(/&sig=.*/, ""), "refused: does not hold a SAS"],
      [SAS, `${QUERY}#fragment`, "refused: does not hold a SAS"],
    ],
  ],
  [
    "an account key in the environment",
    secretAs(CredentialKind.ACCOUNT_KEY),
    [
      [KEYS, KEY, THE_KEY],
      [ENV_FILE, `"${KEY}"`, THE_KEY],
      [DOTENV, `'${KEY}'\n`, THE_KEY],
      [BOM, `\uFEFF${KEY}`, THE_KEY],
      ["https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/", `${KEY}\n`, THE_KEY],
      ["https://www.gnu.org/software/coreutils/manual/html_node/base64-invocation.html", `${KEY.slice(0, 76)}\n${KEY.slice(76)}`, THE_KEY],
      [PADDING, KEY.replace(/=+$/, ""), THE_KEY],
      [PADDING, KEY.replace(/=$/, ""), THE_KEY],
      [ENV_FILE, `export SECRET=${KEY}`, THE_KEY],
      [KEYS, LONG, THE_KEY],
      [KEYS, "\u200B" + KEY, THE_KEY],
      [KEYS, KEY.slice(0, 72), "refused: but the key of a storage account has 64"],
      [SAS, QUERY, "refused: declare Credential.sasFromEnvironment"],
      [KEYS, `[{"keyName": "key1", "value": "${KEY}"}]`, "refused: does not hold an account key"],
      ["https://github.com/Azure/azure-xplat-cli/issues/2286", "undefined!", "refused: does not hold an account key"],
    ],
  ],
  [
    "the URL of a source",
    sourceUrl,
    [
      [OVERVIEW, BLOB, BLOB],
      [OVERVIEW, BLOB.replace(HOST, "Acct.Blob.Core.Windows.NET"), BLOB.replace(HOST, "Acct.Blob.Core.Windows.NET")],
      [OVERVIEW, `${HOST}/data/x`, BLOB],
      [OVERVIEW, `//${HOST}/data/x`, BLOB],
      [PORTAL, ` "${BLOB}" `, BLOB],
      ["https://daringfireball.net/projects/markdown/syntax#autolink", `<${BLOB}>`, BLOB],
      [BOM, `\uFEFF${BLOB}`, BLOB],
      [SLASHES, `https://${HOST}//data/x`, BLOB],
      [ABFS, "abfss://data@acct.dfs.core.windows.net/x", BLOB],
      ["https://github.com/apache/iceberg/issues/10127", `wasbs://data@${HOST}/x`, BLOB],
      [
        "https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure",
        "https://acct.blob.core.usgovcloudapi.net/data/x",
        "https://acct.blob.core.usgovcloudapi.net/data/x",
      ],
      [
        "https://learn.microsoft.com/azure/china/resources-developer-guide",
        "acct.blob.core.chinacloudapi.cn/data/x",
        "https://acct.blob.core.chinacloudapi.cn/data/x",
      ],
      [
        "https://learn.microsoft.com/rest/api/storageservices/snapshot-blob",
        `${BLOB}?snapshot=2026-03-09T01:42:34.9360000Z`,
        `${BLOB}?snapshot=2026-03-09T01:42:34.9360000Z`,
      ],
      [
        PORTAL,
        "https://portal.azure.com/#@contoso.com/resource/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acct/storagebrowser",
        "refused: is a page of the Azure portal",
      ],
      [
        "https://learn.microsoft.com/azure/storage/storage-explorer/vs-azure-tools-storage-explorer-direct-link",
        "storageexplorer://v=1&accountid=/subscriptions/1",
        "refused: is a link for Storage Explorer",
      ],
      [
        AZURERM,
        "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acct",
        "refused: is the id of an Azure resource",
      ],
      [
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-bucket-intro.html",
        "s3://bucket/x",
        "refused: the https URL of the object",
      ],
      ["https://cloud.google.com/storage/docs/uris", "gs://bucket/x", "refused: the https URL of the object"],
      ["https://github.com/fsspec/adlfs", "az://data/x", "refused: is an address without its account"],
      [
        "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_blob#source",
        "./model.onnx",
        "refused: is a path on this machine",
      ],
      [
        "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_blob#source",
        "C:\\models\\model.onnx",
        "refused: is a path on this machine",
      ],
      [
        "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_blob#source",
        "/home/me/model.onnx",
        "refused: is a path on this machine",
      ],
      ["https://en.wikipedia.org/wiki/File_URI_scheme", "file:///home/me/model.onnx", "refused: is a path on this machine"],
      [
        "https://learn.microsoft.com/azure/storage/files/storage-how-to-use-files-windows",
        "\\\\acct.file.core.windows.net\\share\\x",
        "refused: is a network path",
      ],
      [
        "https://docs.github.com/repositories/working-with-files/using-files/viewing-and-understanding-files",
        "https://github.com/owner/repository/blob/main/model.onnx",
        "refused: GitHub's page about a file",
      ],
      [
        "https://huggingface.co/docs/hub/models-downloading",
        "https://huggingface.co/owner/model/blob/main/model.onnx",
        "refused: Hugging Face's page about a file",
      ],
      [STRINGS, "DefaultEndpointsProtocol=https;AccountName=acct;EndpointSuffix=core.windows.net", "refused: is a connection string"],
      [DFS, "https://acct.dfs.core.windows.net/data/x", "refused: is the account's dfs endpoint"],
      [PORTAL, `${BLOB}?${QUERY}`, "refused: holds a SAS"],
      [AZURERM, `https://https://${HOST}/data/x`, "refused: begins with http twice"],
    ],
  ],
  [
    "the URL of a destination",
    destinationUrl,
    [
      [OVERVIEW, `https://dest.blob.core.windows.net/data/x`, "https://dest.blob.core.windows.net/data/x"],
      [SLASHES, "https://dest.blob.core.windows.net//data/x", "https://dest.blob.core.windows.net/data/x"],
      [OVERVIEW, "dest.blob.core.windows.net/data/x", "https://dest.blob.core.windows.net/data/x"],
      [OVERVIEW, "https://dest-secondary.blob.core.windows.net/data/x", "refused: is a secondary endpoint"],
      [OVERVIEW, "https://dest.blob.core.windows.net/data", "refused: does not name a blob in a container"],
      [
        "https://learn.microsoft.com/azure/storage/blobs/storage-blob-static-website",
        "https://dest.z6.web.core.windows.net/x",
        "refused: is the account's web endpoint",
      ],
    ],
  ],
  [
    "an endpoint",
    endpoint,
    [
      [AZURERM, `https://${HOST}/`, `https://${HOST}/`],
      [AZURERM, `https://${HOST}`, `https://${HOST}`],
      [SLASHES, `https://${HOST}//`, `https://${HOST}/`],
      [AZURERM, HOST, `https://${HOST}`],
      [OVERVIEW, HOST.toUpperCase(), `https://${HOST.toUpperCase()}`],
      [OVERVIEW, "https://acct.z01.blob.storage.azure.net/", "https://acct.z01.blob.storage.azure.net/"],
      [
        "https://learn.microsoft.com/azure/storage/common/storage-private-endpoints",
        "acct.privatelink.blob.core.windows.net",
        "https://acct.privatelink.blob.core.windows.net",
      ],
      [AZURITE, "http://127.0.0.1:10000/devstoreaccount1", "http://127.0.0.1:10000/devstoreaccount1"],
      [AZURITE, "http://azurite:10000/devstoreaccount1/", "http://azurite:10000/devstoreaccount1/"],
      [AZURERM, "acct", "refused: is only the name of an account"],
      [AZURERM, `https://${HOST}/data`, "refused: has a path"],
      [AZURERM, "https://acct.file.core.windows.net/", "refused: is the account's file endpoint"],
      [PORTAL, `https://${HOST}/?${QUERY}`, "refused: holds a SAS"],
      [
        "https://developer.hashicorp.com/terraform/language/expressions/strings",
        "https://acct.blob.core.windows.net /",
        "refused: contains a quote, a space",
      ],
    ],
  ],
  [
    "an endpoint that only Terraform knew",
    endpointAtApply,
    [
      [AZURERM, HOST, BLOB],
      [AZURERM, `https://${HOST}/`, BLOB],
      [SLASHES, `https://${HOST}//`, BLOB],
      [AZURERM, `https://${HOST}:443/`, BLOB],
      ["https://developer.hashicorp.com/terraform/cli/commands/output#raw", `"https://${HOST}/"\n`, BLOB],
    ],
  ],
  [
    "a URL that only Terraform knew",
    urlAtApply,
    [
      [SLASHES, `https://${HOST}//data/x`, BLOB],
      [AZURERM, `${HOST}/data/x`, BLOB],
      ["https://developer.hashicorp.com/terraform/language/expressions/strings#heredoc-strings", `${BLOB}\n`, BLOB],
      [ABFS, "abfss://data@acct.dfs.core.windows.net/x", BLOB],
    ],
  ],
  [
    "a time",
    time,
    [
      [GO_TIME, "60m", "3600 s"],
      [GO_TIME, "1h30m", "5400 s"],
      [GO_TIME, "2h", "7200 s"],
      [GO_TIME, "1.5h", "5400 s"],
      [GO_TIME, "1h30m0s", "5400 s"],
      [ISO_8601, "PT1H30M", "5400 s"],
      [ISO_8601, "P1D", "86400 s"],
      [ISO_8601, "PT90S", "90 s"],
      ["https://learn.microsoft.com/dotnet/standard/base-types/standard-timespan-format-strings", "01:30:00", "5400 s"],
      ["https://docs.github.com/actions/writing-workflows/workflow-syntax-for-github-actions", "90 minutes", "5400 s"],
      ["https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html", "2h 30min", "9000 s"],
      ["https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html", "1 day", "86400 s"],
      ["https://docs.gitlab.com/ci/yaml/#timeout", "3 hours 30 minutes", "12600 s"],
      [GO_TIME, " 30m ", "1800 s"],
      [GO_TIME, "1H", "3600 s"],
      ["https://docs.github.com/actions/writing-workflows/workflow-syntax-for-github-actions", "90", "refused: "],
      ["https://learn.microsoft.com/dotnet/standard/base-types/standard-timespan-format-strings", "01:30", "refused: "],
      [GO_TIME, "-1h", "refused: "],
      [GO_TIME, "30m1h", "refused: "],
      [ISO_8601, "P1M", "refused: "],
      [GO_TIME, "soon", "refused: "],
      [GO_TIME, "", "refused: "],
    ],
  ],
  [
    "a rate",
    rate,
    [
      [RCLONE, "200MB/s", "200000000 B/s"],
      [RCLONE, "1GiB/s", "1073741824 B/s"],
      ["https://learn.microsoft.com/azure/storage/common/storage-use-azcopy-optimize", "200 MB/sec", "200000000 B/s"],
      [RCLONE, "10 MiB/s", "10485760 B/s"],
      ["https://learn.microsoft.com/azure/virtual-machines/disks-types", "100 MBps", "100000000 B/s"],
      ["https://learn.microsoft.com/azure/storage/common/storage-use-azcopy-optimize", "100Mbps", "refused: "],
      [RCLONE, "10M", "refused: "],
      [RCLONE, "0MB/s", "refused: "],
    ],
  ],
  [
    "a proxy",
    proxy,
    [
      [CURL, "HTTPS_PROXY=http://127.0.0.1:1", "127.0.0.1"],
      [CURL, "https_proxy=http://127.0.0.1:1", "127.0.0.1"],
      ["https://github.com/microsoft/ApplicationInsights-JS/issues/2347", "HTTPS_PROXY=127.0.0.1:1", "127.0.0.1"],
      [CURL, "ALL_PROXY=http://127.0.0.1:1", "127.0.0.1"],
      [ENV_FILE, 'HTTPS_PROXY="http://127.0.0.1:1"', "127.0.0.1"],
      [CURL, "HTTPS_PROXY=http://user:p%40ss@127.0.0.1:1", "127.0.0.1"],
      [CURL, `HTTPS_PROXY=http://127.0.0.1:1 | NO_PROXY=.core.windows.net`, "direct"],
      [CURL, `HTTPS_PROXY=http://127.0.0.1:1 | no_proxy=*`, "direct"],
      [
        "https://about.gitlab.com/blog/2021/01/27/we-need-to-talk-no-proxy/",
        `HTTPS_PROXY=http://127.0.0.1:1 | NO_PROXY=localhost, ${HOST}:443`,
        "direct",
      ],
      [CURL, "HTTP_PROXY=http://127.0.0.1:1", "direct"],
      [CURL, "HTTPS_PROXY=", "direct"],
      [
        "https://everything.curl.dev/usingcurl/proxies/socks.html",
        "HTTPS_PROXY=socks5://127.0.0.1:1",
        "refused: it does not hold the URL of an HTTP proxy",
      ],
    ],
  ],
];

describe.each(TABLES)("%s is taken for what it means, or refused in one sentence:", (_what, meaningOf, rows) => {
  it.each(rows)("%s: %s", async (_source, input, meaning) => {
    const found = await Promise.resolve()
      .then(() => meaningOf(input))
      .catch((error: unknown) => {
        if (!(error instanceof CopyFailure)) throw error;
        return `refused: ${error.why}; ${error.remedy}`;
      });
    if (!meaning.startsWith("refused: ")) return expect(found).toBe(meaning);
    expect(found).toMatch(/^refused: /);
    expect(found).toContain(meaning.slice("refused: ".length));
    // The message does not repeat a secret that is in the wrong place.
    expect(found).not.toContain(KEY.slice(0, 40));
    expect(found).not.toContain("sig=ab");
  });
});

it("tries at least eighty inputs", () => {
  expect(TABLES.flatMap(([, , rows]) => rows).length).toBeGreaterThanOrEqual(80);
});
