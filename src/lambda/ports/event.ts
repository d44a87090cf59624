import { createHash } from "node:crypto";
import { declaredIn, type DeclaredResource, type ResourceProperties } from "./declared";
import { badIntent } from "../../failure/bad-intent";
import { CopyFailure } from "../../failure/copy-failure";
import { placeKey, prefixKey } from "../../intent";

/** Request of CloudFormation, as the provider framework passes it on. */
export interface ResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  /** Id of one request. A second delivery has the same one. */
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  /** Absent in a Create. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: ResourceProperties;
}

/** Key of a resource's record: the place that it writes, and the resource itself. */
export interface ResourceKey {
  readonly place: string;
  readonly resource: string;
}

const SHOWN_CHARACTERS = 200;
/** A character beyond ASCII takes up to three bytes of an answer, whose size is limited. */
const NOT_SHOWN = /[^!-~]/gu;
const PHYSICAL_ID = /#([0-9a-f]{16})\.([0-9a-f]{16})$/;

/**
 * Stays the same for as long as the resource writes the same place, however that is spelled.
 * Another id makes CloudFormation replace the resource, and delete the old one after everything
 * else.
 */
export function physicalIdOf(event: ResourceEvent): string {
  const place = placeOf(declaredIn(event.ResourceProperties, ""));
  return `https:${place.replace(NOT_SHOWN, "_").slice(0, SHOWN_CHARACTERS)}#${digest(place)}.${digest(`${event.StackId}\n${event.LogicalResourceId}`)}`;
}

/**
 * The key of the resource that a request concerns. When another resource fails, CloudFormation no
 * longer waits for one that it was creating, and deletes it by an invented id. The rest of such a
 * request still identifies its resource.
 *
 * @returns undefined for a resource that is not of this kind
 */
export function keyOf(event: ResourceEvent): ResourceKey | undefined {
  return keyIn(event.PhysicalResourceId ?? "") ?? (event.RequestType === "Delete" ? declaredKey(event) : undefined);
}

/** Whether CloudFormation never received the id that `onEvent` returned. */
export function hasInventedId({ PhysicalResourceId = "" }: Pick<ResourceEvent, "PhysicalResourceId">): boolean {
  return keyIn(PhysicalResourceId) === undefined;
}

function declaredKey(event: ResourceEvent): ResourceKey | undefined {
  try {
    return keyIn(physicalIdOf(event));
  } catch (error) {
    // A declaration that cannot be read has had no effect.
    if (error instanceof CopyFailure) return undefined;
    throw error;
  }
}

function keyIn(physicalId: string): ResourceKey | undefined {
  const [, place, resource] = PHYSICAL_ID.exec(physicalId) ?? [];
  return place === undefined || resource === undefined ? undefined : { place, resource };
}

/**
 * For a set, the prefix of its blobs. A list of copies does not have one place, and stays the same
 * resource whatever it contains.
 */
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
