/** A host as browsers send it: name or address, with or without a port. Anything else is not repeated in a header. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Only what this node serves runs or is shown here. The socket's addresses are spelled out: Safari before 15.4 does not
 * read `'self'` as allowing them.
 */
export function contentSecurityPolicy(host: string | null): string {
  const sockets = host && HOST.test(host) ? ` ws://${host} wss://${host}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
