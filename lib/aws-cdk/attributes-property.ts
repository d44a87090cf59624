/**
 * Returns the names of a resource's attributes as the value of one of its properties. When a later
 * version adds an attribute, the property changes, so CloudFormation updates resources that were
 * deployed before and receives the new attribute. Without that update, it would reject a template
 * that uses it.
 */
export function attributesProperty(names: readonly string[]): string {
  return [...names].sort().join(" ");
}
