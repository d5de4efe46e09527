import { type DIALECTS, OPTIONS } from "./dialect.ts";

/** A server of the bench. */
interface Where {
  readonly dialect: keyof typeof DIALECTS;
  readonly port: number;
}

/** A new poll for one measurement, on a server that has to know it first; its id. */
export async function openPoll({ dialect, port }: Where): Promise<string> {
  if (dialect !== "pollcast") return `BENCH${Math.random().toString(36).slice(2)}`;
  const answer = await fetch(`http://127.0.0.1:${port}/api/polls`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      question: "Which of these?",
      options: Array.from({ length: OPTIONS }, (_, index) => `Option ${index + 1}`),
      settings: { allowChange: true },
    }),
  });
  if (!answer.ok) throw new Error(`no poll: ${await answer.text()}`);
  const { poll } = (await answer.json()) as { poll: { pollId: string } };
  return poll.pollId;
}

/** Votes per option as the server counts them; `null`: it counts none. */
export async function tallyOf({ dialect, port }: Where, pollId: string): Promise<number[] | null> {
  if (dialect === "raw") return null;
  const answer = await fetch(`http://127.0.0.1:${port}/api/polls/${pollId}`);
  const { results } = (await answer.json()) as { results: { results: { votes: number }[] } };
  return results.results.map(({ votes }) => votes);
}
