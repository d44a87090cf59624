import { resolve } from "node:path";
import { ProgramEnvironment } from "../intent";
import { parentProcess } from "../util/platform/parent-process";
import type { LogFormat } from "../util/log-format";
import type { Action } from "./command-line";

/** The task of a guardian. `recover` rolls back the work of a killed guardian. */
export type GuardianMode = Action | "recover";

/**
 * Variables between launcher and guardian only. They travel with the run's other variables, and
 * only the guardian uses them.
 */
export const GuardianEnvironment = {
  MODE: "BLOB_COPY_MODE",
  /** Absolute path of an intent file given by hand. */
  INTENT_FILE: "BLOB_COPY_INTENT_FILE",
  /** The launcher's working directory. */
  WORKING_DIRECTORY: "BLOB_COPY_WORKING_DIRECTORY",
  LOG_FORMAT: "BLOB_COPY_LOG_FORMAT",
  /** Set by the user: a file or terminal that also receives all output. */
  LOG_FILE: "BLOB_COPY_LOG_FILE",
  /** Number of the process that started the launcher. */
  STARTER: "BLOB_COPY_STARTER",
  /** Columns of the launcher's terminal; absent without a terminal. */
  TERMINAL_WIDTH: "BLOB_COPY_TERMINAL_WIDTH",
} as const;

/**
 * Variables by which CI systems find and kill processes that a job leaves running: GitHub Actions,
 * Azure Pipelines, Jenkins. The guardian must outlive the job for the moment that an abort takes;
 * its lifetime is bounded.
 */
const JOB_MARKERS: ReadonlySet<string> = new Set([
  "RUNNER_TRACKING_ID",
  "VSTS_PROCESS_LOOKUP_ID",
  "BUILD_ID",
  "JENKINS_NODE_COOKIE",
  "JENKINS_SERVER_COOKIE",
  "HUDSON_SERVER_COOKIE",
  "HUDSON_COOKIE",
]);

/**
 * On this machine. The folder of the same name in a container is the memory on the service
 * (engine/recovery/blobcopy-folder).
 */
const DEFAULT_STATE_DIRECTORY = ".blobcopy";

export interface GuardianSettings {
  readonly mode: GuardianMode;
  /** Relative paths are relative to `workingDirectory`. */
  readonly intentFile: string | undefined;
  readonly logFormat: LogFormat;
  readonly terminalWidth: number | undefined;
  /** The launcher's working directory. */
  readonly workingDirectory: string;
}

export function guardianEnvironment(own: NodeJS.ProcessEnv, settings: GuardianSettings): NodeJS.ProcessEnv {
  const environment = Object.fromEntries(Object.entries(own).filter(([name]) => !JOB_MARKERS.has(name)));
  environment[ProgramEnvironment.STATE_DIRECTORY] = resolve(
    settings.workingDirectory,
    own[ProgramEnvironment.STATE_DIRECTORY] || DEFAULT_STATE_DIRECTORY,
  );
  environment[GuardianEnvironment.MODE] = settings.mode;
  environment[GuardianEnvironment.WORKING_DIRECTORY] = settings.workingDirectory;
  environment[GuardianEnvironment.LOG_FORMAT] = settings.logFormat;
  const logFile = own[GuardianEnvironment.LOG_FILE];
  if (logFile) environment[GuardianEnvironment.LOG_FILE] = resolve(settings.workingDirectory, logFile);
  environment[GuardianEnvironment.STARTER] = parentProcess().pid.toString();
  environment[GuardianEnvironment.INTENT_FILE] = settings.intentFile && resolve(settings.workingDirectory, settings.intentFile);
  environment[GuardianEnvironment.TERMINAL_WIDTH] = settings.terminalWidth?.toString();
  return environment;
}

/**
 * Prefix of all variables of this program. Two runs that one Terraform starts differ only in these.
 */
const OWN_PREFIX = "BLOB_COPY_";

/**
 * The part of a run's environment that the guardian's process is started with. Every process of the
 * same user can read it.
 */
export function environmentOfProcess(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith(OWN_PREFIX)));
}

/** The guardian's settings in its environment. */
export function readGuardianEnvironment(environment: NodeJS.ProcessEnv) {
  const width = Number(environment[GuardianEnvironment.TERMINAL_WIDTH]);
  const parent = Number(environment[GuardianEnvironment.STARTER]);
  return {
    mode: environment[GuardianEnvironment.MODE] as GuardianMode,
    logFormat: environment[GuardianEnvironment.LOG_FORMAT] as LogFormat,
    logFile: environment[GuardianEnvironment.LOG_FILE] || undefined,
    terminalWidth: width > 0 ? width : undefined,
    /**
     * undefined if the process is outside of this container, or had already ended when the launcher
     * started.
     */
    parent: parent > 0 ? parent : undefined,
    workingDirectory: environment[GuardianEnvironment.WORKING_DIRECTORY] ?? "",
    stateDirectory: environment[ProgramEnvironment.STATE_DIRECTORY] ?? "",
    /** undefined in a run by hand. */
    receiptId: environment[ProgramEnvironment.RECEIPT_ID] || undefined,
    /**
     * undefined in a run by hand, and at a destroy of a declaration of an earlier library version.
     */
    deployment: environment[ProgramEnvironment.DEPLOYMENT] || undefined,
    /** Defined only at a destroy that may delete. */
    declaredFile: environment[ProgramEnvironment.DECLARED] || undefined,
  };
}
