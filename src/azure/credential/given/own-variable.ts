/** An environment variable that is set; never what every object has, such as `constructor`. */
export function ownVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
