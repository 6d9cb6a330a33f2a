// Which of many things are in the visible part of a scroller, and which are near enough to be drawn.
import type { Attachment } from "svelte/attachments";

/** How near a thing is: not at all, soon to be seen, or seen. */
export type Nearness = 0 | 1 | 2;
type Tell = (id: number, nearness: Nearness) => void;

/** Gives an attachment for each thing; `tell` hears when it comes nearer and when it goes. */
export function near(root: () => HTMLElement, tell: Tell): (id: number) => Attachment<HTMLElement> {
  const ids = new WeakMap<Element, number>();
  const levels = new WeakMap<Element, { around: boolean; seen: boolean }>();
  const watch = (rootMargin: string, level: "around" | "seen"): IntersectionObserver =>
    new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const now = { around: false, seen: false, ...levels.get(target), [level]: isIntersecting };
          levels.set(target, now);
          tell(ids.get(target) ?? 0, now.seen ? 2 : now.around ? 1 : 0);
        }
      },
      { root: root(), rootMargin },
    );
  let observers: readonly IntersectionObserver[] = [];
  return (id) => (element) => {
    ids.set(element, id);
    // The scroller itself is bound only after its children are there.
    queueMicrotask(() => {
      if (observers.length === 0) observers = [watch("60%", "around"), watch("0%", "seen")];
      for (const observer of observers) observer.observe(element);
    });
    return () => observers.forEach((observer) => observer.unobserve(element));
  };
}

/** The same distances with one of them changed. */
export function moved(
  all: ReadonlyMap<number, Nearness>,
  id: number,
  nearness: Nearness,
): ReadonlyMap<number, Nearness> {
  return new Map(all).set(id, nearness);
}

const KEPT = 16;

/** The things seen last, the newest first; of a long issue only so many, for each page's picture takes megabytes. */
export function stillKept(recent: readonly number[], id: number): readonly number[] {
  return recent[0] === id ? recent : [id, ...recent.filter((other) => other !== id)].slice(0, KEPT);
}
