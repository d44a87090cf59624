import { createHash } from "node:crypto";
import { badIntent } from "../../failure/bad-intent";
import { type CopyIntent, DestroyPolicy, LocationKind, placeKey } from "../../intent";
import { parseIntent } from "../../intent/parse/parse-intent";

/** What CloudFormation sends, and the provider framework hands on. */
export interface ResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  /** Of one request: a second delivery has the same. */
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  /** Absent in a Create. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: ResourceProperties;
}

/** What the construct writes into the template. CloudFormation makes a string of everything, so it is strings from the start. */
export interface ResourceProperties {
  /** A copy intent, as JSON. */
  readonly Intent?: string;
  /** What decides whether the destination is what was declared; a change copies again. */
  readonly Fingerprint?: string;
  /** A {@link DestroyPolicy}. */
  readonly OnDestroy?: string;
}

/** An event's declaration, once read. */
export interface DeclaredResource {
  readonly intent: CopyIntent;
  readonly fingerprint: string;
  readonly onDestroy: DestroyPolicy;
}

/** Where a record of a resource is: by the place that it writes, and by the resource itself. */
export interface ResourceKey {
  readonly place: string;
  readonly resource: string;
}

/** @throws CopyFailure (exit code 2) */
export function declaredIn({ Intent = "", Fingerprint = "", OnDestroy = "" }: ResourceProperties, key: string): DeclaredResource {
  const onDestroy = Object.values(DestroyPolicy).find((policy: string) => policy === OnDestroy) ?? DestroyPolicy.RETAIN;
  // What a resource leaves on the service is signed by it: no other stack, and no other resource, takes it for its own.
  return {
    intent: { ...parseIntent(parsed(Intent)), deployment: key },
    fingerprint: Fingerprint,
    onDestroy,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw badIntent("copy intent", "the property Intent is not JSON");
  }
}

const SHOWN_CHARACTERS = 200;
const PHYSICAL_ID = /#([0-9a-f]{16})\.([0-9a-f]{16})$/;

/**
 * The same for as long as the resource writes the same place, however that is spelled: another one makes CloudFormation replace the
 * resource, and delete the old one when all else is done.
 */
export function physicalIdOf(event: ResourceEvent): string {
  const place = placeOf(declaredIn(event.ResourceProperties, "").intent);
  return `https:${place.slice(0, SHOWN_CHARACTERS)}#${digest(place)}.${digest(`${event.StackId}\n${event.LogicalResourceId}`)}`;
}

/** undefined for an id that is none of ours. */
export function keyIn(physicalId: string): ResourceKey | undefined {
  const [, place, resource] = PHYSICAL_ID.exec(physicalId) ?? [];
  return place === undefined || resource === undefined ? undefined : { place, resource };
}

/** Of a set, that below which its blobs are. */
function placeOf({ copies: [copy], set }: CopyIntent): string {
  if (set?.prefixes !== undefined) {
    const { blobEndpoint, containerName, prefix } = set.prefixes.destination;
    return placeKey({ kind: LocationKind.BLOB, blobEndpoint, containerName, blobName: prefix });
  }
  if (copy === undefined) throw badIntent("copy intent", "it declares no copy");
  return placeKey(copy.destination);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
