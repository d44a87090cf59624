import { resolve } from "node:path";
import { guardianEnvironment, type GuardianSettings } from "../../../src/process/environment";

const settings: GuardianSettings = {
  mode: "apply",
  intentFile: undefined,
  logFormat: "text",
  terminalWidth: undefined,
  workingDirectory: resolve("/project"),
};

it("makes paths absolute, because the guardian has another working directory", () => {
  const environment = guardianEnvironment({ BLOB_COPY_STATE_DIRECTORY: "state" }, { ...settings, intentFile: "sub/intent.json" });
  expect(environment).toMatchObject({
    BLOB_COPY_STATE_DIRECTORY: resolve("/project/state"),
    BLOB_COPY_INTENT_FILE: resolve("/project/sub/intent.json"),
  });
  expect(guardianEnvironment({}, settings).BLOB_COPY_STATE_DIRECTORY).toBe(resolve("/project/.blobcopy"));
});

it("takes nothing over that another program of the same name has left", () => {
  const environment = guardianEnvironment(
    { BLOB_COPY_MODE: "recover", BLOB_COPY_INTENT_FILE: "/other.json", BLOB_COPY_TERMINAL_WIDTH: "7" },
    settings,
  );
  expect(environment).toMatchObject({ BLOB_COPY_MODE: "apply", BLOB_COPY_INTENT_FILE: undefined, BLOB_COPY_TERMINAL_WIDTH: undefined });
});

it.each([
  "RUNNER_TRACKING_ID",
  "VSTS_PROCESS_LOOKUP_ID",
  "BUILD_ID",
  "JENKINS_NODE_COOKIE",
  "JENKINS_SERVER_COOKIE",
  "HUDSON_SERVER_COOKIE",
])("leaves out %s, by which a CI system would kill the guardian", (name) => {
  expect(guardianEnvironment({ [name]: "1", OTHER: "2" }, settings)).not.toHaveProperty(name);
});
