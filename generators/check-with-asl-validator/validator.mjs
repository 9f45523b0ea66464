// asl-validator as it is, but that its JSON schema is compiled once and not for every definition: a definition takes a
// fraction of a millisecond in place of a tenth of a second. `check.mjs --slow` leaves it as it is.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function load({ slow }) {
  if (!slow) reuseCompiledSchemas();
  return require("asl-validator");
}

// asl-validator makes an Ajv for every call, always from the same schemas, and registers the same formats. It gets the
// first one again.
function reuseCompiledSchemas() {
  const path = createRequire(require.resolve("asl-validator")).resolve("ajv");
  const { default: Ajv } = require(path);
  const made = new Map();
  function Reused(options) {
    const key = options.schemas.map((schema) => schema.$id).join();
    const known = made.get(key);
    if (known) {
      known.addKeyword = () => known;
      return known;
    }
    made.set(key, new Ajv(options));
    return made.get(key);
  }
  require.cache[path].exports = Object.assign(Reused, { default: Reused });
}
