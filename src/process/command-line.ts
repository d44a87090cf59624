import { parseArgs } from "node:util";
import { type AccountArguments, CREDENTIAL_FORMS, parseCredentialArgument } from "./account-arguments";
import type { LogFormat } from "../util/log-format";
import { isLogFormat } from "../util/log-format";

/** The actions on an intent, with their help texts. */
const ACTIONS = {
  check: "inspect both sides as apply would, and report all problems; changes nothing",
  plan: "show what apply would copy, skip and prune, with the reason for each blob; changes nothing",
  apply: "make the copies of the intent, wait for them, roll back on failure or interruption",
  status: "show the copies of the intent, and undelivered messages of earlier runs; changes nothing",
  abort: "abort the pending copies of the intent",
  destroy: "apply the destroy policy of a resource (takes a destroy intent)",
} as const;
export type Action = keyof typeof ACTIONS;
const CONFORMANCE = "conformance";
const COMMANDS = [...Object.keys(ACTIONS), CONFORMANCE].join(", ");

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | {
      readonly kind: "conformance";
      readonly source: AccountArguments;
      readonly destination: AccountArguments;
      /** File of the report, as typed. */
      readonly file: string;
    }
  | {
      readonly kind: "run";
      readonly action: Action;
      /** As typed; absent if the intent is in the environment. */
      readonly intentFile: string | undefined;
      readonly logFormat: LogFormat;
    };

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError */
export function parseCommandLine(parameters: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const { values, positionals } = parse(parameters);
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };

  const [action, intentFile, ...others] = positionals;
  if (action === undefined) throw new UsageError(`A command is missing: one of ${COMMANDS}.`);
  if (action === CONFORMANCE) return conformanceCommand(values, [intentFile, ...others]);
  if (!isAction(action)) throw new UsageError(`Unknown command "${action}"; use one of ${COMMANDS}.`);
  const [foreign] = CONFORMANCE_OPTIONS.filter((name) => values[name] !== undefined);
  if (foreign !== undefined) throw new UsageError(`--${foreign} is an option of ${CONFORMANCE} only.`);
  if (others.length > 0) throw new UsageError(`At most one intent file can be given, got ${others.length + 1}.`);
  if (intentFile === undefined && !environment.BLOB_COPY_INTENT) {
    throw new UsageError(`The copy intent is missing: name a file (blob-copy ${action} INTENT.json) or set BLOB_COPY_INTENT.`);
  }
  return { kind: "run", action, intentFile, logFormat: chooseLogFormat(values["log-format"], environment) };
}

type Values = ReturnType<typeof parse>["values"];

const CONFORMANCE_OPTIONS = ["source", "destination", "source-credential", "destination-credential", "report"] as const;
const DEFAULT_REPORT = "blob-copy-conformance.json";

function conformanceCommand(values: Values, others: readonly (string | undefined)[]): Command {
  if (others[0] !== undefined) throw new UsageError(`${CONFORMANCE} takes no intent; its accounts are --source and --destination.`);
  const { source, report: file = DEFAULT_REPORT } = values;
  if (source === undefined) throw new UsageError(`${CONFORMANCE} needs --source https://<account>.blob.core.windows.net.`);
  const from = account(source, values["source-credential"], "source");
  if (values.destination === undefined) return { kind: "conformance", source: from, destination: from, file };
  const to = account(values.destination, values["destination-credential"], "destination");
  return { kind: "conformance", source: from, destination: to, file };
}

function account(endpoint: string, text: string | undefined, side: "source" | "destination"): AccountArguments {
  if (!/^https?:\/\/[^?#@]+$/.test(endpoint))
    throw new UsageError(`--${side} must be the blob endpoint of an account, such as https://<account>.blob.core.windows.net.`);
  if (text === undefined) return { blobEndpoint: endpoint };
  const credential = parseCredentialArgument(text);
  // The typed text may be a secret, so the message does not repeat it.
  if (credential === undefined) throw new UsageError(`--${side}-credential can be ${CREDENTIAL_FORMS}.`);
  return { blobEndpoint: endpoint, credential };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        "log-format": { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
        source: { type: "string" },
        destination: { type: "string" },
        "source-credential": { type: "string" },
        "destination-credential": { type: "string" },
        report: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error));
  }
}

function chooseLogFormat(option: string | undefined, environment: NodeJS.ProcessEnv): LogFormat {
  const format = option ?? (environment.BLOB_COPY_LOG_FORMAT || "text");
  if (isLogFormat(format)) return format;
  const where = option === undefined ? "BLOB_COPY_LOG_FORMAT" : "--log-format";
  throw new UsageError(`${where} is "${format}"; it can be "text" or "json".`);
}

function isAction(text: string): text is Action {
  return Object.hasOwn(ACTIONS, text);
}

/** node:util appends advice about `--`, which would only mislead here. */
function firstSentence(text: string): string {
  return text.replace(/\. To specify a positional argument[^]*$/, ".");
}

const ACTION_LINES = Object.entries(ACTIONS).map(([action, does]) => `  ${action.padEnd(9)} ${does}`);

export const HELP_TEXT = `Copies Azure blobs on the service's side, waits until they are copied, and rolls back copies that do not finish.

Usage: blob-copy <command> [INTENT.json] [--log-format text|json]

Commands
${ACTION_LINES.join("\n")}
  conformance   test on your own accounts everything that this program relies on (see below); takes no intent

INTENT.json is a copy intent; without it, the intent is read from the environment variable BLOB_COPY_INTENT.

Options
  --log-format text|json   plain lines (default), or one JSON object per line; also BLOB_COPY_LOG_FORMAT
  -h, --help               show this text
  --version                show the version

Options of conformance
  --source URL, --destination URL   blob endpoints of two accounts; without a destination, one account is both
  --source-credential, --destination-credential
                           ${CREDENTIAL_FORMS}
  --report FILE            default ${DEFAULT_REPORT}

Environment
  BLOB_COPY_STATE_DIRECTORY   folder for receipts, journals and undelivered messages (default .blobcopy)
  BLOB_COPY_LOG_FILE          file or terminal (BLOB_COPY_LOG_FILE=$(tty)) that also receives all output: Terraform hides the
                              output when a secret is passed, and shows nothing after a Ctrl-C
  Credentials are read from the variables that the intent names, otherwise the default Azure credential is used.

Exit codes
  0 done   1 copy failed   2 wrong intent or usage   3 not authorised   4 source not found
  124 timed out   130 interrupted   143 terminated

Ctrl-C rolls back and waits for it; a second Ctrl-C returns at once while the rollback continues in the background.
`;
