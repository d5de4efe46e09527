/**
 * Text kept in this browser. Storage may be blocked, full or gone at any moment (private windows, policies), and voting
 * must not depend on it: then it is kept as long as the page lives.
 */
const memory = new Map<string, string>();

/** `true` if it will outlive the page. */
export function keep(key: string, text: string): boolean {
  memory.set(key, text);
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}
