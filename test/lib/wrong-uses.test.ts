import type { TerraformStack } from "cdktf";
import * as lib from "../../lib";
import { problemsOf, testStack } from "./support/synthesized";

/** The library as JavaScript sees it: without a compiler that checks the arguments. */
const { BlobCopy, BlobCopySet, BlobSource, BlobDestination, Credential } = lib as unknown as {
  BlobCopy: new (stack: TerraformStack, id: string, config?: unknown) => unknown;
  BlobCopySet: new (stack: TerraformStack, id: string, config?: unknown) => { result(key?: unknown): unknown };
  BlobSource: Record<"fromUrl" | "fromContainer" | "fromFileShare" | "fromPrefix", (...args: unknown[]) => unknown>;
  BlobDestination: Record<"fromUrl" | "fromContainer" | "fromPrefix", (...args: unknown[]) => unknown>;
  Credential: Record<string, (...args: unknown[]) => unknown>;
};

const SOURCE = { blobEndpoint: "https://source.blob.core.windows.net/", containerName: "models", blobName: "b" };
const DESTINATION = { blobEndpoint: "https://destination.blob.core.windows.net/", containerName: "backups", blobName: "b" };
const source = () => BlobSource.fromContainer(SOURCE);
const destination = (name = "b") => BlobDestination.fromContainer({ ...DESTINATION, blobName: name });
const copy = (more: object = {}) => ({ source: source(), destination: destination(), ...more });
const from = (more: object = {}) => BlobSource.fromPrefix({ blobEndpoint: SOURCE.blobEndpoint, containerName: "models", ...more });
const to = (more: object = {}) => BlobDestination.fromPrefix({ blobEndpoint: DESTINATION.blobEndpoint, containerName: "backups", ...more });
const set = (more: object = {}) => ({ from: from(), to: to(), ...more });

/** Values that are not text, and their names in messages. */
const NOT_TEXT: [unknown, string][] = [
  [5, "5"],
  [true, "true"],
  [null, "null"],
  [NaN, "NaN"],
  [{}, "an object"],
  [["b"], "a list"],
  [() => "b", "a function"],
  [new Date(0), "a Date"],
  [Symbol("b"), "a symbol"],
  [10n, "10"],
];

const CURES: Readonly<Record<string, string>> = { "a Date": "; give its toISOString()" };

type Use = [what: string, config: () => unknown, ...problems: string[]];

const NO_SIDES = [
  "source must be made with BlobSource.fromUrl, BlobSource.fromContainer or BlobSource.fromFileShare.",
  "destination must be made with BlobDestination.fromUrl or BlobDestination.fromContainer.",
];

const CONFIGS: Use[] = [
  ["nothing", () => undefined, "BlobCopy takes an object with its options, got nothing.", ...NO_SIDES],
  ["null", () => null, "BlobCopy takes an object with its options, got null.", ...NO_SIDES],
  ["a string", () => "copy", 'BlobCopy takes an object with its options, got "copy".', ...NO_SIDES],
  ["a list", () => [copy()], "BlobCopy takes an object with its options, got a list.", ...NO_SIDES],
  ["no options", () => ({}), ...NO_SIDES],
  ["no destination", () => ({ source: source() }), NO_SIDES[1] ?? ""],
  ["no source", () => ({ destination: destination() }), NO_SIDES[0] ?? ""],
  ["sides that are swapped", () => ({ source: destination(), destination: source() }), ...NO_SIDES],
  ["URLs for sides", () => ({ source: "https://example.com/b", destination: "https://example.com/c" }), ...NO_SIDES],
  ["classes for sides", () => ({ source: BlobSource, destination: BlobDestination }), ...NO_SIDES],
  ["null for a side", () => copy({ source: null }), "source must be given, or left out, got null.", NO_SIDES[0] ?? ""],
  ["a prefix for a blob", () => copy({ source: from() }), NO_SIDES[0] ?? ""],
  [
    "a source made with new",
    () => copy({ source: new (BlobSource as unknown as new () => unknown)() }),
    "source: fromContainer takes an object with its options, got nothing.",
  ],
  [
    "a destination made with new",
    () => copy({ destination: new (BlobDestination as unknown as new (options: unknown) => unknown)(DESTINATION) }),
    NO_SIDES[1] ?? "",
  ],
];

/** One side, made by a factory with wrong arguments. */
const SIDES: Use[] = [
  ...(["fromContainer", "fromFileShare"] as const).map((factory): Use => {
    const what = `source: ${factory} takes an object with its options, got`;
    return [`${factory} of nothing`, () => copy({ source: BlobSource[factory]() }), `${what} nothing.`];
  }),
  [
    "fromContainer of text",
    () => copy({ destination: BlobDestination.fromContainer("backups/b") }),
    'destination: fromContainer takes an object with its options, got "backups/b".',
  ],
  ["fromUrl of nothing", () => copy({ source: BlobSource.fromUrl() }), "source.url must be a string that is not empty, got nothing."],
  [
    "fromUrl of a URL object",
    () => copy({ source: BlobSource.fromUrl(new URL("https://example.com/b")) }),
    "source.url must be a string, got a URL; give its href.",
  ],
  [
    "fromUrl with a credential instead of options",
    () => copy({ source: BlobSource.fromUrl("https://a.blob.core.windows.net/c/b", Credential.anonymous?.()) }),
    ...["_kind", "_problems"].map(
      (name) => `source.${name} is not an option of fromUrl; remove it. The options are encryptionKeyEnvironment, credential.`,
    ),
  ],
  [
    "fromUrl with text for options",
    () => copy({ source: BlobSource.fromUrl("https://a.blob.core.windows.net/c/b", "sv=1&sig=c2VjcmV0") }),
    'source: fromUrl takes an object with its options, got "…" (a SAS).',
  ],
  ...NOT_TEXT.map(([value, shown]): Use => {
    return [
      `a URL that is ${shown}`,
      () => copy({ source: BlobSource.fromUrl(value) }),
      `source.url must be a string, got ${shown}${CURES[shown] ?? ""}.`,
    ];
  }),
  ...["blobEndpoint", "containerName", "blobName", "snapshot", "versionId"].flatMap((part) =>
    NOT_TEXT.slice(0, 5).map(([value, shown]): Use => {
      return [
        `a ${part} of the source that is ${shown}`,
        () => copy({ source: BlobSource.fromContainer({ ...SOURCE, [part]: value }) }),
        `source.${part} must be a string, got ${shown}.`,
      ];
    }),
  ),
  ...["fileEndpoint", "shareName", "filePath"].map((part): Use => {
    const file = { fileEndpoint: "https://source.file.core.windows.net/", shareName: "share", filePath: "a/b" };
    return [
      `a ${part} that is a number`,
      () => copy({ source: BlobSource.fromFileShare({ ...file, [part]: 7 }) }),
      `source.${part} must be a string, got 7.`,
    ];
  }),
  ...["blobEndpoint", "containerName", "blobName"].map((part): Use => {
    return [
      `a destination without ${part}`,
      () => copy({ destination: BlobDestination.fromContainer({ ...DESTINATION, [part]: undefined }) }),
      `destination.${part} must be a string that is not empty, got nothing.`,
    ];
  }),
  ...(
    [
      ["blobname", "did you mean blobName?"],
      ["containername", "did you mean containerName?"],
      ["blobEndPoint", "did you mean blobEndpoint?"],
      ["name", "remove it. The options are blobEndpoint, containerName, blobName, encryptionKeyEnvironment, credential."],
      ["credentials", "did you mean credential?"],
      ["snapshot", "remove it. The options are blobEndpoint, containerName, blobName, encryptionKeyEnvironment, credential."],
    ] as const
  ).map(([name, cure]): Use => {
    return [
      `${name} of a destination`,
      () => copy({ destination: BlobDestination.fromContainer({ ...DESTINATION, [name]: "b" }) }),
      `destination.${name} is not an option of fromContainer; ${cure}`,
    ];
  }),
];

const NOT_A_CREDENTIAL = 'must be made with Credential, such as Credential.sasFromEnvironment("NAME").';

const CREDENTIALS: Use[] = [
  ...["sv=1&sig=c2VjcmV0", 5, null, {}, { kind: "sas" }, true].map((value): Use => {
    return [
      `a credential that is ${JSON.stringify(value)}`,
      () => copy({ source: BlobSource.fromContainer({ ...SOURCE, credential: value }) }),
      `source.credential ${NOT_A_CREDENTIAL}`,
    ];
  }),
  [
    "a credential made with new",
    () => copy({ source: BlobSource.fromContainer({ ...SOURCE, credential: new (Credential as unknown as new () => unknown)() }) }),
    `source.credential ${NOT_A_CREDENTIAL}`,
  ],
  [
    "a credential beside the sides",
    () => copy({ credential: "sv=1&sig=c2VjcmV0" }),
    "credential is not an option of BlobCopy: it is one of the source and of the destination, such as BlobSource.fromUrl(url, { credential }).",
  ],
  ...["sasFromEnvironment", "accountKeyFromEnvironment", "connectionStringFromEnvironment"].map((factory): Use => {
    const account = factory.startsWith("account") ? { accountName: "source" } : undefined;
    return [
      `${factory} of nothing`,
      () => copy({ source: BlobSource.fromContainer({ ...SOURCE, credential: Credential[factory]?.(undefined, account) }) }),
      factory.startsWith("account")
        ? 'source.credential is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use Credential.accountKeyFromEnvironment("NAME").'
        : `source.credential does not name an environment variable: Credential.${factory} takes the name (letters, digits and "_", not starting with a digit), never the value.`,
    ];
  }),
  ...["accountKey", "accountKeyFromEnvironment"].map((factory): Use => {
    return [
      `${factory} without its account`,
      () => copy({ source: BlobSource.fromContainer({ ...SOURCE, credential: Credential[factory]?.("KEY") }) }),
      "source.credential: an account key takes an object with its options, got nothing.",
    ];
  }),
  [
    "an account by another name",
    () =>
      copy({
        source: BlobSource.fromContainer({
          ...SOURCE,
          credential: Credential.accountKeyFromEnvironment?.("KEY", { acountName: "source" }),
        }),
      }),
    "source.credential.acountName is not an option of an account key; did you mean accountName?",
  ],
  ...["sas", "connectionString"].flatMap((factory) =>
    [5, null, {}].map((value): Use => {
      return [
        `${factory} of ${JSON.stringify(value)}`,
        () => copy({ source: BlobSource.fromContainer({ ...SOURCE, credential: Credential[factory]?.(value) }) }),
        `source.credential is a literal secret, which would be written to the synthesized folder; give a Terraform value, or put it into an environment variable and use Credential.${factory}FromEnvironment("NAME").`,
      ];
    }),
  ),
];

const MEANT: Use[] = [
  ...(
    [
      ["metdata", "metadata"],
      ["Metadata", "metadata"],
      ["meta", "metadata", false],
      ["onDestory", "onDestroy"],
      ["ondestroy", "onDestroy"],
      ["tag", "tags"],
      ["timeOut", "timeout"],
      ["rollBack", "rollback"],
      ["methods", "method"],
      ["overwite", "overwrite"],
      ["acessTier", "accessTier"],
      ["contentHeader", "contentHeaders"],
      ["copyTrigger", "copyTriggers"],
      ["depends", "dependsOn", false],
      ["dependOn", "dependsOn"],
      ["foreach", "forEach"],
      ["recpoy", "recopy"],
      ["sourceGaurd", "sourceGuard"],
      ["destinationLeaseID", "destinationLeaseId"],
      ["copySourceTag", "copySourceTags"],
      ["sourceCondition", "sourceConditions"],
      ["rehydrationPriority", "rehydratePriority"],
      ["destinations", "destination"],
      ["waits", "wait"],
    ] as const
  )
    .filter(([, , isNear = true]) => isNear)
    .map(([name, meant]): Use => {
      return [`${name} for ${meant}`, () => copy({ [name]: "x" }), `${name} is not an option of BlobCopy; did you mean ${meant}?`];
    }),
  ...["contentType", "contentEncoding", "contentLanguage", "contentDisposition", "cacheControl"].map((name): Use => {
    return [
      `${name} on top`,
      () => copy({ [name]: "x" }),
      `${name} is not an option of BlobCopy; did you mean contentHeaders: { ${name}: … }?`,
    ];
  }),
  ...["lifecycle", "provider", "count", "provisioners", "connection", "from", "to", "copies"].map((name): Use => {
    return [`${name}, which it has not`, () => copy({ [name]: "x" }), `${name} is not an option of BlobCopy: ${ELSEWHERE(name)}.`];
  }),
  ...["include", "exclude", "rename", "prune", "atomic", "allowEmpty", "maxFailures", "bandwidth", "manifestOut", "report"].map(
    (name): Use => [`${name} of a set`, () => copy({ [name]: "x" }), `${name} is not an option of BlobCopy: it is one of BlobCopySet.`],
  ),
  ...["credential", "sourceCredential", "destinationCredential", "destination_credential"].map((name): Use => {
    return [
      `${name} beside the sides, as text`,
      () => copy({ [name]: "x" }),
      `${name} is not an option of BlobCopy: it is one of the source and of the destination, such as BlobSource.fromUrl(url, { credential }).`,
    ];
  }),
  ...["snapshot", "versionId"].map((name): Use => {
    return [
      `${name} beside its source`,
      () => copy({ [name]: "x" }),
      `${name} is not an option of BlobCopy: it is part of the source; give source: BlobSource.fromContainer({ …, ${name} }).`,
    ];
  }),
  ...(
    [
      ["contentHeaders", "contentTyp", "did you mean contentType?"],
      ["contentHeaders", "contenttype", "did you mean contentType?"],
      ["contentHeaders", "Content-Type", "did you mean contentType?"],
      ["contentHeaders", "cacheControll", "did you mean cacheControl?"],
      ["sourceConditions", "ifmatch", "did you mean ifMatch?"],
      ["sourceConditions", "IfNoneMatch", "did you mean ifNoneMatch?"],
      ["destinationConditions", "ifTag", "did you mean ifTags?"],
      ["destinationConditions", "leaseId", "it has ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, ifTags."],
      ["destinationConditions", "ifModifiedsince", "did you mean ifModifiedSince?"],
    ] as const
  ).map(([option, name, cure]): Use => {
    return [`${name} in ${option}`, () => copy({ [option]: { [name]: "x" } }), `${option} has no ${name}; ${cure}`];
  }),
];

function ELSEWHERE(name: string): string {
  const cures: Record<string, string> = {
    lifecycle: "its resources are replaced and destroyed in a fixed order; remove it",
    provider: "a copy does not use a provider; remove it",
    provisioners: "it has its own; remove it",
    connection: "a copy does not connect to a machine; remove it",
    count: "use forEach with an iterator",
    from: "it is one of BlobCopySet; give source",
    to: "it is one of BlobCopySet; give destination",
    copies: "it is one of BlobCopySet",
  };
  return cures[name] ?? "";
}

const TIERS = "Hot, Cool, Cold, Smart, Archive, P4, P6, P10, P15, P20, P30, P40, P50, P60, P70, P80";

const OPTIONS: Use[] = [
  ...["metadata", "tags", "contentHeaders", "sourceConditions", "destinationConditions", "copyTriggers"].flatMap((name) =>
    (
      [
        ["x", '"x"'],
        [5, "5"],
        [null, "null"],
        [["a"], "a list"],
        [new Map([["a", "b"]]), "a Map"],
        [new Date(0), "a Date"],
      ] as const
    ).map(([value, shown]): Use => {
      return [`${name} that is ${shown}`, () => copy({ [name]: value }), `${name} must be an object of names and strings, got ${shown}.`];
    }),
  ),
  ...["metadata", "tags", "copyTriggers"].flatMap((name) =>
    NOT_TEXT.map(([value, shown]): Use => {
      return [
        `${name} with a value that is ${shown}`,
        () => copy({ [name]: { a: value } }),
        `${name}.a must be a string, got ${shown}${CURES[shown] ?? ""}.`,
      ];
    }),
  ),
  ...["contentHeaders.contentType", "sourceConditions.ifMatch", "destinationConditions.ifTags"].map((at): Use => {
    const [option = "", name = ""] = at.split(".");
    return [`${at} that is a number`, () => copy({ [option]: { [name]: 1 } }), `${at} must be a string, got 1.`];
  }),
  ...["wait", "copySourceTags"].flatMap((name) =>
    (
      [
        ["true", '"true"'],
        [1, "1"],
        [null, "null"],
      ] as const
    ).map(([value, shown]): Use => {
      return [`${name} that is ${shown}`, () => copy({ [name]: value }), `${name} must be true or false, known at synth, got ${shown}.`];
    }),
  ),
  ...(
    [
      ["accessTier", TIERS],
      ["rehydratePriority", "Standard, High"],
      ["overwrite", "always, never, if-different, if-source-newer"],
      ["sourceGuard", "etag, lease, none"],
      ["rollback", "restore, abort-only"],
      ["recopy", "on-intent-change, every-deploy"],
      ["onDestroy", "retain, delete"],
    ] as const
  ).flatMap(([name, values]): Use[] => [
    [`${name} that is a number`, () => copy({ [name]: 5 }), `${name} must be one of ${values}, known at synth, got 5.`],
    [`${name} that is null`, () => copy({ [name]: null }), `${name} must be one of ${values}, known at synth, got null.`],
    [
      `${name} that is another one`,
      () => copy({ accessTier: lib.AccessTier.HOT, [name]: "DELETE_ALL" }),
      `${name} "DELETE_ALL" is not one of ${values}.`,
    ],
  ]),
  ["a lease that is a number", () => copy({ destinationLeaseId: 1 }), "destinationLeaseId must be a string, got 1."],
  ...(
    [
      [60, "60"],
      [true, "true"],
      [{}, "an object"],
      [["1h"], "a list"],
    ] as const
  ).map(([value, shown]): Use => {
    return [
      `a timeout that is ${shown}`,
      () => copy({ timeout: value }),
      `timeout ${shown} is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".`,
    ];
  }),
  ["a timeout that is null", () => copy({ timeout: null }), "timeout must be given, or left out, got null."],
  ...[["one", '"one"'] as const, [5, "5"] as const, [null, "null"] as const, [{}, "an object"] as const].map(([value, shown]): Use => [
    `dependsOn that is ${JSON.stringify(value)}`,
    () => copy({ dependsOn: value }),
    `dependsOn must be a list of constructs, such as [container], got ${shown}.`,
  ]),
  ...[
    [undefined, "nothing"] as const,
    [null, "null"] as const,
    ["terraform_data.a", '"terraform_data.a"'] as const,
    [Promise.resolve(), "a Promise"] as const,
  ].map(([value, shown]): Use => [
    `dependsOn with ${shown} in its list`,
    () => copy({ dependsOn: [value] }),
    `dependsOn[0] must be a construct, such as the container, got ${shown}.`,
  ]),
  ...[["a"], { a: "b" }, "each", null].map((value): Use => {
    const shown = Array.isArray(value) ? "a list" : value === null ? "null" : typeof value === "string" ? '"each"' : "an object";
    return [`forEach that is ${shown}`, () => copy({ forEach: value }), `forEach must be a TerraformIterator, got ${shown}.`];
  }),
];

const NOTHING_DECLARED = "nothing is declared to be copied; give copies, or from and to.";

const SETS: Use[] = [
  ["nothing", () => undefined, "BlobCopySet takes an object with its options, got nothing.", NOTHING_DECLARED],
  ["null", () => null, "BlobCopySet takes an object with its options, got null.", NOTHING_DECLARED],
  ["a list", () => [copy()], "BlobCopySet takes an object with its options, got a list.", NOTHING_DECLARED],
  ["copies that are text", () => ({ copies: "all" }), 'copies must be a list, got "all".'],
  ["copies that are an object", () => ({ copies: { a: copy() } }), "copies must be a list, got an object."],
  ...(
    [
      [null, "null"],
      [5, "5"],
      ["b", '"b"'],
      [undefined, "nothing"],
    ] as const
  ).map(([value, shown]): Use => {
    return [
      `a copy that is ${shown}`,
      () => ({ copies: [copy(), value] }),
      `copies[1]: a copy of a set takes an object with its options, got ${shown}.`,
    ];
  }),
  ["a key that is a number", () => ({ copies: [copy({ key: 1 })] }), "copies[0]: key must be a string, got 1."],
  [
    "a misspelt option of a copy",
    () => ({ copies: [copy({ metdata: {} })] }),
    "copies[0]: metdata is not an option of a copy of a set; did you mean metadata?",
  ],
  ...["wait", "forEach"].map((name): Use => {
    return [
      `${name} of one copy in a list`,
      () => ({ copies: [copy({ [name]: true })] }),
      `copies[0]: ${name} is not an option of a copy of a set: it is one of BlobCopy.`,
    ];
  }),
  ...[
    ...["timeout", "rollback", "recopy", "copyTriggers", "dependsOn", "atomic", "prune", "maxConcurrency", "maxFailures", "bandwidth"],
    ...["include", "exclude", "rename", "report", "manifestOut"],
  ].map((name): Use => [
    `${name} of one copy`,
    () => ({ copies: [copy({ [name]: "x" })] }),
    `copies[0]: ${name} is not an option of a copy of a set: it is one of the set as a whole.`,
  ]),
  ...(
    [
      ["forEach", "it is one of BlobCopy"],
      ["wait", "it is one of BlobCopy, and a set is always waited for"],
      ["source", "give from, or copies"],
      ["destination", "give to, or copies"],
      ["count", "a set is one run; declare two sets"],
      ["prefix", "it is one of from and of to, such as BlobSource.fromPrefix({ …, prefix })"],
      ["key", "it is one of a copy in copies"],
      ["destinationCredential", "it is one of from and of to, such as BlobSource.fromPrefix({ credential, … })"],
    ] as const
  ).map(([name, cure]): Use => [
    `${name}, which is none of a set`,
    () => set({ [name]: "x" }),
    `${name} is not an option of BlobCopySet: ${cure}.`,
  ]),
  ...(
    [
      ["includes", "include"],
      ["excludes", "exclude"],
      ["renames", "rename"],
      ["maxConcurency", "maxConcurrency"],
      ["maxFailure", "maxFailures"],
      ["manifestout", "manifestOut"],
      ["reports", "report"],
      ["bandwith", "bandwidth"],
      ["Atomic", "atomic"],
      ["purne", "prune"],
    ] as const
  ).map(([name, meant]): Use => [
    `${name} for ${meant}`,
    () => set({ [name]: "x" }),
    `${name} is not an option of BlobCopySet; did you mean ${meant}?`,
  ]),
  ...["include", "exclude"].flatMap((name): Use[] => [
    [`${name} that is text`, () => set({ [name]: "*.bin" }), `${name} must be a list of strings, got "*.bin".`],
    [`${name} with null`, () => set({ [name]: ["*.bin", null] }), `${name}[1] must be a string, got null.`],
    [`${name} with a number`, () => set({ [name]: [1] }), `${name}[0] must be a string, got 1.`],
  ]),
  ["rename that is a list", () => set({ rename: ["a"] }), "rename must be an object of names and strings, got a list."],
  ["rename to a number", () => set({ rename: { a: 1 } }), "rename.a must be a string, got 1."],
  ...["atomic", "prune"].map((name): Use => [
    `${name} that is text`,
    () => set({ [name]: "yes" }),
    `${name} must be true or false, known at synth, got "yes".`,
  ]),
  ...["maxConcurrency", "maxFailures"].flatMap((name): Use[] => [
    [`${name} that is text`, () => set({ [name]: "5" }), `${name} must be a number, got "5".`],
    [`${name} that is null`, () => set({ [name]: null }), `${name} must be a number, got null.`],
  ]),
  ...["manifestOut", "report"].map((name): Use => [
    `${name} that is a number`,
    () => set({ [name]: 1 }),
    `${name} must be a string, got 1.`,
  ]),
  [
    "fromPrefix of nothing",
    () => set({ from: BlobSource.fromPrefix() }),
    "from: fromPrefix takes an object with its options, got nothing.",
  ],
  ["a prefix that is a number", () => set({ to: to({ prefix: 3 }) }), "to.prefix must be a string, got 3."],
  [
    "a blobName in a prefix",
    () => set({ to: to({ blobName: "b" }) }),
    "to.blobName is not an option of fromPrefix; remove it. The options are blobEndpoint, containerName, prefix, encryptionKeyEnvironment, credential.",
  ],
  ["no globs at all", () => set({ include: [] }), "include is empty, which would mean every name; leave it out for that."],
  [
    "a class of characters in a glob",
    () => set({ include: ["v[12]/**"] }),
    'include[0] "v[12]/**" has brackets, but a glob cannot have classes of characters; write alternatives as {a,b}, or \\[ for the character.',
  ],
  [
    "a negated class of characters",
    () => set({ exclude: ["**/[!a]*"] }),
    'exclude[0] "**/[!a]*" has brackets, but a glob cannot have classes of characters; write alternatives as {a,b}, or \\[ for the character.',
  ],
  [
    "patterns in one text, as AzCopy takes them",
    () => set({ include: ["*.onnx;*.json"] }),
    'include[0] "*.onnx;*.json" has ";", which does not separate globs: write each glob as an entry of the list, or \\; for the character.',
  ],
  [
    "patterns in one text to leave out",
    () => set({ exclude: ["tmp/**", "*.log;*.tmp"] }),
    'exclude[1] "*.log;*.tmp" has ";", which does not separate globs: write each glob as an entry of the list, or \\; for the character.',
  ],
  [
    "a path of this folder as a glob",
    () => set({ include: ["./models/*"] }),
    'include[0] "./models/*" starts with "./", but names are relative to the prefix; remove it.',
  ],
  [
    "an absent value in a glob",
    () => set({ include: ["undefined/*.bin"] }),
    'include[0] "undefined/*.bin" contains "undefined", the text of a value that was missing when the name was made; give the value. (If that is the name, write it escaped in a URL.)',
  ],
  ["a misspelt prefix", () => set({ from: from({ prefx: "b" }) }), "from.prefx is not an option of fromPrefix; did you mean prefix?"],
  ["a credential of text for a prefix", () => set({ from: from({ credential: "key" }) }), `from.credential ${NOT_A_CREDENTIAL}`],
];

/** Options that users of azurerm_storage_blob are likely to write. */
const OF_AZURERM: Use[] = (
  [
    ["name", ": it is part of a place; give destination: BlobDestination.fromContainer({ …, blobName })."],
    [
      "storage_account_name",
      ": it is part of a place; give destination: BlobDestination.fromContainer({ blobEndpoint, … }), such as account.primaryBlobEndpoint.",
    ],
    ["storageContainerName", ": it is part of a place; give destination: BlobDestination.fromContainer({ …, containerName })."],
    ["source_uri", ": give source: BlobSource.fromUrl(url)."],
    ["sourceUri", ": give source: BlobSource.fromUrl(url)."],
    ["source_content", ": nothing is uploaded; give source: BlobSource.fromUrl(url)."],
    ["type", ": a copy has the type of its source; remove it."],
    ["content_type", "; did you mean contentHeaders: { contentType: … }?"],
    ["cache_control", "; did you mean contentHeaders: { cacheControl: … }?"],
    ["content_md5", ": give sourceContentMd5 for the MD5 that the source must have; the copy has the MD5 of its source."],
    ["access_tier", "; did you mean accessTier?"],
    ["encryption_scope", "; did you mean encryptionScope?"],
    ["Metadata", "; did you mean metadata?"],
    ["parallelism", ": the service copies as fast as it can; remove it."],
    ["size", ": a copy is as long as its source; remove it."],
  ] as const
).map(([name, rest]) => [`${name}, of azurerm_storage_blob`, () => copy({ [name]: "x" }), `${name} is not an option of BlobCopy${rest}`]);

/** Options that users of AzCopy are likely to write. */
const OF_AZCOPY: Use[] = (
  [
    ["recursive", ": everything below a prefix is copied, including names with slashes; remove it."],
    ["include-pattern", ": give include, with globs over whole names: **/*.onnx."],
    ["includePath", ": give include, with globs over whole names: models/**."],
    ["excludePattern", ": give exclude, with globs over whole names: **/*.tmp."],
    ["exclude-path", ": give exclude, with globs over whole names: tmp/**."],
    ["cap-mbps", ': give bandwidth, in bytes, such as "25MB/s" for 200 Mbit/s.'],
    ["delete-destination", ": give prune: true, which deletes only blobs that this set copied."],
    ["block-size-mb", ": the service copies as fast as it can; remove it."],
    ["blobType", ": a copy has the type of its source; remove it."],
    ["put-md5", ": the service keeps the MD5 of the source; remove it."],
    ["s2sPreserveAccessTier", ": give accessTier, or leave it out for the service's own."],
  ] as const
).map(([name, rest]) => [`${name}, of AzCopy`, () => set({ [name]: true }), `${name} is not an option of BlobCopySet${rest}`]);

/** The name of an enumeration's member, or another spelling of its value. */
const MEMBERS: Use[] = (
  [
    ["onDestroy", "DELETE", "retain, delete", "delete"],
    ["overwrite", "IF_DIFFERENT", "always, never, if-different, if-source-newer", "if-different"],
    ["recopy", "everyDeploy", "on-intent-change, every-deploy", "every-deploy"],
    ["rollback", " Restore", "restore, abort-only", "restore"],
    ["accessTier", "COOL", TIERS, "Cool"],
  ] as const
).map(([name, value, values, meant]) => [
  `${name} that is "${value}"`,
  () => copy({ [name]: value }),
  `${name} ${JSON.stringify(value)} is not one of ${values}; did you mean "${meant}"?`,
]);

/** Names and globs of a set that must have another intended meaning. */
const NAMES_OF_SETS: Use[] = [
  [
    "a folder of .gitignore",
    () => set({ exclude: ["tmp/"] }),
    'exclude[0] "tmp/" ends with "/", which matches only the blob of exactly that name; write "tmp/**" for everything below it (or \\/ for that blob).',
  ],
  [
    "a folder with stars",
    () => set({ include: ["**/cache/"] }),
    'include[0] "**/cache/" ends with "/", which matches only the blob of exactly that name; write "**/cache/**" for everything below it (or \\/ for that blob).',
  ],
  [
    "a glob for a prefix",
    () => set({ from: from({ prefix: "v3/*" }) }),
    'from.prefix "v3/*" ends with "*", but a prefix is the text at the start of names; remove it, and give globs in include.',
  ],
  ...(
    [
      ["the URL of a blob as a glob", { include: ["https://source.blob.core.windows.net/models/v3/**"] }, "include[0]"],
      ["the URL of a blob to be left out", { exclude: ["https://source.blob.core.windows.net/models/v3/**"] }, "exclude[0]"],
      [
        "the URL of a blob to be renamed",
        { rename: { "https://source.blob.core.windows.net/models/v3/**": "b" } },
        'rename["https://source.blob.core.windows.net/models/v3/**"]',
      ],
    ] as const
  ).map(([what, more, at]): Use => [
    what,
    () => set(more),
    `${at} "https://source.blob.core.windows.net/models/v3/**" is a URL of Azure Storage; give the name below the container, or the whole URL to fromUrl.`,
  ]),
  ...(
    [
      ["*.bin", "b", '"*.bin" contains "*"'],
      ["v3/**", "b/", '"v3/**" ends with "*"'],
      ["v3/*/b", "b", '"v3/*/b" contains "*"'],
      ["v3/", "now/*", '"now/*" ends with "*"'],
    ] as const
  ).map(([name, target, what]): Use => [
    `a glob in rename: ${name} to ${target}`,
    () => set({ rename: { [name]: target } }),
    `rename["${name}"]: ${what}, but rename takes names, and folders that end in "/", not globs; give each of them.`,
  ]),
  [
    "a glob for the prefix of a destination",
    () => set({ to: to({ prefix: "now/**" }) }),
    'to.prefix "now/**" ends with "*", but a prefix is the text at the start of names; remove it, and give globs in include.',
  ],
];

describe("a BlobCopy that no compiler has seen is refused in one line with its path for", () => {
  const uses = [...CONFIGS, ...SIDES, ...CREDENTIALS, ...MEANT, ...OPTIONS, ...OF_AZURERM, ...MEMBERS];

  test.each(uses)("%s", (_what, config, ...problems) => {
    const stack = testStack();
    new BlobCopy(stack, "copy", config());
    expect(problemsOf(stack)).toEqual(problems.map((problem) => `[stack/copy] ${problem}`));
  });
});

describe("a BlobCopySet that no compiler has seen is refused in one line with its path for", () => {
  test.each([...SETS, ...OF_AZCOPY, ...NAMES_OF_SETS])("%s", (_what, config, ...problems) => {
    const stack = testStack();
    new BlobCopySet(stack, "set", config());
    expect(problemsOf(stack)).toEqual(problems.map((problem) => `[stack/set] ${problem}`));
  });

  test.each([
    [undefined, "nothing"],
    [1, "1"],
    [null, "null"],
  ])("a result of %s", (key, shown) => {
    const stack = testStack();
    new BlobCopySet(stack, "set", { copies: [copy()] }).result(key);
    expect(problemsOf(stack)).toEqual([`[stack/set] result() takes the key of a copy, got ${shown}.`]);
  });
});

describe("moveFromId() is refused in one line", () => {
  const declared = {
    BlobCopy: () => new BlobCopy(testStack(), "copy", copy()),
    BlobCopySet: () => new BlobCopySet(testStack(), "copy", set()),
  };
  const moved = (made: unknown, id: unknown): string[] => {
    const construct = made as { moveFromId: (id: unknown) => void; node: { scope: TerraformStack } };
    construct.moveFromId(id);
    return problemsOf(construct.node.scope);
  };

  describe.each(Object.entries(declared))("of a %s", (_, declare) => {
    test.each([...NOT_TEXT, [undefined, "nothing"], ["", '""']] as [unknown, string][])("for %p", (id, shown) => {
      expect(moved(declare(), id)).toEqual([`[stack/copy] moveFromId() takes the earlier id of the construct, got ${shown}.`]);
    });

    test.each(["copy", "terraform_data.copy"])("for its own id, %s", (id) => {
      expect(moved(declare(), id)).toEqual([
        `[stack/copy] moveFromId() takes the earlier id of the construct, but "${id}" is its current id; remove the call.`,
      ]);
    });

    test.each(["stack/old", "my copy", "module.a.old"])("for what is no name of Terraform's, %s", (id) => {
      expect(moved(declare(), id)).toEqual([
        `[stack/copy] moveFromId("${id}") is not the name of a construct in Terraform; give its earlier id without the path, or, for a construct below another construct, its name in the configuration (after terraform_data.).`,
      ]);
    });

    test("for what is still declared", () => {
      const made = declare();
      new BlobCopy((made as { node: { scope: TerraformStack } }).node.scope, "old", copy({ destination: destination("old") }));
      expect(moved(made, "old")).toEqual([
        '[stack/copy] moveFromId("old") names a construct that is still declared as stack/old; remove that construct, or the call.',
      ]);
    });
  });
});

test("no message of the table holds a secret that was given in the wrong place", () => {
  const texts = CREDENTIALS.flatMap(([, config]) => {
    const stack = testStack();
    new BlobCopy(stack, "copy", config());
    return problemsOf(stack);
  });
  expect(texts.join("\n")).not.toContain("c2VjcmV0");
});
