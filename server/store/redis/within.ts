/** The answer, or an error of the given message once it has not come for so long (ms). */
export async function within<Answer>(ms: number, message: string, answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(message)), ms);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
