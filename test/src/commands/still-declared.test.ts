import { movedTo, stillDeclared } from "../../../src/commands/tasks/still-declared";
import { DestroyPolicy, INTENT_VERSION, LocationKind, placeKey, type DeclaredPlace, type DestroyIntent } from "../../../src/intent";

const blob = (blobName: string): DestroyIntent["destination"] => ({
  kind: LocationKind.BLOB,
  blobEndpoint: "https://app.blob.core.windows.net",
  containerName: "models",
  blobName,
});
const intent = (more: Partial<DestroyIntent> = {}): DestroyIntent => ({
  version: INTENT_VERSION,
  owner: "stack/copy",
  destination: blob("b"),
  spelling: "old",
  onDestroy: DestroyPolicy.DELETE,
  receipt: { etag: '"0x1"', copyId: "", copyStatus: "success", versionId: "" },
  ...more,
});
const PLACE = placeKey(intent().destination);

describe("what is destroyed is still declared", () => {
  test.each<[string, Partial<DestroyIntent>, Partial<DeclaredPlace>]>([
    ["by itself in another spelling", {}, { spelling: "new" }],
    ["perhaps, by itself with an endpoint that only Terraform knows", {}, { spelling: "new", place: "//${var.endpoint}/models/b" }],
    ["perhaps, by itself with a name that only Terraform knows", {}, { spelling: "new", place: PLACE.replace(/b$/, "${var.name}") }],
    ["perhaps, by itself in a place of which only parts are known", {}, { spelling: "new", place: "${var.a}/mod${var.b}ls${var.c}b" }],
    ["by itself, a set, below another prefix", {}, { spelling: "new", place: PLACE.replace(/b$/, "${name}") }],
    ["by another construct", {}, { owner: "stack/other", spelling: "old" }],
    ["by another element", { owner: 'stack/copy["a"]' }, { owner: 'stack/copy["b"]', spelling: "old" }],
  ])("%s", (_what, destroyed, declared) => {
    const found = stillDeclared(intent(destroyed), [{ owner: "stack/copy", spelling: "old", place: PLACE, ...declared }]);
    expect(found).toBeDefined();
  });

  test.each<[string, Partial<DestroyIntent>, Partial<DeclaredPlace>]>([
    ["when all is destroyed", {}, {}],
    ["when all is destroyed that an earlier version declared", { spelling: undefined }, {}],
    ["when a set moves", {}, { spelling: "new", place: PLACE.replace(/b$/, "v2/${name}") }],
    ["when another set has its prefix", {}, { owner: "stack/other", place: PLACE.replace(/b$/, "${name}") }],
    ["when it moves", {}, { spelling: "new", place: PLACE.replace(/b$/, "c") }],
    [
      "when it moves to a container that only Terraform knows",
      {},
      { spelling: "new", place: PLACE.replace(/models.b$/, "${var.container}/c") },
    ],
    ["when what is between the values is there only once", {}, { spelling: "new", place: "${var.a}models${var.b}models${var.c}" }],
    ["when the end would begin before the middle ends", {}, { spelling: "new", place: "${var.a}models${var.b}ls/b" }],
    [
      "when it moves from a name that its many values could make in as many ways",
      { destination: blob("a/".repeat(450)) },
      { spelling: "new", place: `${"${var.a}/".repeat(12)}b` },
    ],
    [
      "when another construct has a name that only Terraform knows",
      {},
      { owner: "stack/other", place: PLACE.replace(/b$/, "${each.value}") },
    ],
    [
      "when an element is removed whose iterator only Terraform knows",
      { owner: 'stack/copy["a"]' },
      { place: PLACE.replace(/b$/, "${each.value}") },
    ],
  ])("not, %s", (_what, destroyed, declared) => {
    const found = stillDeclared(intent(destroyed), [{ owner: "stack/copy", spelling: "old", place: PLACE, ...declared }]);
    expect(found).toBeUndefined();
  });
});

describe("what is destroyed has moved", () => {
  const set = {
    version: INTENT_VERSION,
    owner: "stack/copy",
    spelling: "old",
    set: { destination: { blobEndpoint: "https://a", containerName: "c", prefix: "p/" } },
  } as const;

  test.each<[string, Parameters<typeof movedTo>[0], Partial<DeclaredPlace>, boolean]>([
    ["to another name", intent(), { spelling: "new", place: PLACE.replace(/b$/, "c") }, true],
    ["to a place that only Terraform knows", intent(), { spelling: "new", place: "//${var.endpoint}/models/c" }, true],
    ["with its set to another prefix", set, { spelling: "new" }, true],
    ["from where an earlier version had declared it", intent({ spelling: undefined }), { place: PLACE.replace(/b$/, "c") }, true],
    ["not, when all is destroyed", intent(), {}, false],
    ["not, when all of a set is destroyed", set, {}, false],
    ["not, when an earlier version declared it, and all is destroyed", intent({ spelling: undefined }), {}, false],
    ["not, when another construct is somewhere else", intent(), { owner: "stack/other", spelling: "new" }, false],
    ["not, when an element is removed", intent({ owner: 'stack/copy["a"]' }), { owner: 'stack/copy["b"]', spelling: "new" }, false],
  ])("%s", (_what, destroyed, declared, moved) => {
    const found = movedTo(destroyed, [{ owner: "stack/copy", spelling: "old", place: PLACE, ...declared }]);
    expect(found !== undefined).toBe(moved);
  });
});
