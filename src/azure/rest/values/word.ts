import { redactForeign } from "../../../util/secrets/redact-foreign";

/** Form of the service's ids. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns a code or an id; undefined for text that cannot be one, or that contains a secret. */
export function word(text: string | undefined): string | undefined {
  if (text === undefined || GUID.test(text)) return text;
  return /^[\w.-]{1,100}$/.test(text) && redactForeign(text) === text ? text : undefined;
}
