/**
 * The walls of the house: from which folders a folder may import. Each folder of lib/ and src/ has one entry, and imports
 * from folders above its entry only, so that no two can import each other. ARCHITECTURE.md draws the same picture.
 */
import { readdirSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

const GROUND = [
  "src/failure/diagnosis",
  "src/failure",
  "src/util/platform",
  "src/util/secrets",
  "src/util/same",
  "src/util/abort",
  "src/util",
  "src/intent",
];
const PORTS = [...GROUND, "src/engine/ports"];
const METHODS = [...PORTS, "src/engine/recovery", "src/engine/watch", "src/engine/methods/run", "src/engine/methods"];
const ONE_COPY = [
  ...METHODS,
  "src/engine/plan",
  "src/engine/check",
  "src/engine/finish",
  "src/engine/undo",
  "src/engine",
  "src/engine/life",
];
const PLAN_OF_A_SET = ["src/engine/set/flow", "src/engine/set/list", "src/engine/set/plan", "src/engine/set/prune"];
const WORK_OF_A_SET = [...PLAN_OF_A_SET, "src/engine/set/outcome", "src/engine/set/work"];
const ENGINE = [
  ...ONE_COPY,
  "src/engine/copies",
  ...WORK_OF_A_SET,
  "src/engine/set/check",
  "src/engine/set/atomic/marks",
  "src/engine/set/atomic",
  "src/engine/set",
];
const REST = [
  ...PORTS,
  "src/azure/address",
  "src/azure/signing",
  "src/azure/http",
  "src/azure/identity",
  "src/azure/credential/given",
  "src/azure/credential",
  "src/azure/rest/values",
  "src/azure/rest",
];
const AZURE = [...REST, "src/azure/rest/listing", "src/azure/blob", "src/azure/copy-source", "src/azure/fast-put", "src/azure"];
const PROCESS = [...GROUND, "src/process", "src/process/launcher", "src/process/guardian"];
const REPORT = [...PORTS, "src/report", "src/report/live", "src/report/files", "src/report/answers"];

const ARROWS = {
  "src/failure/diagnosis": [],
  "src/failure": ["src/failure/diagnosis"],
  "src/intent/forms": [],
  "src/intent": ["src/intent/forms"],
  "src/util/platform": [],
  "src/util/secrets": ["src/intent"],
  "src/util/same": [],
  "src/util": ["src/failure", "src/intent", "src/util/platform", "src/util/secrets"],
  "src/util/abort": ["src/util"],
  "src/intent/parse": ["src/failure", "src/intent", "src/util/secrets", "src/util"],

  "lib/framework": ["src/intent"],
  "lib/framework/program": ["lib/framework", "src/intent"],
  "lib/shapes": ["lib/framework", "src/intent"],
  "lib/vocabulary": ["lib/shapes", "lib/framework", "src/intent"],
  "lib/intent": ["lib/vocabulary", "lib/framework", "src/intent"],
  "lib/validation/values": ["lib/shapes", "lib/vocabulary", "lib/framework", "lib/intent", "src/intent"],
  "lib/validation/shared": ["lib/shapes", "lib/vocabulary", "lib/framework", "lib/intent", "lib/validation/values", "src/intent"],
  "lib/validation": [
    "lib/shapes",
    "lib/vocabulary",
    "lib/framework",
    "lib/intent",
    "lib/validation/values",
    "lib/validation/shared",
    "src/intent",
  ],
  "lib/resources": ["lib/vocabulary", "lib/framework", "lib/intent", "lib/validation/values", "src/intent"],
  "lib/aws-cdk/framework": ["lib/framework", "src/intent"],
  "lib/aws-cdk/provider": ["lib/shapes", "lib/framework", "src/intent"],
  "lib/aws-cdk/vocabulary": ["lib/aws-cdk/provider", "lib/vocabulary", "lib/shapes", "src/intent"],
  "lib/aws-cdk": [
    "lib/aws-cdk/framework",
    "lib/aws-cdk/provider",
    "lib/aws-cdk/vocabulary",
    "lib/shapes",
    "lib/vocabulary",
    "lib/framework",
    "lib/intent",
    "lib/validation/shared",
    "lib/validation",
    "lib/validation/values",
    "src/intent",
  ],
  lib: [
    "lib/shapes",
    "lib/vocabulary",
    "lib/framework",
    "lib/framework/program",
    "lib/intent",
    "lib/validation/shared",
    "lib/validation",
    "lib/resources",
    "src/intent",
  ],

  "src/engine/ports": GROUND,
  "src/engine/recovery": PORTS,
  "src/engine/watch": [...PORTS, "src/engine/recovery"],
  "src/engine/methods/run": [...PORTS, "src/engine/recovery", "src/engine/watch"],
  "src/engine/methods": [...PORTS, "src/engine/recovery", "src/engine/watch", "src/engine/methods/run"],
  "src/engine/plan": METHODS,
  "src/engine/check": [...METHODS, "src/engine/plan"],
  "src/engine/finish": [...METHODS, "src/engine/plan"],
  "src/engine/undo": [...METHODS, "src/engine/plan"],
  "src/engine": [...PORTS, "src/engine/watch"],
  "src/engine/life": [...METHODS, "src/engine/plan", "src/engine/finish", "src/engine/undo", "src/engine"],
  "src/engine/copies": ONE_COPY,
  "src/engine/set/flow": PORTS,
  "src/engine/set/list": [...PORTS, "src/engine/set/flow"],
  "src/engine/set/plan": [...ONE_COPY, "src/intent/parse", "src/engine/set/flow", "src/engine/set/list"],
  "src/engine/set/prune": [...ONE_COPY, "src/engine/set/flow", "src/engine/set/list", "src/engine/set/plan"],
  "src/engine/set/outcome": [...ONE_COPY, ...PLAN_OF_A_SET],
  "src/engine/set/check": [...ONE_COPY, ...PLAN_OF_A_SET, "src/engine/set/outcome"],
  "src/engine/set/work": [...ONE_COPY, ...PLAN_OF_A_SET, "src/engine/set/outcome"],
  "src/engine/set/atomic/marks": [...ONE_COPY, ...WORK_OF_A_SET],
  "src/engine/set/atomic": [...ONE_COPY, ...WORK_OF_A_SET, "src/engine/set/atomic/marks"],
  "src/engine/set": [
    ...ONE_COPY,
    "src/intent/parse",
    "src/engine/copies",
    ...WORK_OF_A_SET,
    "src/engine/set/atomic/marks",
    "src/engine/set/atomic",
  ],

  "src/azure/address": PORTS,
  "src/azure/signing": [...PORTS, "src/azure/address"],
  "src/azure/http": [...PORTS, "src/azure/address"],
  "src/azure/identity": [...PORTS, "src/azure/address", "src/azure/http"],
  "src/azure/credential/given": [...PORTS, "src/azure/address"],
  "src/azure/credential": [
    ...PORTS,
    "src/azure/address",
    "src/azure/signing",
    "src/azure/http",
    "src/azure/identity",
    "src/azure/credential/given",
  ],
  "src/azure/rest/values": PORTS,
  "src/azure/rest": REST.filter((folder) => folder !== "src/azure/rest"),
  "src/azure/rest/listing": REST,
  "src/azure/blob": [...REST, "src/azure/rest/listing"],
  "src/azure/copy-source": REST,
  "src/azure/fast-put": [...REST, "src/azure/copy-source"],
  "src/azure": [...REST, "src/azure/rest/listing", "src/azure/blob", "src/azure/copy-source", "src/azure/fast-put"],

  "src/state": PORTS,
  "src/report": PORTS,
  "src/report/live": [...PORTS, "src/report"],
  "src/report/files": [...PORTS, "src/report"],
  "src/report/answers": [...ENGINE, "src/report", "src/report/live"],
  "src/process": GROUND,
  "src/process/launcher": [...GROUND, "src/process"],
  "src/process/guardian": [...GROUND, "src/process"],
  "src/commands/tasks": [...ENGINE, ...AZURE, "src/intent/parse", "src/state", ...REPORT, ...PROCESS],
  "src/commands": [...ENGINE, ...AZURE, "src/intent/parse", "src/state", ...REPORT, ...PROCESS, "src/commands/tasks"],
  "src/conformance/lab": [...ENGINE, ...AZURE],
  "src/conformance/assumptions": [...ENGINE, ...AZURE, "src/conformance/lab"],
  "src/conformance/promises": [...ENGINE, ...AZURE, "src/conformance/lab"],
  "src/conformance": [...ENGINE, ...AZURE, "src/conformance/lab", "src/conformance/assumptions", "src/conformance/promises"],
  src: [...PROCESS, "src/azure/identity", "src/commands", "src/conformance"],

  "src/lambda/ports": [...PORTS, "src/intent/parse"],
  "src/lambda/operations": [...ENGINE, "src/lambda/ports"],
  "src/lambda/sets": [...ENGINE, "src/lambda/ports", "src/lambda/operations"],
  "src/lambda/aws": [...GROUND, "src/lambda/ports"],
  "src/lambda": [...ENGINE, ...AZURE, ...REPORT, "src/lambda/ports", "src/lambda/operations", "src/lambda/sets", "src/lambda/aws"],
};

/** Of a folder, so that it is taken in at a glance. */
const MAX_ENTRIES = 14;

/** Files that may be imported where their folder may not. */
const CONTRACT_FOR_LIB = ["glob", "index", "overlap", "place", "url-secrets", "copy-options"];

checkThatEachFolderHasItsEntry();
checkThatNoFolderIsCrowded();
checkThatArrowsRunUp();

/** One rule a folder, for the flat configuration. */
export const walls = Object.entries(ARROWS).map(([folder, allowed]) => wall(folder, allowed));

function wall(folder, allowed) {
  const isLib = folder === "lib" || folder.startsWith("lib/");
  const forms = allowed.map((target) => {
    const path = escaped(posix.relative(folder, target) || ".");
    if (target === "src/intent") return isLib ? `${path}(/(${CONTRACT_FOR_LIB.join("|")}))?` : `${path}(/[^/]+)?`;
    return `${path.startsWith("\\.") ? path : `\\./${path}`}/[^/]+`;
  });
  const patterns = [
    {
      regex: `^(?!(${["\\.(/[^/]+)?", ...forms].join("|")})$)\\.`,
      message: `${folder} may import from ${allowed.join(", ") || "no other folder"} (eslint.walls.mjs).`,
    },
    isLib
      ? {
          regex: folder.startsWith("lib/aws-cdk")
            ? "^(?!(constructs|node:(crypto|fs|path))$|aws-cdk-lib($|/)|\\.)"
            : "^(?!(constructs|cdktf|node:(crypto|fs|path))$|\\.)",
          message: "lib/ runs at synth: constructs, its own framework and src/intent only.",
        }
      : {
          regex: "^(constructs|cdktf|cdktn|aws-cdk-lib|@cdktf/.*|@cdktn/.*)(/|$)",
          message: "src/ runs at deploy time, where there is no framework.",
        },
    ...(isLib || folder.startsWith("src/azure")
      ? []
      : [{ regex: "^@azure/", message: "Only src/azure talks to the service; the engine goes through src/engine/ports." }]),
    ...(folder === "src/lambda/aws" ? [] : [{ regex: "^@aws-sdk/", message: "Only src/lambda/aws talks to AWS, and lib/ never does." }]),
  ];
  return { files: [`${folder}/*.ts`], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

function checkThatEachFolderHasItsEntry() {
  const root = fileURLToPath(new URL(".", import.meta.url));
  for (const world of ["lib", "src"]) {
    const files = readdirSync(posix.join(root, world), { recursive: true }).filter((name) => name.endsWith(".ts"));
    for (const folder of new Set(files.map((name) => posix.join(world, posix.dirname(name.replaceAll("\\", "/"))))))
      if (!(folder in ARROWS)) throw new Error(`eslint.walls.mjs has no entry for the folder ${folder}`);
  }
}

function checkThatNoFolderIsCrowded() {
  const root = fileURLToPath(new URL(".", import.meta.url));
  for (const folder of Object.keys(ARROWS)) {
    const entries = readdirSync(posix.join(root, folder)).length;
    if (entries > MAX_ENTRIES) throw new Error(`${folder} has ${entries} entries, more than ${MAX_ENTRIES}: give some of them a room`);
  }
}

function checkThatArrowsRunUp() {
  const seen = new Set();
  for (const [folder, allowed] of Object.entries(ARROWS)) {
    const later = allowed.find((target) => !seen.has(target));
    if (later !== undefined) throw new Error(`eslint.walls.mjs lets ${folder} import from ${later}, which stands below it`);
    seen.add(folder);
  }
}

function escaped(path) {
  return path.replaceAll(".", "\\.");
}
