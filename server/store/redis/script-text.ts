import keys from "./scripts/keys.fragment.lua" with { type: "text" };
import register from "./scripts/register.fragment.lua" with { type: "text" };
import room from "./scripts/room.fragment.lua" with { type: "text" };
import session from "./scripts/session.fragment.lua" with { type: "text" };
import snapshot from "./scripts/snapshot.fragment.lua" with { type: "text" };
import told from "./scripts/told.fragment.lua" with { type: "text" };
import trust from "./scripts/trust.fragment.lua" with { type: "text" };

const FRAGMENTS: Readonly<Record<string, string>> = { keys, register, room, session, snapshot, told, trust };

/** A script as it is sent: with the fragments that it names in lines of their own, `--@include NAME`. */
export function withFragments(lua: string): string {
  return lua.replace(/^--@include (\w+)$/gm, (line, name: string) => {
    const fragment = FRAGMENTS[name];
    if (fragment === undefined) throw new Error(`${line}: there is no such fragment`);
    return fragment;
  });
}
