/**
 * The arrows of the house: imports point one way. `bun run boundaries` fails on a wrong one, on a circle and on a
 * file that nothing reaches. Type-only imports count like all others, except where a rule says otherwise.
 */
const PRODUCT = "^(shared|client|server)/";
const OURS = "^(shared|client|server|tests|infra)/";
const ZOD_FILES = "^shared/(messages|schema-parts|decode-client-message)\\.ts$";
const ENTRIES =
  "^(server/main|server/launcher|server/tables|server/doctor|client/(home|voter|host|present|results))\\.tsx?$";
const atRunTime = { dependencyTypesNot: ["type-only"] };

/** A room of the server may import shared, ops, itself and what is named; nothing else of ours. */
function room(name, ...allowed) {
  const may = ["shared/", "server/ops/", `server/${name}/`, ...allowed];
  return rule(`${name}-imports`, `server/${name} may import: ${may.join(", ")}.`, {
    from: { path: `^server/${name}/` },
    to: { path: OURS, pathNot: may.map((path) => `^${path}`) },
  });
}

/** In the product, only `from` may import `to`. */
function confined(name, comment, to, from) {
  return rule(name, comment, { from: { path: PRODUCT, pathNot: from }, to: { path: to } });
}

function rule(name, comment, condition) {
  return { name, comment, severity: "error", ...condition };
}

const arrows = [
  rule("shared-imports", "The language both ends speak depends on neither.", {
    from: { path: "^shared/" },
    to: { path: OURS, pathNot: "^shared/" },
  }),
  rule("client-imports", "The browser carries client/ and shared/, nothing of the server.", {
    from: { path: "^client/" },
    to: { path: OURS, pathNot: "^(client|shared)/" },
  }),
  rule("views-are-pure", "Views are rendered on the server too: no socket, no storage, no start-up code.", {
    from: { path: "^client/views/" },
    to: {
      path: "^client/(home|voter|host|present|results|link|follower|safe-storage|store)\\.",
      ...atRunTime,
    },
  }),
  room("app"),
  room("store", "server/app/"),
  room("fanout", "server/app/"),
  // Beside the views, what pages need to fill them: texts and the pure state that a view shows.
  room(
    "edge",
    "server/app/",
    "server/fanout/",
    "client/(views/|texts/|(page-data|poll-state|screen-state|host-state|present-state|create-form|filled-form)\\.)",
  ),
  rule("ops-is-a-leaf", "Everybody logs and counts; logging and counting needs nobody.", {
    from: { path: "^server/ops/" },
    to: { path: OURS, pathNot: "^(shared|server/ops)/" },
  }),
  confined(
    "values-are-passed-down",
    "Configuration is read once, beside main, and passed down as values; no room asks for it.",
    "^server/(config|wiring)\\.ts$",
    "^server/[^/]+\\.ts$",
  ),
];

const browserSize = [
  rule("client-without-zod", "Of the schemas the browser takes only the types: 15 KB is the whole page.", {
    from: { path: "^client/" },
    to: { path: [ZOD_FILES, "node_modules/(zod|hono|@hono)/"], ...atRunTime },
  }),
  rule("shared-without-zod", "What the browser imports from shared/ must not bring zod by a detour.", {
    from: { path: "^shared/", pathNot: ZOD_FILES },
    to: { path: [ZOD_FILES, "node_modules/"], ...atRunTime },
  }),
];

const confinedPackages = [
  confined("metrics-in-ops", "Metrics are named in one place.", "node_modules/prom-client/", "^server/ops/"),
  confined("sql-in-embedded", "SQL stays in the embedded store.", "^bun:sqlite$", "^server/store/embedded/"),
  confined(
    "dynamodb-in-dynamo",
    "DynamoDB stays behind its adapter.",
    "node_modules/@aws-sdk/",
    "^server/store/dynamo/",
  ),
  confined(
    "redis-in-redis",
    "Redis stays behind its adapters.",
    "node_modules/ioredis/",
    "^server/(store|fanout)/redis",
  ),
];

const packages = [
  rule("product-without-dev-packages", "`start` installs production dependencies only.", {
    from: { path: PRODUCT },
    to: { dependencyTypes: ["npm-dev"] },
  }),
  rule("no-unknown-import", "A file or package that is not there.", {
    from: {},
    to: { couldNotResolve: true },
  }),
  rule("no-unnamed-package", "A package that package.json does not name.", {
    from: {},
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
  }),
];

const tests = [
  rule("product-without-tests", "The product does not know its tests, nor where it runs.", {
    from: { path: PRODUCT },
    to: { path: "^(tests|infra)/" },
  }),
  rule(
    "through-the-doors",
    "These suites meet the product as a user does: HTTP, the socket, the page. Broken stand-ins keep to its ports and rules.",
    {
      from: { path: "^tests/(e2e|faults|cluster)/" },
      to: { path: "^(client|server)/", pathNot: "^server/app/(ports|poll|ballot)\\.ts$" },
    },
  ),
  rule("runner-without-packages", "The test command starts before anything is installed.", {
    from: { path: "^tests/(run\\.ts$|runner/)" },
    to: { path: [PRODUCT, "node_modules/"], dynamic: false, ...atRunTime },
  }),
];

const shape = [
  rule(
    "no-circle",
    "Two files that need each other are one file, or lack a third. (Types alone may point back.)",
    {
      from: {},
      to: { circular: true, viaOnly: atRunTime },
    },
  ),
  rule("no-dead-file", "Nothing that starts a node or a page reaches it.", {
    from: { path: ENTRIES },
    to: { path: PRODUCT, pathNot: [ENTRIES, "\\.d\\.ts$"], reachable: false },
  }),
];

module.exports = {
  forbidden: [...arrows, ...browserSize, ...confinedPackages, ...packages, ...tests, ...shape],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    builtInModules: { add: ["bun", "bun:sqlite", "bun:test"] },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
