import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { initialScreen, type ScreenState } from "../../../client/screen-state.ts";
import {
  CONFIRM_WITHIN_MS,
  type Command,
  commandFor,
  confirm,
  meaningOf,
  type Press,
  possible,
} from "../../../client/shortcuts.ts";
import type { PollStatus, RoomUpdate, Visibility } from "../../../shared/messages.ts";
import { NOON } from "../../support/fixtures.ts";
import { anyView } from "./client-fixtures.ts";

const press = (key: string, parts: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isComposing: false,
  on: "page",
  ...parts,
});

/** Every key that means something, and some that do not. */
const keys = fc.oneof(
  fc.constantFrom("ArrowRight", "ArrowLeft", "PageDown", "PageUp", " ", "o", "C", "h", "R", "+", "f", "?"),
  fc.string({ maxLength: 12 }),
  fc.constantFrom("constructor", "__proto__", "toString", "Escape", "F5", "Enter", "Tab"),
);
const presses = fc.record<Press>({
  key: keys,
  ctrlKey: fc.boolean(),
  altKey: fc.boolean(),
  metaKey: fc.boolean(),
  repeat: fc.boolean(),
  isComposing: fc.boolean(),
  on: fc.constantFrom("page", "typing", "pressing", "dialog"),
});

const COMMANDS = ["next", "back", "open", "close", "hide", "reveal", "extend", "again"] as const;
const ROOM = { roomId: "7KQM2D", current: null } as RoomUpdate;

function screenOf(status: PollStatus, visibility: Visibility = "live", room = false): ScreenState {
  const view = anyView();
  const poll = { ...view.poll, status, visibility };
  return initialScreen({ room: room ? ROOM : null, view: { ...view, poll } });
}

describe("what a press means", () => {
  test.each([
    ["ArrowRight", "next"],
    ["PageDown", "next"],
    [" ", "next"],
    ["ArrowUp", "back"],
    ["PageUp", "back"],
    ["O", "open"],
    ["c", "close"],
    ["h", "visibility"],
    ["R", "again"],
    ["+", "extend"],
    ["f", "fullScreen"],
    ["?", "keys"],
  ] as const)("[U63] %s: %s", (key, meaning) => {
    expect(meaningOf(press(key), true)).toBe(meaning);
  });

  test("[U63] nothing with Ctrl, Alt or Meta, while a key is held, while typing or in a dialog", () => {
    fc.assert(
      fc.property(presses, fc.boolean(), (any, singleKeys) => {
        const held = any.ctrlKey || any.altKey || any.metaKey || any.repeat || any.isComposing;
        const elsewhere = any.on === "typing" || any.on === "dialog";
        if (held || elsewhere) expect(meaningOf(any, singleKeys)).toBeNull();
      }),
    );
  });

  test("[U65] turned off, no key that is one character means anything; what clickers send still does", () => {
    fc.assert(
      fc.property(presses, (any) => {
        if ([...any.key].length === 1) expect(meaningOf(any, false)).toBeNull();
      }),
    );
    expect(meaningOf(press("PageDown"), false)).toBe("next");
  });

  test("[U63] Space on a button is the button's", () => {
    expect(meaningOf(press(" ", { on: "pressing" }), true)).toBeNull();
    expect(meaningOf(press("h", { on: "pressing" }), true)).toBe("visibility");
  });

  test("[U63] a key that is no shortcut means nothing, whatever it is called", () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (key, singleKeys) => {
        const known = /^([ ocrhf+?]|Arrow(Right|Left|Up|Down)|Page(Up|Down))$/i.test(key);
        if (!known) expect(meaningOf(press(key), singleKeys)).toBeNull();
      }),
    );
    for (const key of ["constructor", "__proto__", "toString"])
      expect(meaningOf(press(key), true)).toBeNull();
  });
});

describe("what can be done", () => {
  test("[U63] a draft is opened, an open question closed, and only a closed one asked again", () => {
    expect(possible(screenOf("draft"))).toEqual(["open"]);
    expect(possible(screenOf("open"))).toEqual(["hide", "extend", "close"]);
    expect(possible(screenOf("closed"))).toEqual(["hide", "again"]);
    expect(possible(screenOf("open", "live", true)).slice(0, 2)).toEqual(["back", "next"]);
  });

  test.each([
    ["open", "live", "hide"],
    ["open", "hidden", "reveal"],
    ["open", "afterVote", "reveal"],
    ["open", "afterClose", "reveal"],
    ["closed", "afterClose", "hide"],
    ["closed", "hidden", "reveal"],
    ["draft", "live", null],
  ] as const)("[U63] H while %s and %s: %s", (status, visibility, command) => {
    expect(commandFor("visibility", screenOf(status, visibility))).toBe(command);
  });

  test("[U63] nothing is steered where the poll or the room is gone", () => {
    const screen = screenOf("open");
    const gone = { ...screen, poll: screen.poll && { ...screen.poll, removed: true } };
    expect(possible(gone)).toEqual([]);
    expect(possible({ ...screen, removed: true })).toEqual([]);
    expect(possible({ ...gone, room: ROOM })).toEqual(["back", "next"]);
  });
});

describe("closing", () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom<Command>(...COMMANDS), fc.nat({ max: 2 * CONFIRM_WITHIN_MS })),
  );

  test("[U64] closes only at a second press within 3 s, with nothing else in between", () => {
    fc.assert(
      fc.property(steps, (presses) => {
        let armedAt: number | null = null;
        let now = NOON;
        /** When close was pressed without closing, if it was the last thing pressed. */
        let asked: number | null = null;
        for (const [command, waited] of presses) {
          now += waited;
          const outcome = confirm(command, armedAt, now);
          const due: boolean = command !== "close" || (asked !== null && now - asked <= CONFIRM_WITHIN_MS);
          expect(outcome.act).toBe(due);
          asked = command === "close" && !due ? now : null;
          ({ armedAt } = outcome);
        }
      }),
    );
  });

  test("[U64] a clock that was set back confirms nothing", () => {
    expect(confirm("close", NOON, NOON - 1).act).toBe(false);
  });
});
