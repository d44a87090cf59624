import { loadPart } from "../../util/load-part";
import type * as ReportHtml from "./report-html";

/**
 * The page is a tenth of the reporting code, and few sets declare one. So it is a file of its own,
 * which only those sets load.
 */
export const loadReportHtml = (): typeof ReportHtml =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
  loadPart("report-html.js", () => require("./report-html") as typeof ReportHtml);
