import type * as Identity from "./identity";
import type * as Sdk from "./sdk";

/*
 * The Azure SDKs take longer to load than a small copy takes to run, and most copies need neither. So they stay in files of
 * their own, which are loaded by the first call that needs them.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only */

/** Everything that is done with @azure/storage-blob. */
export const loadSdk = (): typeof Sdk => require("./sdk") as typeof Sdk;

/** Everything that is done with @azure/identity. */
export const loadIdentity = (): typeof Identity => require("./identity") as typeof Identity;
