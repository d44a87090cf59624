/**
 * Does the same with the bundle as a runtime of AWS Lambda: loads it, and calls one of its
 * handlers. Prints the time and the processor time until the bundle was loaded, and until each
 * connection.
 */
const { Socket } = require("node:net");
const { performance } = require("node:perf_hooks");

const [, , bundle, handler, event] = process.argv;
const begunAt = performance.now();
const usedBefore = process.cpuUsage();
const passed = () => {
  const { user, system } = process.cpuUsage(usedBefore);
  return { clock: performance.now() - begunAt, processor: (user + system) / 1_000 };
};

const connections = [];
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  connections.push({ port: Number(options.port), ...passed() });
  return connect.apply(this, args);
};

const handlers = require(bundle);
const loaded = passed();
handlers[handler](JSON.parse(event), { getRemainingTimeInMillis: () => 14 * 60_000 })
  .catch((error) => ({ error: error.message }))
  .then((answer) => process.stdout.write(`\n${JSON.stringify({ loaded, connections, answer })}`));
