// A start asks for what it will want before it knows that it wants it: one question at a time, each would wait for the
// one before it.
import type { Method, Params, Platform, Result } from "./seam";

/** A question with what is asked. */
export type Question = { [M in Method]: readonly [method: M, params: Params<M>] }[Method];

const nameOf = (method: Method, params: unknown): string => `${method} ${JSON.stringify(params)}`;

/**
 * A `call` that has these questions asked already; each answer is given once. With the first other question the start
 * is over, and what nobody came for is forgotten: it would grow old.
 */
export function askedAhead(call: Platform["call"], questions: readonly Question[]): Platform["call"] {
  const answers = new Map<string, Promise<unknown>>();
  for (const [method, params] of questions) {
    const answer = call(method, params as Params<typeof method>);
    // What nobody comes for may fail as it likes; who comes for it hears of it.
    answer.catch(() => {});
    answers.set(nameOf(method, params), answer);
  }
  return <M extends Method>(method: M, params: Params<M>): Promise<Result<M>> => {
    const name = nameOf(method, params);
    const answer = answers.get(name) as Promise<Result<M>> | undefined;
    if (answer === undefined) answers.clear();
    else answers.delete(name);
    return answer ?? call(method, params);
  };
}
