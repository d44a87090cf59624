const Module = require("node:module");

/**
 * For `node --require`: delays modules that a program loads slowly at its start and that tests do
 * not use, until one of their exports is read. For the cdktf CLI these modules translate HCL and
 * generate bindings (a quarter of a deploy's processor time). For Azurite it is the telemetry,
 * which is off (half of its start).
 */
const LATE = new Set(["@cdktf/hcl2cdk", "@cdktf/provider-generator", "applicationinsights"]);

const load = Module._load;
Module._load = function (request, ...rest) {
  if (!LATE.has(request)) return load.call(this, request, ...rest);
  const properties = { get: (_, name) => (name === "__esModule" ? true : Reflect.get(load.call(this, request, ...rest), name)) };
  // A bundle copies the own properties of a module, which would load it. So all properties are
  // inherited.
  return Object.create(new Proxy({}, properties));
};
