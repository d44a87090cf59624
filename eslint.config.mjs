import eslint from "@eslint/js";
import tseslint from "typescript-eslint";
import { walls } from "./eslint.walls.mjs";

export default tseslint.config(
  { ignores: ["dist/", "packages/", "coverage/", "**/cdktf.out/", "**/node_modules/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      // An async method without await is how an interface that returns promises is met.
      "@typescript-eslint/require-await": "off",
      // Static factories are the API of BlobSource, BlobDestination and Credential.
      "@typescript-eslint/no-extraneous-class": ["error", { allowStaticOnly: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // What no linter can read is in CONTRIBUTING.md, under Prose.
    files: ["**/*.ts"],
    rules: {
      "no-useless-rename": "error",
      "object-shorthand": ["error", "properties"],
      // Prettier decides how long a line of code may be.
      "max-len": ["error", { code: Infinity, comments: 100, ignoreUrls: true, ignorePattern: "eslint-disable" }],
      // A comment begins with a noun or a verb, not with a clause that stands for one.
      "no-warning-comments": ["error", { terms: ["what", "whatever", "whoever"], location: "start", decoration: ["*"] }],
    },
  },
  {
    files: ["**/*.cjs", "**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", module: "writable", require: "readonly", URL: "readonly" } },
  },
  {
    files: ["src/**/*.ts", "lib/**/*.ts"],
    ignores: ["src/util/platform/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["platform", "ppid", "kill"].map((property) => ({
          object: "process",
          property,
          message: "Operating systems differ in it: src/util/platform has a row for each.",
        })),
      ],
    },
  },
  ...walls,
);
