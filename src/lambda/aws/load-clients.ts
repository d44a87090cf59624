import type * as CloudFormation from "@aws-sdk/client-cloudformation";
import type * as SecretsManager from "@aws-sdk/client-secrets-manager";
import type * as SystemsManager from "@aws-sdk/client-ssm";

/*
 * Each client is loaded by the first invocation that needs it: they are most of the code that a
 * function loads.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only */
export const loadCloudFormation = () => require("@aws-sdk/client-cloudformation") as typeof CloudFormation;
export const loadSecretsManager = () => require("@aws-sdk/client-secrets-manager") as typeof SecretsManager;
export const loadSystemsManager = () => require("@aws-sdk/client-ssm") as typeof SystemsManager;
