/** How the program prints its events: plain lines, or one JSON object per line. */
export type LogFormat = "text" | "json";

export function isLogFormat(text: string): text is LogFormat {
  return text === "text" || text === "json";
}
