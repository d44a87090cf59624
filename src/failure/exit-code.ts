/** Exit codes of the program, stable and documented in docs/program.md. */
export enum ExitCode {
  OK = 0,
  /** The copy failed, or the destination cannot be handled as declared. */
  COPY_FAILED = 1,
  /** The intent or the command line is wrong; nothing was requested from the service. */
  BAD_INTENT = 2,
  /** 401 or 403 from either side. */
  NOT_AUTHORISED = 3,
  SOURCE_NOT_FOUND = 4,
  /** The intent's timeout passed; the copy was rolled back. */
  TIMED_OUT = 124,
  /** SIGINT, or Terraform ended. */
  INTERRUPTED = 130,
  /** SIGTERM. */
  TERMINATED = 143,
}
