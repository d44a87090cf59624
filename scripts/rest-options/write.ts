/** Writes docs/rest-options.md again. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { page } from "./table";

writeFileSync(join(__dirname, "../../docs/rest-options.md"), page());
