import { loadPart } from "../../util/load-part";
import type * as ReportHtml from "./report-html";

/** The page is a tenth of what the engine reports with, and few sets declare one: in a file of its own, loaded by these. */
export const loadReportHtml = (): typeof ReportHtml =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
  loadPart("report-html.js", () => require("./report-html") as typeof ReportHtml);
