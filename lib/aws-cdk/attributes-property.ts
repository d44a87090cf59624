/**
 * Names of the attributes that a resource has, as one of its properties. An attribute that a later version adds makes it another one, so that
 * CloudFormation asks a resource for it that was deployed before: it would refuse a template that uses what it was never told.
 */
export function attributesProperty(names: readonly string[]): string {
  return [...names].sort().join(" ");
}
