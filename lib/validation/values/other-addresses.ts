/** Texts that users give instead of a URL, with advice. */
const NO_URL: readonly (readonly [form: RegExp, what: string])[] = [
  [
    /^https?:\/\/(?:portal\.azure\.|ms\.portal\.|preview\.portal\.)/i,
    "a page of the Azure portal; give the URL that the blob's own page shows under Properties",
  ],
  [/^storageexplorer:/i, "a link for Storage Explorer; give the URL that its Copy URL copies, without the SAS"],
  [
    /^\/?subscriptions\/[^/]+\/resourceGroups\//i,
    "the id of an Azure resource; give an endpoint, such as account.primaryBlobEndpoint, or the URL of the blob",
  ],
  [/^(?:s3a?|gs|gcs|hdfs|dbfs|azureml|oci|oss):|^arn:aws/i, "an address that only its own tools read; give the https URL of the object"],
  [
    /^(?:az|azure|adl|abfss?|wasbs?):\/\//i,
    "an address without its account; give https://<account>.blob.core.windows.net/<container>/<blob>",
  ],
  [
    /^file:|^\.{0,2}\/(?!\/)|^~\/|^[a-z]:[\\/]/i,
    "a path on this machine, and the service copies from URLs; upload the file first, or serve it",
  ],
  [/^\\\\/, "a network path; give the URL of the file: https://<account>.file.core.windows.net/<share>/<file>"],
  [/^[a-z0-9]{3,24}$/, "only the name of an account; give its endpoint, such as https://account.blob.core.windows.net/"],
  [
    /;\s*(?:AccountKey|SharedAccessSignature|EndpointSuffix|AccountName)=|^UseDevelopmentStorage=/i,
    'a connection string; give the URL, and the string as Credential.connectionStringFromEnvironment("NAME")',
  ],
];

/** Pages about a file: the service would copy the page instead of the file. */
const PAGES: readonly (readonly [form: RegExp, what: string])[] = [
  [
    /^(?:www\.)?github\.com\/[^/]+\/[^/]+\/(?:blob|tree|edit|blame)\//,
    "GitHub's page about a file; give the file itself: https://raw.githubusercontent.com/<owner>/<repository>/<commit>/<path>",
  ],
  [
    /^(?:www\.)?github\.com\/[^/]+\/[^/]+\/releases(?:\/(?:latest|tag\/[^/]+))?\/?$/,
    "GitHub's page about a release; give the file of it: https://github.com/<owner>/<repository>/releases/download/<tag>/<file>",
  ],
  [/^gist\.github\.com\/[^/]+\/[^/]+\/?$/, "GitHub's page about a gist; give the URL that its Raw button leads to"],
  [/^[^/]*gitlab[^/]*\/.+\/-\/(?:blob|tree)\//, "GitLab's page about a file; give the file itself: …/-/raw/<commit>/<path>"],
  [/^bitbucket\.org\/[^/]+\/[^/]+\/src\//, "Bitbucket's page about a file; give the file itself: …/raw/<commit>/<path>"],
  [/^huggingface\.co\/.+\/blob\//, "Hugging Face's page about a file; give the URL that the file's download leads to"],
  [
    /^(?:drive|docs)\.google\.com\/(?:file|document|spreadsheets)\/d\/|^console\.cloud\.google\.com\/|^storage\.cloud\.google\.com\//,
    "Google's page about a file, for people who are signed in; give the https URL of the object, such as https://storage.googleapis.com/<bucket>/<object>",
  ],
  [/^(?:[a-z0-9-]+\.)?console\.aws\.amazon\.com\//, "a page of the AWS console; give the https URL of the object"],
  [/^(?:www\.)?dropbox\.com\/[^?]*(?:\?(?!.*\bdl=1).*)?$/, "Dropbox's page about a file; give its link with dl=1"],
  [
    /^(?:onedrive\.live\.com|1drv\.ms)\/|^[a-z0-9-]+\.sharepoint\.com\/:[a-z]:\//,
    "a page about a file, for people who are signed in; put the file where it can be read by a URL",
  ],
];

/**
 * Returns the kind of a text that is not the URL of a file, with advice; undefined if the text is
 * not recognised.
 */
export function whatElse(withoutTokens: string): string | undefined {
  const page = withoutTokens.replace(/^https?:\/\//i, "");
  const pages = page === withoutTokens ? [] : PAGES.filter(([form]) => form.test(page));
  return [...NO_URL.filter(([form]) => form.test(withoutTokens)), ...pages][0]?.[1];
}
