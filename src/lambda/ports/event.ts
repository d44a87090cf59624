import { createHash } from "node:crypto";
import { declaredIn, type DeclaredResource, type ResourceProperties } from "./declared";
import { badIntent } from "../../failure/bad-intent";
import { CopyFailure } from "../../failure/copy-failure";
import { placeKey, prefixKey } from "../../intent";

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

/** Where a record of a resource is: by the place that it writes, and by the resource itself. */
export interface ResourceKey {
  readonly place: string;
  readonly resource: string;
}

const SHOWN_CHARACTERS = 200;
/** Beyond ASCII a character takes up to three bytes of an answer, which has few. */
const NOT_SHOWN = /[^!-~]/gu;
const PHYSICAL_ID = /#([0-9a-f]{16})\.([0-9a-f]{16})$/;

/**
 * The same for as long as the resource writes the same place, however that is spelled: another one makes CloudFormation replace the
 * resource, and delete the old one when all else is done.
 */
export function physicalIdOf(event: ResourceEvent): string {
  const place = placeOf(declaredIn(event.ResourceProperties, ""));
  return `https:${place.replace(NOT_SHOWN, "_").slice(0, SHOWN_CHARACTERS)}#${digest(place)}.${digest(`${event.StackId}\n${event.LogicalResourceId}`)}`;
}

/**
 * Of the resource that a request is about. When another resource fails, CloudFormation waits no longer for one that it was creating, and deletes it
 * by an id that it invents: such a request names its resource by all else.
 *
 * @returns undefined for what is none of ours
 */
export function keyOf(event: ResourceEvent): ResourceKey | undefined {
  return keyIn(event.PhysicalResourceId ?? "") ?? (event.RequestType === "Delete" ? declaredKey(event) : undefined);
}

/** CloudFormation has never heard of the id that we gave. */
export function hasInventedId({ PhysicalResourceId = "" }: Pick<ResourceEvent, "PhysicalResourceId">): boolean {
  return keyIn(PhysicalResourceId) === undefined;
}

function declaredKey(event: ResourceEvent): ResourceKey | undefined {
  try {
    return keyIn(physicalIdOf(event));
  } catch (error) {
    // Of what cannot be read nothing has come about.
    if (error instanceof CopyFailure) return undefined;
    throw error;
  }
}

function keyIn(physicalId: string): ResourceKey | undefined {
  const [, place, resource] = PHYSICAL_ID.exec(physicalId) ?? [];
  return place === undefined || resource === undefined ? undefined : { place, resource };
}

/** Of a set, that below which its blobs are; a list of copies has no one place, and is the same resource whatever is on it. */
function placeOf({ intent: { copies, set }, list }: DeclaredResource): string {
  if (set?.prefixes !== undefined) return prefixKey(set.prefixes.destination);
  if (list !== undefined) return "//copies";
  const [copy] = copies;
  if (copy === undefined) throw badIntent("copy intent", "it declares no copy");
  return placeKey(copy.destination);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
