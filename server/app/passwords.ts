/** Passwords: which are taken, and how they are kept: argon2id, with its parameters in the text. */
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { emailKey } from "./email.ts";
import { Outage } from "./outage.ts";

/** Characters, as shared/limits counts them. */
export const MIN_PASSWORD_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 200;

/** OWASP's first choice for argon2id: 19 MiB, two passes; some 25 ms of one core. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
const RETRY_AFTER_MS = 2_000;

/** Slow on purpose. Rejects with an `Outage` when too many wait. */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, passwordHash: string): Promise<boolean>;
}

/** Says what is wrong with a new password; `null`: nothing. */
export function judgePassword(password: string, email: string, path = "password"): Refusal | null {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH) {
    return bad(path, `A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`);
  }
  if (!password.isWellFormed()) return bad(path, "A password must be plain text.");
  if (emailKey(password) === emailKey(email))
    return bad(path, "The password must not be the e-mail address.");
  return null;
}

export interface PasswordQueue {
  /** At the same time: the work is done on threads that others need too, and each takes its 19 MiB. */
  readonly atOnce: number;
  /** Waiting for that: about two seconds of work. More would wait for an answer that nobody awaits any more. */
  readonly mostWaiting: number;
}

const QUEUE: PasswordQueue = { atOnce: 4, mostWaiting: 256 };

/** The real ones. */
export class ArgonPasswords implements Passwords {
  readonly #queue: PasswordQueue;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(queue = QUEUE) {
    this.#queue = queue;
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => Bun.password.hash(composed(password), COST));
  }

  verify(password: string, passwordHash: string): Promise<boolean> {
    return this.#inTurn(() => Bun.password.verify(composed(password), passwordHash));
  }

  async #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#running < this.#queue.atOnce) this.#running += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      // Whoever comes next takes this place over, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #turn(): Promise<void> {
    const waiting = this.#waiting.length;
    if (waiting >= this.#queue.mostWaiting) {
      throw new Outage("the password check", RETRY_AFTER_MS, new Error(`${waiting} are waiting`));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Keyboards differ in how they compose an accent; the password is the same. */
function composed(password: string): string {
  return password.normalize("NFKC");
}

function bad(path: string, message: string): Refusal {
  return refuse("BAD_MESSAGE", message, { errors: [{ path, message }] });
}
