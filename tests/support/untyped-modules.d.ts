declare module "dynalite" {
  import type { Server } from "node:http";

  /** Times are those that a table takes to be made, removed and changed (ms). */
  export default function dynalite(options: {
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): Server;
}
