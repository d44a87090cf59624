import type { CopyDeclaration, CopyOptionValues, CredentialReference, EncryptionKeyReference, LocationReference } from "..";
import {
  addsSnapshot,
  COPY_OPTIONS,
  COPY_OPTION_NAMES,
  CredentialKind,
  encryptionKeyOf,
  isSecret,
  isSnapshot,
  keysAreBeyond,
  LocationKind,
  optionsBeyond,
  NOT_EMPTY,
  TIME_STAMP,
} from "..";
import type { CopyOption } from "../copy-options";
import type { Fields } from "./fields";

type FieldOf<Kind> = Kind extends unknown ? keyof Kind : never;

/** The fields of all kinds of locations. */
const LOCATION_FIELDS = Object.keys({
  ...{ kind: true, credential: true, encryptionKey: true },
  ...{ url: true, blobEndpoint: true, containerName: true, blobName: true, snapshot: true, versionId: true },
  ...{ fileEndpoint: true, shareName: true, filePath: true },
} satisfies Record<FieldOf<LocationReference>, true>);

const CREDENTIAL_FIELDS = ["variable", "accountName", "tenantId", "clientId", "pathVariable"] as const;

/**
 * For places of the current declaration. A destroy may find other fields, which an earlier version
 * left in Terraform's state.
 */
export function refuseOtherFields(place: Fields, names: readonly string[]): void {
  place.refuseOthers(names);
  // A credential that is not an object is reported where it is read.
  if (typeof place.raw("credential") === "object") place.child("credential")?.refuseOthers(["kind", ...CREDENTIAL_FIELDS]);
}

/** Defaults that differ from those in the table. */
export type OptionDefaults = Partial<CopyOptionValues>;

/** Checks one declared copy; defaults replace fields that an intent written by hand leaves out. */
export function parseCopy(copy: Fields, defaults: OptionDefaults = {}): CopyDeclaration {
  const source = copy.requiredChild("source");
  const destination = copy.requiredChild("destination");
  copy.refuseOthers([...COPY_OPTION_NAMES, "source", "destination", "key"]);
  const parsed = { ...readOptions(copy, defaults), source: parseLocation(source), destination: parseLocation(destination) };
  for (const location of [source, destination]) refuseOtherFields(location, LOCATION_FIELDS);
  checkKeys(copy, parsed);
  if (addsSnapshot(parsed.method) && !isSnapshot(parsed.source))
    copy.problem("source", `must be a snapshot for the method ${parsed.method}`);
  return parsed;
}

/** Notes options that exclude an encryption key. */
export function checkKeys(
  copy: Fields,
  {
    method,
    encryptionScope,
    ...sides
  }: Pick<CopyDeclaration, "method" | "encryptionScope"> & { readonly source: object; readonly destination: object },
): void {
  if (keysAreBeyond(method, sides)) copy.problem("method", `${method} takes no encryption key`);
  if (encryptionScope !== undefined && encryptionKeyOf(sides.destination) !== undefined)
    copy.problem("encryptionScope", "cannot be given with an encryption key of the destination");
}

/**
 * A set copies blobs, which it knows by their names: it could not keep track of the snapshots of a
 * chain.
 */
export function checkMethodOfSet(copy: Fields, { method }: Pick<CopyDeclaration, "method">): void {
  if (addsSnapshot(method)) copy.problem("method", `${method} is for single copies: a set adds no snapshots to chains`);
}

/**
 * The options of a copy, without its source and destination. A prefix declares them for all its
 * blobs.
 */
export function parseOptions(fields: Fields, defaults: OptionDefaults = {}): CopyOptionValues {
  fields.refuseOthers(COPY_OPTION_NAMES);
  return readOptions(fields, defaults);
}

function readOptions(fields: Fields, defaults: OptionDefaults): CopyOptionValues {
  const values: Record<string, unknown> = {};
  for (const name of COPY_OPTION_NAMES) {
    const value = parseOption(fields, name, COPY_OPTIONS[name]) ?? defaults[name] ?? defaultOf(COPY_OPTIONS[name]);
    if (value !== undefined) values[name] = value;
  }
  // The form of this option in earlier versions.
  const { rehydratePriority: priority, rehydrate } = values as Partial<CopyOptionValues>;
  if (priority !== undefined) values["rehydrate"] = { priority, ...rehydrate };
  delete values["rehydratePriority"];
  // The cast is safe: the table has an entry for each option, with the shape of its type, and a
  // default for each option that must not be absent.
  const options = values as unknown as CopyOptionValues;
  for (const name of optionsBeyond(options.method, options)) fields.problem(name, `cannot be done by the method ${options.method}`);
  return options;
}

function parseOption(fields: Fields, name: string, option: CopyOption): unknown {
  if (option.guards === true) fields.refuseNulls(name);
  switch (option.shape) {
    case "text":
      return fields.text(name, option.form);
    case "boolean":
      return fields.boolean(name);
    case "map":
      return withBooleans(fields.map(name, option), option.booleans);
    case "enum":
      return fields.oneOf(name, option.values);
  }
}

/** Converts the texts "true" and "false" of these names to booleans. */
function withBooleans(
  texts: Readonly<Record<string, string>> | undefined,
  names: readonly string[] = [],
): Readonly<Record<string, string | boolean>> | undefined {
  return texts && Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, names.includes(name) ? text === "true" : text]));
}

function defaultOf(option: CopyOption): string | undefined {
  return option.shape === "enum" ? option.default : undefined;
}

/** Checks the shape of a location. Its parts are checked where the URL is made. */
export function parseLocation(fields: Fields): LocationReference {
  const credential = fields.child("credential");
  const key = fields.child("encryptionKey");
  const common = credential === undefined ? {} : { credential: parseCredential(credential) };
  const encrypted = { ...common, ...(key === undefined ? {} : { encryptionKey: parseKey(key) }) };
  switch (fields.oneOf("kind", LocationKind) ?? LocationKind.URL) {
    case LocationKind.URL:
      return { kind: LocationKind.URL, url: fields.requiredText("url"), ...encrypted };
    case LocationKind.BLOB: {
      fields.refuseNulls("snapshot", "versionId");
      const snapshot = fields.text("snapshot", TIME_STAMP);
      const versionId = fields.text("versionId", TIME_STAMP);
      return {
        kind: LocationKind.BLOB,
        blobEndpoint: fields.requiredText("blobEndpoint"),
        containerName: fields.requiredText("containerName"),
        blobName: fields.requiredText("blobName"),
        ...(snapshot === undefined ? {} : { snapshot }),
        ...(versionId === undefined ? {} : { versionId }),
        ...encrypted,
      };
    }
    case LocationKind.FILE:
      if (key !== undefined) fields.problem("encryptionKey", "is for a blob, but this is a file of a share");
      return {
        kind: LocationKind.FILE,
        fileEndpoint: fields.requiredText("fileEndpoint"),
        shareName: fields.requiredText("shareName"),
        filePath: fields.requiredText("filePath"),
        ...common,
      };
  }
}

export function parseKey(fields: Fields): EncryptionKeyReference {
  fields.refuseOthers(["variable"]);
  return { variable: fields.requiredText("variable") };
}

export function parseCredential(fields: Fields): CredentialReference {
  const kind = fields.oneOf("kind", CredentialKind) ?? CredentialKind.ANONYMOUS;
  const reference = {
    kind,
    ...Object.fromEntries(CREDENTIAL_FIELDS.flatMap((name) => entryOf(name, fields.text(name, NOT_EMPTY)))),
  } as CredentialReference;
  // Without these, another identity than the declared one would sign in.
  fields.refuseNulls("tenantId", "clientId");
  if (isSecret(kind) && reference.variable === undefined) {
    fields.problem("variable", "must name the environment variable that holds the secret");
  }
  if (kind === CredentialKind.SERVICE_PRINCIPAL) {
    for (const name of ["tenantId", "clientId"]) if (fields.raw(name) === undefined) fields.requiredText(name);
    if ((reference.variable === undefined) === (reference.pathVariable === undefined)) {
      fields.problem(
        "variable",
        "must name the environment variable that holds the secret, unless pathVariable names that of a certificate",
      );
    }
  }
  return reference;
}

function entryOf(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}
