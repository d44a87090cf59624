/**
 * The ONE list of secrets in URLs. Synth refuses them, and Terraform looks for them before it
 * records a value. The program refuses them, leaves them out of identities, and never prints them.
 */

/**
 * A family of URLs with a signature or token. Names of query parameters are in lower case. A name
 * that ends in `*` stands for all names with that beginning.
 */
interface Family {
  /** For messages, with an article. */
  readonly what: string;
  /** Parameters that are secret in any URL. */
  readonly secret: readonly string[];
  /**
   * Parameters that belong to the credential of this family, and have another meaning without it.
   */
  readonly beside: readonly string[];
  /**
   * Recognises the family by its query in lower case, even without the secret, which the service
   * removes from URLs that it returns.
   */
  readonly mark?: RegExp;
}

const FAMILIES: readonly Family[] = [
  {
    what: "a SAS",
    secret: ["sig"],
    beside: [
      ...["sv", "ss", "srt", "sr", "sp", "st", "se", "spr", "sip", "si", "sdd", "ses", "saoid", "suoid", "scid", "sduoid", "skdutid"],
      ...["skoid", "sktid", "skt", "ske", "sks", "skv", "rscc", "rscd", "rsce", "rscl", "rsct", "tn", "spk", "srk", "epk", "erk"],
      ...["srh", "srq", "jwt"],
    ],
    mark: /(?:^|&)sv=20\d\d-\d\d-\d\d(?:&|$)/,
  },
  {
    what: "a presigned Amazon S3 URL",
    secret: ["x-amz-signature", "x-amz-security-token"],
    beside: ["x-amz-*"],
    mark: /(?:^|&)x-amz-(?:algorithm|credential)=/,
  },
  {
    what: "a signed Google Cloud Storage URL",
    secret: ["x-goog-signature"],
    beside: ["x-goog-*"],
    mark: /(?:^|&)x-goog-(?:algorithm|credential)=/,
  },
  {
    what: "a signed URL",
    secret: ["signature", "__token__", "x-oss-signature", "x-obs-signature", "q-signature", "temp_url_sig", "hdnts", "hdnea", "hmac"],
    beside: [
      ...["awsaccesskeyid", "googleaccessid", "ossaccesskeyid", "key-pair-id", "keyname", "policy", "expires", "security-token"],
      ...["hash-algorithm", "x-oss-*", "x-obs-*", "q-*", "temp_url_*"],
    ],
    mark: /(?:^|&)(?:awsaccesskeyid|googleaccessid|ossaccesskeyid|key-pair-id)=/,
  },
  {
    what: "an access token",
    secret: [
      ...["token", "access_token", "access-token", "private_token", "job_token", "auth_token", "authtoken", "id_token", "oauth_token"],
      ...["refresh_token", "jwt", "tempauth", "authkey", "api_key", "api-key", "apikey", "x-api-key", "subscription-key"],
      ...["client_secret", "password", "passwd", "pwd", "secret", "secret_key", "access_key", "accesskey", "authorization", "bearer"],
      ...["auth-token", "x-auth-token", "sessiontoken", "session_token", "x-jfrog-art-api", "rlkey"],
    ],
    beside: [],
  },
];

/** Tokens that are recognisable by their form in any place. */
const TOKEN_FORMS: readonly { readonly what: string; readonly form: RegExp }[] = [
  { what: "a GitHub token", form: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g },
  { what: "a GitLab token", form: /\bgl(?:pat|dt|rt|cbt|ptt|ft|agent|soat|ffct|imt)-[\w-]{20,}/g },
  { what: "a token (JWT)", form: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g },
  { what: "a Hugging Face token", form: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: "a Slack token", form: /\bxox[abeoprs]-[\w-]{10,}/g },
  { what: "a client secret", form: /[\w~.-]{3}\dQ~[\w~.-]{31,34}/g },
  { what: "a private key", form: /-----BEGIN (?:\w+ )*PRIVATE KEY-----/g },
  { what: "a key of an Azure function", form: /[\w-]{44}AzFu[\w-]{6}(?:=|%3[dD]){2}/g },
  { what: "a Google API key", form: /\bAIza[\w-]{35}/g },
  { what: "a pre-authenticated Oracle URL", form: /\.oraclecloud\.com\/p\/[\w-]{20,}\/n\//g },
  { what: "a storage account key", form: /[A-Za-z0-9+/]{86}==/g },
];

/** Minimum number of characters of a token, so that a page's `token=1` does not count as one. */
const MIN_TOKEN = 8;

/**
 * The beginning of a parameter, and the sign before its value (EQUALS). Both may be escaped, in a
 * URL that is part of a name or of another URL.
 */
const START = "(?:[?&]|%(?:25)*(?:3f|26))";
const EQUALS = "(?:=|%(?:25)*3d)";

/** Secret parameters, with enough of the value to show that there is one. */
const SECRET_PARAMETER = FAMILIES.map(({ secret, beside }) => {
  const isToken = beside.length === 0;
  return `(?:${secret.join("|")})${EQUALS}[^&#]${isToken ? `{${MIN_TOKEN}}` : ""}`;
}).join("|");
const SECRET_NAMES = FAMILIES.flatMap(({ secret }) => secret).join("|");

/**
 * A letter, digit, hyphen or underscore of a parameter's name that is escaped without need. The
 * only effect is to hide the name.
 */
const ESCAPED_NAME = "[?&][^=&# ]*%(?:2d|3[0-9]|[46][1-9a-f]|5[0-9af]|7[0-9a])[^=&# ]*=";

/**
 * Case-insensitive regular expressions that find a secret in URLs separated by spaces. Terraform
 * and JavaScript read them alike.
 */
export const URL_SECRET_EXPRESSIONS: readonly string[] = [
  `${START}(?:${SECRET_PARAMETER})`,
  ESCAPED_NAME,
  "[a-z][a-z0-9+.-]*://[^/?#@ ]*@",
];

const HAS_SECRET = new RegExp(`${START}(${SECRET_PARAMETER})`, "i");
const SECRET_PARAMETERS = new RegExp(
  `(^|[?&;\\s"'])(${SECRET_NAMES}|accountkey|sharedaccesssignature|client_assertion)=[^\\s&;"'<>\\\\,]+`,
  "gi",
);
/** A SAS without its URL. */
const BARE_SAS = /(?:^|[\s"'])(?:[a-z]{2,5}=[^&\s]*&)*sig=[A-Za-z0-9%+/]{20,}/i;
const PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^/?#@:\s]*:[^/?#@\s]+@/i;

/**
 * Returns the kind of secret in a text, such as `a SAS`, never the secret itself; undefined where
 * none is recognised.
 */
export function secretIn(text: string): string | undefined {
  const plain = withPlainNames(text);
  const name = HAS_SECRET.exec(plain)?.[1]
    ?.toLowerCase()
    .split(/=|%(?:25)*3d/, 1)[0];
  if (name !== undefined) return FAMILIES.find(({ secret }) => secret.includes(name))?.what;
  if (BARE_SAS.test(plain)) return "a SAS";
  if (PASSWORD.test(text)) return "a password";
  return TOKEN_FORMS.find(({ form }) => text.search(form) !== -1)?.what;
}

/** Returns a query without its credential; the rest stays as it is written. */
export function withoutCredentials(query: string): string {
  const parameters = query.split("&").map((parameter) => ({ parameter, name: nameOf(parameter) }));
  const lower = withPlainNames(`?${query}`).slice(1).toLowerCase();
  const families = FAMILIES.filter(
    ({ secret, mark }) => mark?.test(lower) === true || parameters.some(({ name }) => secret.includes(name)),
  );
  const isCredential = (name: string): boolean =>
    families.some(({ secret, beside }) => secret.includes(name) || beside.some((known) => isNamed(name, known)));
  return parameters
    .filter(({ name }) => !isCredential(name))
    .map(({ parameter }) => parameter)
    .join("&");
}

/**
 * Replaces parts whose name or form shows that they are secret, also outside of URLs. Leaves JSON
 * valid.
 */
export function withoutSecretParts(text: string, hidden: string): string {
  let shown = text.replace(SECRET_PARAMETERS, `$1$2=${hidden}`);
  for (const { form } of TOKEN_FORMS) shown = shown.replace(form, hidden);
  return shown;
}

function isNamed(name: string, known: string): boolean {
  return known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : name === known;
}

function nameOf(parameter: string): string {
  return unescaped(parameter.split("=", 1)[0] ?? "").toLowerCase();
}

/** Unescapes the names of parameters: `%73ig` becomes `sig`. */
function withPlainNames(text: string): string {
  return text.replace(/([?&])([^=&#?\s]*%[^=&#?\s]*)(?==)/g, (_, mark: string, name: string) => `${mark}${unescaped(name)}`);
}

function unescaped(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
