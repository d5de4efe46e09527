/** What people type to join, and whether it leads anybody but this machine here. `origin`: scheme, name and port. */
export function joinAddress(origin: string): { readonly address: string; readonly isOwnMachine: boolean } {
  const address = origin.replace(/^https?:\/\//, "");
  return { address, isOwnMachine: /^(localhost|127\.|\[::1\])/.test(address) };
}
