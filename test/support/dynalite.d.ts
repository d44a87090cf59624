/** The part of a package without types that tests use. */
declare module "dynalite" {
  import type { Server } from "node:http";
  export default function dynalite(options: { readonly createTableMs?: number }): Server;
}
