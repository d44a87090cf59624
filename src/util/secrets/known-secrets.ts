/** Shorter values would take ordinary words out of every message. */
const MIN_SECRET = 8;
/** Of those that a run makes: a set without end makes tokens and signatures without end, and only the latest are still good. */
const MAX_MADE = 200;

/** The forms in which a secret may be found in a text; undefined until a text is looked at. */
type Secrets = Map<string, readonly string[] | undefined>;

const given: Secrets = new Map();
const made: Secrets = new Map();

/** A secret that this process was given. It is never printed again, whoever writes it into a text. */
export function rememberGiven(secret: string): void {
  if (secret.length < MIN_SECRET || given.has(secret)) return;
  given.set(secret, undefined);
}

/** A token that this process obtained, or a signature that it made. */
export function rememberMade(secret: string): void {
  if (secret.length < MIN_SECRET) return;
  const forms = made.get(secret);
  made.delete(secret);
  made.set(secret, forms);
  for (const oldest of made.keys()) {
    if (made.size <= MAX_MADE) break;
    made.delete(oldest);
  }
}

/** The text without the values that are known to be secret, whole, escaped for URLs, JSON or HTML. */
export function withoutKnownSecrets(text: string, hidden: string): string {
  // An expression of all that is known would take a hundred times as long to make as all these looks do.
  const found = [given, made].flatMap((secrets) => formsOf(secrets).filter((form) => text.includes(form)));
  return found.length === 0 ? text : text.replace(expressionOf(found), hidden);
}

function formsOf(secrets: Secrets): readonly string[] {
  for (const [secret, forms] of secrets) if (forms === undefined) secrets.set(secret, formsOfOne(secret));
  return [...secrets.values()].flatMap((forms) => forms ?? []);
}

function formsOfOne(secret: string): readonly string[] {
  const html = secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const named = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), html, named])];
}

/** Longest first, so that no part of a longer secret is left over. */
function expressionOf(forms: readonly string[]): RegExp {
  const sorted = [...new Set(forms)].sort((one, other) => other.length - one.length);
  return new RegExp(sorted.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"), "g");
}
