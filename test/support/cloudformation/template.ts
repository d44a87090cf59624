/** The part of a template that this simulation deploys. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/** Values of a template's references. */
export interface Known {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
}

export function isCustom({ Type }: TemplateResource): boolean {
  return Type.startsWith("Custom::") || Type === "AWS::CloudFormation::CustomResource";
}

/** Ids of resources, each after the resources that it needs. */
export function inOrder({ Resources }: Template): readonly string[] {
  const ordered = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const resource = Resources[id];
    if (resource === undefined || ordered.has(id)) return;
    if (path.includes(id)) throw new Error(`the template has a circle: ${[...path, id].join(" -> ")}`);
    for (const other of needs(resource)) visit(other, [...path, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(Resources)) visit(id, []);
  return [...ordered];
}

function needs({ Properties, DependsOn = [] }: TemplateResource): readonly string[] {
  const found = new Set<string>(typeof DependsOn === "string" ? [DependsOn] : DependsOn);
  JSON.stringify(Properties ?? {}, (key, value: unknown) => {
    if (key === "Ref" && typeof value === "string") found.add(value);
    if (key === "Fn::GetAtt" && Array.isArray(value)) found.add(String(value[0]));
    return value;
  });
  return [...found];
}

/**
 * Properties as the service passes them: with resolved references, and all values except objects
 * and lists as text.
 */
export function resolved(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, known));
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : String(value);
  const [[name, argument] = []] = Object.entries(value);
  if (name === "Ref") return known.ref(String(argument));
  if (name === "Fn::GetAtt") {
    const [id, attribute] = argument as [string, string];
    return known.attribute(id, attribute);
  }
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => String(resolved(part, known))).join(separator);
  }
  if (name?.startsWith("Fn::") === true) throw new Error(`${name} is not known here`);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, known)]));
}
