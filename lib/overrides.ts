/** Puts what was given to `addOverride` over a resource, as the framework does for its own. */
export function mergeOverrides(resource: Record<string, unknown>, overrides: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(overrides)) {
    const existing = resource[name];
    if (isBlock(existing) && isBlock(value)) mergeOverrides(existing, value);
    else resource[name] = value;
  }
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
