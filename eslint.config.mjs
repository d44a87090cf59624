import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** The import walls between the two worlds: what is declared at synth, and what is done at deploy. */
const wall = (files, patterns) => ({ files, rules: { "no-restricted-imports": ["error", { patterns }] } });

const noFrameworks = {
  regex: "^(constructs|cdktf|cdktn|aws-cdk-lib|@cdktf/.*|@cdktn/.*)(/|$)",
  message: "src/ runs at deploy time, where there is no framework.",
};
const noDeclarations = { regex: "^(\\.\\./)+lib(/|$)", message: "src/ knows what was declared from src/intent only." };
const noAzure = { regex: "^@azure/", message: "Only src/azure talks to the service; the engine goes through src/engine/blob-store." };

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "**/cdktf.out/", "**/node_modules/"] },
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
    files: ["**/*.cjs", "**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", module: "writable", require: "readonly", URL: "readonly" } },
  },
  wall(
    ["lib/**"],
    [
      {
        regex: "^(?!(constructs|cdktf|node:(crypto|fs|path))$|\\.)",
        message: "lib/ runs at synth: it may import constructs, cdktf and src/intent only.",
      },
      { regex: "/src/(?!intent$)", message: "src/intent is all that lib/ and src/ share." },
    ],
  ),
  wall(["src/**"], [noFrameworks, noDeclarations, noAzure]),
  wall(["src/azure/**"], [noFrameworks, noDeclarations]),
);
