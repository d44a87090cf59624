/**
 * Returns an environment variable that is set, but not a property that every object has, such as
 * `constructor`.
 */
export function ownVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
