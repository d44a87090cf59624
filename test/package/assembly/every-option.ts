import { propertiesOf, type Description, type Property, type TypeReference } from "../../support/jsii/assembly";
import type { Reference, Value, World } from "../../support/jsii/world";
import type { Framework, Options } from "./frameworks";

/**
 * Valid texts that cannot be derived from the type. A new option whose text is checked needs a line
 * here.
 */
const TEXTS: Readonly<Record<string, string>> = {
  accountKeyEnvironment: "ACCOUNT_KEY",
  accountName: "source",
  bandwidth: "200MB/s",
  certificatePathEnvironment: "CERTIFICATE",
  clientId: "11111111-2222-3333-4444-555555555555",
  clientSecretEnvironment: "CLIENT_SECRET",
  containerName: "data",
  contentType: "text/plain",
  encryptionKeyEnvironment: "ENCRYPTION_KEY",
  destinationLeaseId: "11111111-2222-3333-4444-555555555555",
  ifMatch: '"0x1"',
  ifModifiedSince: "2026-01-02T03:04:05Z",
  ifNoneMatch: '"0x2"',
  ifTags: "\"a\" = 'b'",
  ifUnmodifiedSince: "2026-02-03T04:05:06Z",
  shareName: "share",
  snapshot: "2026-01-02T03:04:05.0000000Z",
  sourceContentMd5: "1B2M2Y8AsgTpgAmY7PhCfg==",
  tenantId: "11111111-2222-3333-4444-555555555555",
  timeout: "90s",
  tokenFileEnvironment: "TOKEN_FILE",
  until: "2099-01-02T03:04:05Z",
  variable: "VARIABLE",
  versionId: "2026-01-02T03:04:05.0000000Z",
};

/** Valid numbers that cannot be derived from the type. */
const NUMBERS: Readonly<Record<string, number>> = { memorySize: 256 };

/** Options of a single blob, which are refused for all blobs of a set. */
const OF_ONE_BLOB = ["destinationLeaseId", "sourceContentMd5", "ifMatch"];
/** A method that adds a snapshot of one blob to another blob. */
const CHAIN = "INCREMENTAL_COPY_BLOB";
const SNAPSHOT_URL = `${endpointOf("source")}data/disk.vhd?snapshot=2026-01-02T03:04:05.0000000Z`;

/**
 * Declares, in a world, each construct with each option, each value of an enumeration, each factory
 * and each attribute.
 */
export class EveryOption {
  /** Types of the assembly that were used. */
  readonly used = new Set<string>();
  private side: "source" | "destination" = "source";
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly description: Description,
    private readonly framework: Framework,
    private readonly stack: Reference,
  ) {}

  async declare(): Promise<void> {
    for (const { fqn, kind, methods = [], base } of Object.values(this.description.types)) {
      if (kind !== "class") continue;
      this.used.add(fqn);
      if (base !== undefined) await this.declareConstruct(fqn);
      for (const method of methods.filter((one) => one.static)) await this.declareFactory(fqn, method.name);
    }
  }

  private async declareConstruct(fqn: string): Promise<void> {
    const { properties = [], methods = [] } = this.description.types[fqn] ?? {};
    const plain = await this.construct(fqn, {});
    if (methods.some(({ name }) => name === "moveFromId")) await this.world.call(plain, "moveFromId", ["earlier"]);
    await this.showAttributes(plain, properties);
    if (methods.some(({ name }) => name === "result")) {
      const result = (await this.world.call(plain, "result", ["key"])) as Reference;
      this.used.add(this.type("ICopyResult"));
      await this.showAttributes(result, propertiesOf(this.description, this.type("ICopyResult")));
    }
    const isSet = this.isSet(fqn);
    for (const { name, type } of propertiesOf(this.description, this.optionsOf(fqn))) {
      if (isSet && OF_ONE_BLOB.includes(name)) continue;
      for (const value of await this.variants(name, type, isSet)) {
        if (isSet && isChain(value)) continue;
        const made = await this.construct(fqn, { [name]: value, ...(await this.beside(name, value)) });
        // A provider that no construct uses is refused.
        if (fqn === this.type("BlobCopyProvider")) await this.use(fqn, false, made);
      }
    }
  }

  /** Further options that an option needs. */
  private async beside(name: string, value: Value): Promise<Options> {
    if (isChain(value)) return { source: await this.world.callStatic(this.type("BlobSource"), "fromUrl", [SNAPSHOT_URL]) };
    if (name === "prune") return { recopy: { fqn: this.type("RecopyPolicy"), member: "EVERY_DEPLOY" } };
    if (name === "rehydrate" || name === "rehydratePriority") return { accessTier: { fqn: this.type("AccessTier"), member: "COOL" } };
    const { name: nameOfEach, options } = await this.framework.beside(name);
    return nameOfEach === undefined ? options : { destination: await this.place("destination", "fromContainer", nameOfEach) };
  }

  /**
   * Each construct gets its own destination, so that no two write the same blob. `copies` replaces
   * `from` and `to`.
   */
  private async construct(fqn: string, options: Options): Promise<Reference> {
    const props = this.optionsOf(fqn);
    for (const one of [props, ...(this.description.types[props]?.interfaces ?? [])]) this.used.add(one);
    const places = "copies" in options ? {} : await this.placesOf(fqn);
    const id = `${Object.keys(options)[0] ?? "plain"}-${this.next()}`;
    return this.world.create(fqn, [this.stack, id, { fqn: props, struct: { ...places, ...options } }]);
  }

  private async placesOf(fqn: string): Promise<Options> {
    switch (fqn) {
      case this.type("BlobCopy"):
        return {
          source: await this.place("source", "fromContainer", "usual"),
          destination: await this.place("destination", "fromContainer", this.next()),
        };
      case this.type("BlobCopySet"):
        return { from: await this.place("source", "fromPrefix", "usual"), to: await this.place("destination", "fromPrefix", this.next()) };
      default:
        return {};
    }
  }

  private async place(side: "source" | "destination", factory: "fromContainer" | "fromPrefix", at: Value): Promise<Value> {
    const name = side === "source" ? "BlobSource" : "BlobDestination";
    const fqn = this.type(factory === "fromPrefix" ? "BlobPrefixOptions" : `${name}ContainerOptions`);
    const last = { [factory === "fromPrefix" ? "prefix" : "blobName"]: at };
    const struct = { blobEndpoint: endpointOf(side), containerName: "data", ...last, ...(await this.neededBy(side)) };
    return this.world.callStatic(this.type(name), factory, [{ fqn, struct }]);
  }

  /** Options that all places of a side need. */
  private async neededBy(side: "source" | "destination"): Promise<Options> {
    const isNeeded = side === "destination" && this.framework.destinationsNeedCredential;
    return isNeeded ? { credential: await this.framework.credential(this.type("Credential")) } : {};
  }

  /** Calls a factory in all possible ways, and uses the resulting places and credentials. */
  private async declareFactory(fqn: string, method: string): Promise<void> {
    this.side = fqn === this.type("BlobDestination") ? "destination" : "source";
    const parameters = this.description.types[fqn]?.methods?.find(({ name }) => name === method)?.parameters ?? [];
    const last = parameters.at(-1);
    const number = last === undefined ? 1 : (await this.variants(last.name, last.type)).length;
    const ways = [...Array(number).keys(), ...(last?.optional ? [undefined] : [])];
    for (const way of ways) {
      const before = await Promise.all(parameters.slice(0, -1).map(({ name, type }) => this.first(name, type)));
      const value = last === undefined || way === undefined ? undefined : (await this.variants(last.name, last.type))[way];
      const made = await this.world.callStatic(fqn, method, [...before, ...(value === undefined ? [] : [value])]);
      await this.use(fqn, method === "fromPrefix", made);
    }
  }

  private async use(fqn: string, isPrefix: boolean, made: Value): Promise<void> {
    const construct = this.type(isPrefix ? "BlobCopySet" : "BlobCopy");
    switch (fqn) {
      case this.type("BlobSource"):
        await this.construct(construct, { [isPrefix ? "from" : "source"]: made });
        return;
      case this.type("BlobDestination"):
        await this.construct(construct, { [isPrefix ? "to" : "destination"]: made });
        return;
      case this.type("BlobCopyProvider"):
        await this.construct(construct, { provider: made });
        return;
      case this.type("Credential"): {
        const options = { fqn: this.type("BlobSourceUrlOptions"), struct: { credential: made } };
        const source = await this.world.callStatic(this.type("BlobSource"), "fromUrl", [`${endpointOf("source")}data/url`, options]);
        await this.construct(construct, { source });
        return;
      }
      default:
        throw new Error(`what is a ${fqn} used for? Say it here`);
    }
  }

  private async showAttributes(of: Reference, properties: readonly Property[]): Promise<void> {
    for (const { name } of properties.filter((property) => !property.static && "primitive" in property.type)) {
      await this.framework.show(`${name}-${this.next()}`, (await this.world.get(of, name)) as Value);
    }
  }

  private async first(name: string, type: TypeReference): Promise<Value> {
    const [value] = await this.variants(name, type);
    if (value === undefined) throw new Error(`no value for ${name}`);
    return value;
  }

  /**
   * Values of a type that together use all of it: each member of an enumeration, each property of a
   * struct.
   */
  private async variants(name: string, type: TypeReference, isForSet = false): Promise<readonly Value[]> {
    if ("primitive" in type) return [await this.primitive(name, type.primitive)];
    if ("union" in type) return (await Promise.all(type.union.types.map((one) => this.variants(name, one, isForSet)))).flat();
    if ("collection" in type) {
      const values = await this.variants(name, type.collection.elementtype);
      return type.collection.kind === "array" ? [values] : values.map((value) => ({ pairs: { key: value } }));
    }
    const { fqn } = type;
    const described = this.description.types[fqn];
    if (described === undefined) return this.framework.valuesOf(fqn, () => this.construct(this.type("BlobCopy"), {}));
    this.used.add(fqn);
    if (described.members) return described.members.map(({ name: member }) => ({ fqn, member }));
    if (described.datatype) return this.structs(fqn, isForSet);
    return [await this.object(fqn)];
  }

  private object(fqn: string): Promise<Value> {
    switch (fqn) {
      case this.type("Credential"):
        return this.framework.credential(fqn);
      case this.type("BlobCopyProvider"):
        return this.construct(fqn, {});
      case this.type("BlobSource"):
        return this.place("source", "fromContainer", "object");
      case this.type("BlobSourcePrefix"):
        return this.place("source", "fromPrefix", "object");
      case this.type("BlobDestination"):
        return this.place("destination", "fromContainer", this.next());
      case this.type("BlobDestinationPrefix"):
        return this.place("destination", "fromPrefix", this.next());
      default:
        throw new Error(`no value of the type ${fqn} is known: say here how to make one`);
    }
  }

  /** A struct with each optional property alone, or, if it has none, without any. */
  private async structs(fqn: string, isForSet: boolean): Promise<readonly Value[]> {
    const properties = propertiesOf(this.description, fqn);
    const found: Value[] = [];
    const add = async (option: Options) => {
      const required = await Promise.all(
        properties.filter(({ optional }) => !optional).map(async ({ name, type }) => [name, await this.first(name, type)] as const),
      );
      const key: Options = fqn === this.optionsOf(this.type("SetCopy")) ? { key: this.next() } : {};
      // The first one is a whole container that contains nothing else. A second one would be the
      // same place.
      const place: Options = found.length > 0 ? { prefix: `${this.next()}/` } : { containerName: "whole" };
      const prefix: Options = fqn === this.type("BlobPrefixOptions") ? { ...place, ...(await this.neededBy(this.side)) } : {};
      found.push({ fqn, struct: { ...Object.fromEntries(required), ...key, ...prefix, ...option } });
    };
    for (const { name, type } of properties.filter(({ optional }) => optional)) {
      if (isForSet && OF_ONE_BLOB.includes(name)) continue;
      for (const value of await this.variants(name, type)) {
        if (!isChain(value)) await add({ [name]: value, ...(await this.beside(name, value)) });
      }
    }
    if (found.length === 0) await add({});
    return found;
  }

  private async primitive(name: string, primitive: string): Promise<Value> {
    if (primitive === "boolean") return true;
    if (primitive === "number") return NUMBERS[name] ?? 7;
    switch (name) {
      case "value":
        return this.framework.secret();
      case "blobEndpoint":
        return endpointOf(this.side);
      case "fileEndpoint":
        return "https://source.file.core.windows.net/";
      case "url":
        return `${endpointOf(this.side)}data/${this.next()}`;
      case "blobName":
      case "prefix":
        return `${this.next()}/`;
      default:
        return TEXTS[name] ?? `sample-${name}`;
    }
  }

  private next(): string {
    this.count += 1;
    return String(this.count);
  }

  private isSet(fqn: string): boolean {
    return fqn === this.type("BlobCopySet");
  }

  private optionsOf(fqn: string): string {
    return `${fqn}${this.framework.suffix}`;
  }

  private type(name: string): string {
    return `${this.description.name}.${name}`;
  }
}

/**
 * Whether a value is the method that needs a snapshot as its source, and so cannot be used in a
 * set.
 */
function isChain(value: Value): boolean {
  return typeof value === "object" && "member" in value && value.member === CHAIN;
}

function endpointOf(side: "source" | "destination"): string {
  return `https://${side}.blob.core.windows.net/`;
}
