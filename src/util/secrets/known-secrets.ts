/** Shorter values would take ordinary words out of every message. */
const MIN_SECRET = 8;
/** Of those that a run makes: a set without end makes tokens and signatures without end, and only the latest are still good. */
const MAX_MADE = 200;

const given = new Set<string>();
const made = new Set<string>();
let expression: RegExp | undefined;

/** A secret that this process was given. It is never printed again, whoever writes it into a text. */
export function rememberGiven(secret: string): void {
  if (secret.length < MIN_SECRET || given.has(secret)) return;
  given.add(secret);
  expression = undefined;
}

/** A token that this process obtained, or a signature that it made. */
export function rememberMade(secret: string): void {
  if (secret.length < MIN_SECRET) return;
  made.delete(secret);
  made.add(secret);
  for (const oldest of made) {
    if (made.size <= MAX_MADE) break;
    made.delete(oldest);
  }
  expression = undefined;
}

/** The text without the values that are known to be secret, whole, escaped for URLs, JSON or HTML. */
export function withoutKnownSecrets(text: string, hidden: string): string {
  if (given.size + made.size === 0) return text;
  expression ??= expressionOf([...given, ...made].flatMap(formsOf));
  return text.replace(expression, hidden);
}

function formsOf(secret: string): string[] {
  const html = secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const named = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), html, named];
}

/** Longest first, so that no part of a longer secret is left over. */
function expressionOf(forms: readonly string[]): RegExp {
  const sorted = [...new Set(forms)].sort((one, other) => other.length - one.length);
  return new RegExp(sorted.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"), "g");
}
