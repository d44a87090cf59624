const Module = require("node:module");

/**
 * For `node --require` of the cdktf CLI: what translates HCL and generates bindings takes a quarter of a deploy's processor time and is not
 * used by it, so it is loaded when something of it is asked for.
 */
const LATE = new Set(["@cdktf/hcl2cdk", "@cdktf/provider-generator"]);

const load = Module._load;
Module._load = function (request, ...rest) {
  if (!LATE.has(request)) return load.call(this, request, ...rest);
  const properties = { get: (_, name) => (name === "__esModule" ? true : Reflect.get(load.call(this, request, ...rest), name)) };
  // A bundle copies what a module has of its own, so it is to inherit all.
  return Object.create(new Proxy({}, properties));
};
