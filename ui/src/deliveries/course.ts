// The bands of a chart over time, each on top of the one before it.
import type { CoursePoint } from "../platform/bindings/CoursePoint";
import type { StateCount } from "../platform/bindings/StateCount";

export interface Band {
  readonly state: string;
  /** An SVG path. */
  readonly path: string;
  /** The upper edge of what is good; what lies on it is too thin to have one. */
  readonly edge: string;
}

/** What is good lies at the bottom, what somebody has to look at on top. */
const ORDER = ["accepted", "uncertain", "expired", "failed", "bounced"];

/** Whether copies came to one of the ends that the chart shows. */
export const begunIn = (counts: readonly StateCount[]): boolean =>
  counts.some(({ state, people }) => people > 0 && ORDER.includes(state));

/** The first moment may have copies in it already: before it there were none. */
function fromNothing(course: readonly CoursePoint[]): readonly CoursePoint[] {
  const [first] = course;
  const begins = first?.counts.some(({ state, people }) => people > 0 && ORDER.includes(state));
  return first && begins ? [{ at: first.at, counts: [] }, ...course] : course;
}

export function bandsOf(told: readonly CoursePoint[], people: number, width: number, height: number): Band[] {
  if (told.length === 0 || people === 0) return [];
  const course = fromNothing(told);
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
    const edge = state === ORDER[0] ? `M${there.join("L")}` : "";
    bands.push({ state, path: `M${there.join("L")}L${back.join("L")}Z`, edge });
  }
  return bands;
}

/** Seconds from the first moment to the last. */
export function lengthOf(course: readonly CoursePoint[]): number {
  const [first, last] = [course[0], course.at(-1)];
  return first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
}

const round = (value: number): number => Math.round(value * 10) / 10;
