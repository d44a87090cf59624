/** Parses only the parts of Markdown that links, anchors and code blocks need. */

export interface CodeBlock {
  readonly language: string;
  /** Line number of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; code: string[] } | undefined;
  text.split("\n").forEach((content, index) => {
    const fence = /^\s*```\s*(\w*)/.exec(content);
    if (fence === null) open?.code.push(content);
    else if (open === undefined) open = { language: fence[1] ?? "", line: index + 2, code: [] };
    else {
      blocks.push({ ...open, code: open.code.join("\n") });
      open = undefined;
    }
  });
  return blocks;
}

/** Links and pictures, also in HTML, but not those in code. */
export function links(text: string): Link[] {
  return withoutCode(text).flatMap((content, index) =>
    [...content.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|\b(?:href|src)="([^"]+)"/g)].map(([, markdown, html]) => ({
      target: markdown ?? html ?? "",
      line: index + 1,
    })),
  );
}

/** The anchors that GitHub makes from headings, and those written as HTML. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const content of withoutCode(text, { inline: false })) {
    for (const [tag] of content.matchAll(/<a\s[^>]*>/g))
      for (const [, name] of tag.matchAll(/\b(?:name|id)="([^"]+)"/g)) found.add(name ?? "");
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(content)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; found.has(anchor); count += 1) anchor = `${slug}-${String(count)}`;
    found.add(anchor);
  }
  return found;
}

function slugOf(heading: string): string {
  return heading
    .replace(/<[^>]*>/g, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** Empties the lines of code blocks instead of removing them, so that line numbers stay. */
function withoutCode(text: string, { inline = true }: { readonly inline?: boolean } = {}): string[] {
  let isCode = false;
  return text.split("\n").map((content) => {
    const isFence = /^\s*```/.test(content);
    if (isFence) isCode = !isCode;
    if (isCode || isFence) return "";
    return inline ? content.replace(/`[^`]*`/g, "``") : content;
  });
}
