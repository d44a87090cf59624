const Module = require("node:module");

/**
 * For `node --require`: what a program loads at its start, for a long time, and does not use in tests is loaded when something of it is
 * asked for. For the cdktf CLI that is what translates HCL and generates bindings, a quarter of a deploy's processor time; for Azurite its
 * telemetry, which is off, half of its start.
 */
const LATE = new Set(["@cdktf/hcl2cdk", "@cdktf/provider-generator", "applicationinsights"]);

const load = Module._load;
Module._load = function (request, ...rest) {
  if (!LATE.has(request)) return load.call(this, request, ...rest);
  const properties = { get: (_, name) => (name === "__esModule" ? true : Reflect.get(load.call(this, request, ...rest), name)) };
  // A bundle copies what a module has of its own, so it is to inherit all.
  return Object.create(new Proxy({}, properties));
};
