/**
 * The arrows of the house: imports point one way. `bun run boundaries` fails on a wrong one, on a circle and on a
 * file that nothing reaches. Type-only imports count like all others, except where a rule says otherwise.
 */
const OURS = "^(shared|client|server|tests)/";

/** A room of the server may import shared, telemetry, itself and what is named; nothing else of ours. */
function room(name, ...allowed) {
  const may = ["shared", "server/ops", `server/${name}`, ...allowed].map((path) => `^${path}/`);
  return {
    name: `${name}-imports`,
    comment: `server/${name} may import: shared, server/ops${allowed.map((path) => `, ${path}`).join("")}`,
    severity: "error",
    from: { path: `^server/${name}/` },
    to: { path: OURS, pathNot: may },
  };
}

/** Only `from` may import `to`. */
function only(from, to, comment) {
  return {
    name: `only-${from.replaceAll(/[^a-z]+/g, "-")}`.replace(/-+$/, ""),
    comment,
    severity: "error",
    from: { path: "^(shared|client|server)/", pathNot: from },
    to: { path: to },
  };
}

module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Two files that need each other are one file, or lack a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "shared-imports",
      comment: "The language both ends speak depends on neither.",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: OURS, pathNot: "^shared/" },
    },
    {
      name: "client-imports",
      comment: "The browser carries client/ and shared/, nothing of the server.",
      severity: "error",
      from: { path: "^client/" },
      to: { path: OURS, pathNot: "^(client|shared)/" },
    },
    {
      name: "client-without-zod",
      comment: "zod and the schemas built with it stay on the server; of shared/messages.ts only types.",
      severity: "error",
      from: { path: "^client/" },
      to: {
        path: ["^shared/(messages|decode-client-message)\\.ts$", "node_modules/(zod|@hono)/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "browser-reaches-no-zod",
      comment: "Not by a detour either: 15 KB is the whole page.",
      severity: "error",
      from: { path: "^client/main\\.tsx$" },
      to: { path: "node_modules/(zod|hono|@hono)/", reachable: true },
    },
    {
      name: "views-are-pure",
      comment: "Views are rendered on the server too: no socket, no storage, no start-up code.",
      severity: "error",
      from: { path: "^client/views/" },
      to: { path: "^client/(main|link|safe-storage|store)\\.", dependencyTypesNot: ["type-only"] },
    },
    room("app"),
    room("store", "server/app"),
    room("fanout", "server/app"),
    room("edge", "server/app", "server/fanout", "client/views"),
    {
      name: "ops-is-a-leaf",
      comment: "Everybody logs and counts; logging and counting needs nobody.",
      severity: "error",
      from: { path: "^server/ops/" },
      to: { path: OURS, pathNot: "^(shared|server/ops)/" },
    },
    only("^server/(main|wiring)\\.ts$", "^server/(config|wiring)\\.ts$", "Values are passed down, not fetched."),
    only("^server/ops/", "node_modules/prom-client/", "Metrics are named in one place."),
    only("^server/store/embedded/", "^bun:sqlite$", "SQL stays in the embedded store."),
    only("^server/store/redis/", "node_modules/ioredis/", "Redis stays behind its adapters."),
    {
      name: "product-imports-no-tests",
      severity: "error",
      from: { path: "^(shared|client|server)/" },
      to: { path: "^tests/" },
    },
    {
      name: "product-without-dev-packages",
      comment: "`start` installs production dependencies only.",
      severity: "error",
      from: { path: "^(shared|client|server)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "through-the-doors",
      comment: "These suites meet the product as a user does: over HTTP, the socket and the page.",
      severity: "error",
      from: { path: "^tests/(e2e|faults|cluster)/" },
      to: { path: "^(client|server)/" },
    },
    {
      name: "runner-without-packages",
      comment: "The test command runs before anything is installed.",
      severity: "error",
      from: { path: "^tests/(run\\.ts|runner/)" },
      to: { path: ["^(shared|client|server)/", "node_modules/"], dependencyTypesNot: ["type-only"], dynamic: false },
    },
    {
      name: "no-unknown-import",
      comment: "A file or package that is not there, or a package that package.json does not name.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-unnamed-package",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-dead-file",
      comment: "Nothing that starts in main reaches it.",
      severity: "error",
      from: { path: "^(server/main|client/main|server/launcher)\\.tsx?$" },
      to: { path: "^(shared|client|server)/", reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    builtInModules: { add: ["bun", "bun:sqlite", "bun:test"] },
    enhancedResolveOptions: { extensions: [".ts", ".tsx"], exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
