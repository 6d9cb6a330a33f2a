// The bands of a chart over time, each on top of the one before it.
import type { CoursePoint } from "../platform/bindings/CoursePoint";
import type { StateCount } from "../platform/bindings/StateCount";

export interface Band {
  readonly state: string;
  /** An SVG path. */
  readonly path: string;
  /** Its upper edge alone. */
  readonly edge: string;
}

/** What is good lies at the bottom, what somebody has to look at on top. */
const ORDER = ["accepted", "uncertain", "expired", "failed", "bounced"];

/** Whether copies came to one of the ends that the chart shows. */
export const begunIn = (counts: readonly StateCount[]): boolean =>
  counts.some(({ state, people }) => people > 0 && ORDER.includes(state));

export function bandsOf(
  course: readonly CoursePoint[],
  people: number,
  width: number,
  height: number,
): Band[] {
  if (course.length === 0 || people === 0) return [];
  const x = (at: number): number => round((width * at) / Math.max(1, course.length - 1));
  const y = (sum: number): number => round(height - (height * Math.min(sum, people)) / people);
  const below = course.map(() => 0);
  const bands: Band[] = [];
  for (const state of ORDER) {
    const own = course.map(({ counts }) => counts.find((count) => count.state === state)?.people ?? 0);
    if (own.every((count) => count === 0)) continue;
    const back = below.map((sum, at) => `${x(at)},${y(sum)}`).toReversed();
    own.forEach((count, at) => (below[at]! += count));
    const there = below.map((sum, at) => `${x(at)},${y(sum)}`);
    const edge = `M${there.join("L")}`;
    bands.push({ state, path: `${edge}L${back.join("L")}Z`, edge });
  }
  return bands;
}

/** Seconds from the first moment to the last. */
export function lengthOf(course: readonly CoursePoint[]): number {
  const [first, last] = [course[0], course.at(-1)];
  return first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
}

const round = (value: number): number => Math.round(value * 10) / 10;
