import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KnownCause } from "../src/failure/diagnosis/clues";
import { KNOWN_CAUSES } from "../src/failure/diagnosis/diagnose";
import { sentence } from "../src/failure/sentences";

/** `docs/troubleshooting.md`, made from the table that the program prints from. */
export const TROUBLESHOOTING_FILE = join(__dirname, "../docs/troubleshooting.md");

const HEAD = `<!-- Made by \`npm run docs\` from src/failure/diagnosis. Change that, not this. -->

# Troubleshooting

A failed copy ends with four lines: what failed and on which side, why, what to do, and the exit code. To check a copy without copying anything:

\`\`\`sh
npx blob-copy check INTENT.json
\`\`\`

It inspects both sides as \`apply\` would. Then it asks the service to copy one block from a source with an ETag that no blob has. If the service may
read the source and write the destination, it refuses this only because of the ETag; otherwise its answer shows the reason. Nothing is written.

If the service cannot read the source for the destination, it answers \`CannotVerifyCopySource\` and repeats the source's own answer
(\`x-ms-copy-source-status-code\`, \`x-ms-copy-source-error-code\`). Look up that code below.

Exit codes: 1 the copy failed, 2 the declaration or the command line is wrong, 3 not authorised, 4 the source does not exist, 124 timed out,
130 interrupted, 143 terminated.

`;

export function troubleshootingPage(causes: readonly KnownCause[] = KNOWN_CAUSES): string {
  const codes = [...new Set(causes.flatMap((cause) => cause.codes))].sort((one, other) =>
    one.toLowerCase() < other.toLowerCase() ? -1 : 1,
  );
  const sections = codes.map((code) =>
    [`## ${code}`, ...causes.filter((cause) => cause.codes.includes(code)).map(paragraphs)].join("\n\n"),
  );
  return `${HEAD}${sections.join("\n\n")}\n`;
}

function paragraphs({ title, background, remedy }: KnownCause): string {
  const lines =
    typeof remedy === "string" ? [sentence(remedy)] : Object.entries(remedy).map(([side, text]) => `- ${side}: ${sentence(text)}`);
  return [
    ...(title === undefined ? [] : [`**${sentence(title)}**`]),
    ...(background === undefined ? [] : [background]),
    lines.join("\n"),
  ].join("\n\n");
}

if (require.main === module) writeFileSync(TROUBLESHOOTING_FILE, troubleshootingPage());
