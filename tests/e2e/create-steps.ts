/** What people do with the form on the home page that makes a poll or a room. */
import type { Locator, Page } from "@playwright/test";
import type { PollView, RoomView } from "../../shared/messages.ts";
import { expect } from "./actors.ts";

export const LAPTOP = { viewport: { width: 1280, height: 800 } };

/** Presses Tab until the cursor is there, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} cannot be reached with Tab`);
}

export const question = (page: Page) => page.getByLabel("Question", { exact: true });
export const option = (page: Page, position: number) =>
  page.getByLabel(`Option ${position}`, { exact: true });
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

export async function optionsOf(page: Page): Promise<string[]> {
  const fields = await page.locator(".option-row input").all();
  return Promise.all(fields.map((field) => field.inputValue()));
}

export interface Made {
  readonly code: string;
  readonly hostKey: string;
}

/** Does `create` and says what was made: the code, and the key from the address that the browser was sent to. */
export async function madeBy(page: Page, create: () => Promise<void>): Promise<Made> {
  // Read at the event itself: the page's script takes the key out of the address a moment later.
  let address = "";
  const sent = page.waitForEvent("framenavigated", (frame) => {
    address = frame.url();
    return address.includes("/host");
  });
  await create();
  await sent;
  const { pathname, hash } = new URL(address);
  expect(hash).toMatch(/^#host=[\w-]+$/);
  return { code: pathname.split("/")[1] ?? "", hostKey: hash.slice("#host=".length) };
}

export async function pollAt(page: Page, code: string): Promise<PollView["poll"]> {
  const { poll }: PollView = await (await page.request.get(`/api/polls/${code}`)).json();
  return poll;
}

/** The room as its host has it, and all its questions. */
export async function roomAt(page: Page, { code, hostKey }: Made) {
  const answer = await page.request.get(`/api/rooms/${code}`, { headers: { "X-Host-Key": hostKey } });
  const { room }: RoomView = await answer.json();
  return { room, polls: await Promise.all(room.polls.map(({ pollId }) => pollAt(page, pollId))) };
}

export const labelsOf = ({ options }: PollView["poll"]) => options.map(({ label }) => label);

export async function pageAt(open: Promise<{ newPage(): Promise<Page> }>, address = "/"): Promise<Page> {
  const page = await (await open).newPage();
  await page.goto(address);
  return page;
}

/** Fills the clipboard and pastes it into the field. */
export async function paste(page: Page, field: Locator, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await field.focus();
  await page.keyboard.press("Control+V");
}
