import { Socket } from "node:net";
import type { Tokens } from "./azure/identity/tokens";
import { CopySession } from "./commands/session";
import { explain } from "./failure/explain";
import { endProcess } from "./util/platform/end-process";
import { thisPlatform } from "./util/platform/platform";
import { CHANNEL_DESCRIPTOR } from "./process/channel";
import { GuardianHost } from "./process/guardian/host";
import { secretsOfTheSdk } from "./util/secrets/secret-variables";
import { redactStream } from "./util/secrets/redact-stream";
import { redact } from "./util/secrets/redaction";

/** Shared by all sessions: they run as the same user with the same identity. */
const tokens: Tokens = new Map();
const host = new GuardianHost({
  openSession: (environment, launcher) => {
    // All launchers that share this process have the same secrets of the SDK.
    Object.assign(process.env, secretsOfTheSdk(environment));
    return new CopySession(environment, tokens, launcher);
  },
  onEnd: endProcess,
});

// The launcher that started this process may have exited while other launchers are still served.
process.stderr.on("error", () => undefined);
// Output of Node and its libraries (NODE_DEBUG, AZURE_LOG_LEVEL) contains whole requests, with
// secrets that only this process recognises.
redactStream(process.stderr, redact);
for (const signal of thisPlatform.cancelSignals) process.on(signal, () => host.cancel((cancellation) => cancellation.request(signal)));
process.on("uncaughtException", (error) => {
  const failure = explain(error, "The program ran into an error of its own");
  host.cancel((cancellation) => cancellation.fail(failure));
});
host.serve(new Socket({ fd: CHANNEL_DESCRIPTOR }));
