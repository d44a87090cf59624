import type { Problems } from "../../framework/problems";
import { DeclaredText, show } from "../../framework/tokens";

const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const SYSTEM_CONTAINERS = ["$root", "$web", "$logs"];
const MAXIMUM_BLOB_NAME_CHARACTERS = 1024;
const MAXIMUM_BLOB_NAME_SEGMENTS = 254;
/** Control characters, and the code points that the service refuses in a name. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const REFUSED_CHARACTERS = /[\u0000-\u001F\u007F-\u009F\uFDD0-\uFDEF\uFFFE\uFFFF]/;
const SERVICE_TIME_STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

export function checkContainerName(value: unknown, at: string, problems: Problems): void {
  checkContainerLike(value, at, SYSTEM_CONTAINERS, "a container name", problems);
}

export function checkShareName(value: unknown, at: string, problems: Problems): void {
  checkContainerLike(value, at, [], "a share name", problems);
}

export function checkBlobName(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  const text = new DeclaredText(value);
  if (text.masked.length > MAXIMUM_BLOB_NAME_CHARACTERS) {
    problems.add(`${at} has ${text.masked.length} characters; the service takes at most ${MAXIMUM_BLOB_NAME_CHARACTERS}.`);
  }
  const segments = text.masked.split("/").length;
  if (segments > MAXIMUM_BLOB_NAME_SEGMENTS) {
    problems.add(`${at} has ${segments} path segments; the service takes at most ${MAXIMUM_BLOB_NAME_SEGMENTS}.`);
  }
  checkPath(text, value, at, problems);
}

export function checkFilePath(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  const text = new DeclaredText(value);
  if (text.masked.startsWith("/")) problems.add(`${at} ${show(value)} starts with "/"; give the path below the share, without it.`);
  checkPath(text, value, at, problems);
}

/** Segments that a client or the service resolves can lead out of the container, and a backslash becomes a slash on the way. */
export function checkPath(text: DeclaredText, value: string, at: string, problems: Problems): void {
  if (text.masked.includes("\\")) {
    problems.add(`${at} ${show(value)} contains a backslash, which the service turns into "/"; write "/" for a virtual directory.`);
  }
  if (text.masked.split(/[/\\]/).some((segment) => segment === "." || segment === "..")) {
    problems.add(
      `${at} ${show(value)} contains the path segment "." or "..", which can lead out of the container; write the name without it.`,
    );
  }
  if (REFUSED_CHARACTERS.test(text.masked)) {
    problems.add(`${at} ${show(value)} contains a control character, which the service refuses in a name; remove it.`);
  }
}

export function checkServiceTimeStamp(value: string | undefined, at: string, what: string, problems: Problems): void {
  if (value === undefined || !isText(value, at, problems)) return;
  if (new DeclaredText(value).isKnown && !SERVICE_TIME_STAMP.test(value)) {
    problems.add(`${at} ${show(value)} is not ${what}; give it as the service returned it, such as "2026-03-09T01:42:34.9360000Z".`);
  }
}

export function isText(value: unknown, at: string, problems: Problems): value is string {
  if (typeof value === "string" && value !== "") return true;
  problems.add(`${at} must be a string that is not empty, got ${show(value)}.`);
  return false;
}

function checkContainerLike(value: unknown, at: string, exceptions: readonly string[], what: string, problems: Problems): void {
  if (!isText(value, at, problems) || exceptions.includes(value)) return;
  const text = new DeclaredText(value);
  const isWrong = text.isKnown ? !CONTAINER.test(value) : /[^a-z0-9-]|--/.test(text.literals);
  if (!isWrong) return;
  const others = exceptions.length > 0 ? ` (or ${exceptions.join(", ")})` : "";
  problems.add(
    `${at} ${show(value)} is not ${what}: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit${others}.`,
  );
}
