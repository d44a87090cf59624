import { redactForeign } from "../../../util/secrets/redact-foreign";

/** As the service makes its ids. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A code or an id; undefined for what cannot be one, whatever sends it, and for what a secret is in. */
export function word(text: string | undefined): string | undefined {
  if (text === undefined || GUID.test(text)) return text;
  return /^[\w.-]{1,100}$/.test(text) && redactForeign(text) === text ? text : undefined;
}
